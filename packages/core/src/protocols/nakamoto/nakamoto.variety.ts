import type { Random } from '../../model/random.ts'

/**
 * The settings of one chaos run: few nodes and quick blocks for many forks, with payments, on links
 * that are slow or fast against the time between blocks. Payments are final after 20 confirmations,
 * because an outage of two intervals among so few nodes now and then leaves a fork of six.
 */
export function nakamotoVariety(draw: Random): { readonly [setting: string]: unknown } {
  const targetSpacingSeconds = draw.pick([5, 10, 30])
  return {
    nodes: draw.pick([3, 4, 6, 8]),
    network: draw.pick(['lan', 'wan', 'bitcoin']),
    for: `${120 * targetSpacingSeconds}s`,
    workload: 'payments',
    clients: draw.pick([1, 2, 3]),
    parameters: { targetSpacingSeconds, blockBytes: 0, compactBlockBytes: 0, confirmations: 20 },
  }
}
