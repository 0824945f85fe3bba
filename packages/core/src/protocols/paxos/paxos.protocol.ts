import type { Protocol } from '../../model/index.ts'
import { paxosBeyond } from './paxos.beyond.ts'
import { paxosCheckers, paxosInvariants, paxosTermination } from './paxos.invariants.ts'
import type { PaxosCommand } from './paxos.messages.ts'
import { paxosMutants } from './paxos.mutants.ts'
import { narratePaxos } from './paxos.narration.ts'
import { Paxos } from './paxos.ts'
import { paxosVariety } from './paxos.variety.ts'
import { paxosWorlds } from './paxos.worlds.ts'

export const paxos: Protocol<Paxos> = {
  name: 'paxos',
  title: 'Paxos',
  summary: 'One decision by two phases: a majority promises, then a majority accepts.',
  family: 'crash',
  shape: 'decision',
  faults: 'nodes crash and recover; messages are lost, repeated, delayed and reordered',
  synchrony: 'partially synchronous',
  channels: 'lossy',
  crashes: 'recover',
  resilience: { bound: 'n > 2f', maximumFaulty: (nodes) => Math.floor((nodes - 1) / 2) },
  finality: 'immediate',
  roles: ['proposer', 'acceptor', 'learner'],
  paper: { authors: 'Leslie Lamport', title: 'Paxos Made Simple', year: 2001 },
  usualNodes: 5,
  node: Paxos,
  requests: {
    propose: (value): PaxosCommand => ({ kind: 'propose', value }),
  },
  clocks: { largestJumpMicros: 60_000_000, largestDriftPpm: 100_000 },
  // Every node plays all three. It is shown as what it is busy with: a proposer while its ballot
  // lasts, an acceptor while there is no decision that it knows of, and a learner after it.
  roleOf(node) {
    if (node.decision !== undefined) return 'learner'
    return node.isProposing ? 'proposer' : 'acceptor'
  },
  leader: 'proposer',
  checkers: paxosCheckers,
  invariants: paxosInvariants,
  eventually: paxosTermination,
  worlds: paxosWorlds,
  mutants: paxosMutants,
  attacks: [],
  beyond: paxosBeyond,
  variety: paxosVariety,
  narrate: narratePaxos,
}
