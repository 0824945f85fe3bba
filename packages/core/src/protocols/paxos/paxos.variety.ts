import type { Random } from '../../model/random.ts'

/**
 * The settings of one chaos run. All is decided within a few round trips, so that faults must strike
 * within these: messages are slow or get lost from the start, ballots are short, and proposers
 * compete.
 */
export function paxosVariety(draw: Random): { readonly [setting: string]: unknown } {
  const nodes = draw.pick([3, 3, 4, 5])
  const network = draw.pick(['lan', 'zones', 'wan', 'wan'])
  return {
    nodes,
    network,
    for: '6s',
    clients: draw.pick([2, nodes, nodes]),
    disk: draw.pick(['usual', 'usual', '20ms', '100ms']),
    faults: [
      ...(draw.bernoulli(0.5) ? [`loss:${draw.pick([10, 30, 50])}%@0s+2s`] : []),
      ...(draw.bernoulli(0.5) ? [`delay:${draw.pick([20, 200])}ms@0s+2s`] : []),
      ...(draw.bernoulli(0.3) ? [`reorder:80%@0s+2s`] : []),
      ...crashes(draw),
    ],
    parameters: {
      proposers: draw.pick([0, 0, 2]),
      backoffMs: draw.pick([1, 10, 50]),
      ballotTimeoutMs: draw.pick([100, 300, 1_000]),
      enquiryMs: draw.pick([100, 1_000]),
    },
  }
}

/** Short crashes of one node or another, early, in some runs. */
function crashes(draw: Random): string[] {
  if (draw.bernoulli(0.4)) return []
  return Array.from({ length: 1 + draw.below(8) }, () => {
    const at = draw.below(1_500)
    return `crash:random@${at}ms+${draw.pick([1, 20, 200])}ms`
  })
}
