import type { Random } from '../../model/random.ts'

/**
 * The settings of one chaos run. Timeouts are short for the network, so that a run of a few seconds
 * sees many views; in some runs checkpoints come after few sequence numbers, and windows are narrow,
 * because the interesting states lie where those meet.
 */
export function pbftVariety(draw: Random): { readonly [setting: string]: unknown } {
  const network = draw.pick(['lan', 'zones', 'wan'])
  const far = network === 'wan'
  const checkpointInterval = draw.pick([2, 8, 128])
  return {
    nodes: draw.pick([4, 4, 4, 5, 7]),
    network,
    for: far ? '16s' : '6s',
    clients: draw.pick([2, 3, 5]),
    thinkTime: far ? '1ms' : draw.pick(['2ms', '20ms', '50ms']),
    parameters: {
      viewChangeTimeoutMs: far ? 1_000 : 150,
      longestTimeoutMs: far ? 8_000 : 2_000,
      statusMs: far ? 200 : 30,
      maxBatch: draw.pick([1, 2, 64]),
      maxInFlight: draw.pick([1, 2, 8]),
      checkpointInterval,
      logWindow: checkpointInterval * draw.pick([1, 2, 4]),
      statePartBytes: draw.pick([64, 1_024, 65_536]),
    },
  }
}
