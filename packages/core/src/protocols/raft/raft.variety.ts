import type { Random } from '../../model/random.ts'

/**
 * The settings of one chaos run. Timeouts are short for the network, so that a run of a few seconds
 * sees many elections; snapshots come after few entries in some runs, and pipelines are narrow in
 * some, because the interesting states lie where those meet.
 */
export function raftVariety(draw: Random): { readonly [setting: string]: unknown } {
  const network = draw.pick(['lan', 'zones', 'wan'])
  const far = network === 'wan'
  return {
    nodes: draw.pick([3, 3, 4, 5, 5]),
    network,
    for: far ? '16s' : '6s',
    clients: draw.pick([2, 3, 5]),
    thinkTime: far ? '1ms' : draw.pick(['2ms', '20ms', '50ms']),
    membershipChanges: draw.bernoulli(0.3),
    parameters: {
      electionTimeoutMs: far ? 600 : 150,
      electionSpreadMs: far ? 600 : 150,
      heartbeatMs: far ? 150 : 30,
      maxEntriesPerAppend: draw.pick([1, 2, 256]),
      maxAppendsInFlight: draw.pick([1, 2, 16]),
      snapshotEntries: draw.pick([10, 100, 10_000]),
      trailingEntries: draw.pick([0, 5, 1000]),
      snapshotChunkBytes: draw.pick([64, 1024, 65_536]),
    },
  }
}
