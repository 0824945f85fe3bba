import type { ParameterValues, Protocol } from '../../model/index.ts'
import { raftBeyond } from './raft.beyond.ts'
import { raftCheckers, raftInvariants, raftProgress } from './raft.invariants.ts'
import type { RaftCommand } from './raft.messages.ts'
import { raftMutants } from './raft.mutants.ts'
import { narrateRaft } from './raft.narration.ts'
import { checkRaftParameters, raftParameters } from './raft.parameters.ts'
import { Raft } from './raft.ts'
import { raftVariety } from './raft.variety.ts'
import { raftWorlds } from './raft.worlds.ts'

export const raft: Protocol<Raft> = {
  name: 'raft',
  title: 'Raft',
  summary: 'A leader with a log that a majority copies; made to be understood.',
  family: 'crash',
  shape: 'log',
  faults: 'servers crash and recover; messages are lost, repeated, delayed and reordered',
  synchrony: 'partially synchronous',
  channels: 'lossy',
  crashes: 'recover',
  resilience: { bound: 'n > 2f', maximumFaulty: (nodes) => Math.floor((nodes - 1) / 2) },
  finality: 'immediate',
  roles: ['follower', 'candidate', 'leader', 'learner'],
  paper: {
    authors: 'Diego Ongaro',
    title: 'Consensus: Bridging Theory and Practice',
    year: 2014,
  },
  usualNodes: 5,
  node: Raft,
  checkParameters: (parameters) =>
    checkRaftParameters(parameters as ParameterValues<typeof raftParameters>),
  requests: {
    write: (body): RaftCommand => ({ kind: 'write', body }),
    read: (body, lease): RaftCommand => ({
      kind: 'read',
      body,
      consistency: lease ? 'lease' : 'index',
    }),
    configure: (voters, learners): RaftCommand => ({ kind: 'configure', voters, learners }),
    transfer: (to): RaftCommand => ({ kind: 'transfer', to }),
  },
  // Lease reads alone depend on clocks, and a lease ends by a clock that must not jump (§6.4.1).
  clocks: {
    largestJumpMicros: 0,
    largestDriftPpm: raftParameters.clockDriftPpm.initial,
  },
  roleOf(node) {
    switch (node.role) {
      case 'leader':
        return 'leader'
      case 'preCandidate':
      case 'candidate':
        return 'candidate'
      case 'follower':
        return node.configuration.learners.includes(node.host.self) ? 'learner' : 'follower'
    }
  },
  leader: 'leader',
  checkers: raftCheckers,
  invariants: raftInvariants,
  eventually: raftProgress,
  worlds: raftWorlds,
  mutants: raftMutants,
  attacks: [],
  beyond: raftBeyond,
  variety: raftVariety,
  narrate: narrateRaft,
}
