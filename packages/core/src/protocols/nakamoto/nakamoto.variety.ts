import type { Random } from '../../model/random.ts'

/**
 * The settings of one chaos run: few nodes and quick blocks for many forks, with payments, on links
 * that are slow or fast against the time between blocks.
 */
export function nakamotoVariety(draw: Random): { readonly [setting: string]: unknown } {
  return {
    nodes: draw.pick([3, 4, 6, 8]),
    network: draw.pick(['lan', 'wan', 'bitcoin']),
    for: '900s',
    workload: 'payments',
    clients: draw.pick([1, 2, 3]),
    parameters: {
      targetSpacingSeconds: draw.pick([2, 5, 10]),
      blockBytes: 0,
      compactBlockBytes: 0,
    },
  }
}
