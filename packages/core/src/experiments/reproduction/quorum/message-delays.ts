import { aloneWith } from '../../comparison/alone.ts'
import type { Reproduction } from '../reproduction.ts'

const published: readonly {
  readonly protocol: string
  readonly delays: number
  readonly why: string
}[] = [
  { protocol: 'multi-paxos', delays: 2, why: 'accept, accepted' },
  { protocol: 'raft', delays: 2, why: 'append, accepted; then the leader knows' },
  { protocol: 'pbft', delays: 3, why: 'pre-prepare, prepare, commit' },
  { protocol: 'tendermint', delays: 3, why: 'proposal, prevote, precommit' },
  {
    protocol: 'hotstuff',
    delays: 6,
    why: 'three chained proposals and their votes: the next leader knows by the third certificate, the others one message later (7)',
  },
]

/** Exactly so many: nothing but messages takes time in these runs. */
const nodes = 4

export const messageDelays: Reproduction = {
  name: 'message-delays',
  title: 'Message delays from the request to its first commit',
  source: 'the papers’ normal case, from the proposal of a stable leader',
  run(_effort, progress) {
    return published.map(({ protocol, delays, why }, i) => {
      progress?.(i + 1, published.length)
      const { messageDelays: ours } = aloneWith(protocol, nodes, 1)
      return {
        name: protocol,
        theirs: delays,
        ours: ours,
        tolerance: '0.1 of a delay',
        agrees: Math.abs(ours - delays) < 0.1,
        runs: 1,
        how: `${nodes} nodes, 40 writes one at a time, every message as long: ${why}`,
      }
    })
  },
}
