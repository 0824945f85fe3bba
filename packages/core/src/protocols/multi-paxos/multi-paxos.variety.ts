import type { Random } from '../../model/random.ts'

/**
 * The settings of one chaos run. Timeouts are short for the network, so that a run of a few seconds
 * sees many leaders; snapshots come after few slots in some runs, and messages carry few slots in
 * some, because the interesting states lie where those meet.
 */
export function multiPaxosVariety(draw: Random): { readonly [setting: string]: unknown } {
  const network = draw.pick(['lan', 'zones', 'wan'])
  const far = network === 'wan'
  return {
    nodes: draw.pick([3, 3, 4, 5, 5]),
    network,
    for: far ? '16s' : '6s',
    clients: draw.pick([2, 3, 5]),
    thinkTime: far ? '1ms' : draw.pick(['2ms', '20ms', '50ms']),
    parameters: {
      leaderTimeoutMs: far ? 600 : 150,
      leaderSpreadMs: far ? 600 : 150,
      heartbeatMs: far ? 150 : 30,
      catchUpMs: far ? 400 : 50,
      maxSlotsPerAccept: draw.pick([1, 2, 256]),
      maxAcceptsInFlight: draw.pick([1, 2, 16]),
      maxSlotsAsked: draw.pick([1, 16, 4_096]),
      snapshotSlots: draw.pick([10, 100, 10_000]),
      trailingSlots: draw.pick([0, 5, 1_000]),
      snapshotPieceBytes: draw.pick([64, 1_024, 65_536]),
      maxSnapshotBytesAsked: draw.pick([64, 4_096, 1_048_576]),
    },
  }
}
