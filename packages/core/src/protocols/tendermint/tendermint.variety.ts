import type { Random } from '../../model/random.ts'

/**
 * The settings of one chaos run. Timeouts are short for the network, so that a run of a few seconds
 * sees many rounds; snapshots come after few blocks in some runs. Six validators of which one has
 * two votes tolerate any one of them: two of seven votes.
 */
export function tendermintVariety(draw: Random): { readonly [setting: string]: unknown } {
  const network = draw.pick(['lan', 'zones', 'wan'])
  const far = network === 'wan'
  const nodes = draw.pick([4, 4, 4, 5, 6, 7])
  return {
    nodes,
    network,
    ...(draw.bernoulli(0.25) && { synchrony: 'partial:3s' }),
    for: far ? '16s' : '6s',
    clients: draw.pick([2, 3, 5]),
    thinkTime: far ? '1ms' : draw.pick(['5ms', '20ms', '50ms']),
    parameters: {
      timeoutProposeMs: far ? 400 : draw.pick([20, 60]),
      timeoutPrevoteMs: far ? 200 : draw.pick([10, 30]),
      timeoutPrecommitMs: far ? 200 : draw.pick([10, 30]),
      timeoutDeltaMs: far ? 100 : draw.pick([5, 20]),
      statusMs: far ? 300 : draw.pick([30, 100]),
      idleStatusMs: far ? 1_000 : 300,
      maxRequestsPerBlock: draw.pick([1, 2, 256]),
      snapshotBlocks: draw.pick([3, 20, 1_000]),
      trailingBlocks: draw.pick([0, 2, 100]),
      heaviestWeight: nodes === 6 ? draw.pick([1, 2]) : 1,
    },
  }
}
