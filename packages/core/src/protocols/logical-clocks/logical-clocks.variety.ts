import type { Random } from '../../model/random.ts'

/** The settings of one chaos run: few and many processes, busy and idle ones, talkative and quiet. */
export function logicalClocksVariety(draw: Random): { readonly [setting: string]: unknown } {
  return {
    nodes: draw.pick([2, 3, 3, 5, 7]),
    network: draw.pick(['lan', 'zones', 'wan']),
    for: '2s',
    parameters: {
      paceMs: draw.pick([1, 5, 20]),
      sendPercent: draw.pick([20, 50, 90]),
    },
  }
}
