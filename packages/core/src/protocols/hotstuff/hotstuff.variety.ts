import type { Random } from '../../model/random.ts'

/**
 * The settings of one chaos run. Views are short for the network in some runs, so that many are given
 * up; checkpoints come after few blocks in some, so that whoever was away needs a state transfer.
 */
export function hotStuffVariety(draw: Random): { readonly [setting: string]: unknown } {
  const network = draw.pick(['lan', 'zones', 'wan'])
  const far = network === 'wan'
  return {
    nodes: draw.pick([4, 4, 4, 5, 7]),
    network,
    for: far ? '16s' : '6s',
    clients: draw.pick([2, 3, 5]),
    thinkTime: far ? '1ms' : draw.pick(['2ms', '20ms', '50ms']),
    parameters: {
      viewTimeoutMs: far ? draw.pick([300, 600]) : draw.pick([10, 50, 150]),
      fetchTimeoutMs: far ? 300 : 30,
      maxRequestsPerBlock: draw.pick([1, 2, 256]),
      maxBlocksPerReply: draw.pick([1, 4, 64]),
      checkpointBlocks: draw.pick([5, 50, 1_000]),
    },
  }
}
