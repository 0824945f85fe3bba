import type { ParameterValues, Protocol } from '../../model/index.ts'
import { multiPaxosBeyond } from './multi-paxos.beyond.ts'
import {
  multiPaxosCheckers,
  multiPaxosInvariants,
  multiPaxosProgress,
} from './multi-paxos.invariants.ts'
import type { MultiPaxosCommand } from './multi-paxos.messages.ts'
import { multiPaxosMutants } from './multi-paxos.mutants.ts'
import { narrateMultiPaxos } from './multi-paxos.narration.ts'
import { checkMultiPaxosParameters, type multiPaxosParameters } from './multi-paxos.parameters.ts'
import { MultiPaxos } from './multi-paxos.ts'
import { multiPaxosVariety } from './multi-paxos.variety.ts'
import { multiPaxosWorlds } from './multi-paxos.worlds.ts'

export const multiPaxos: Protocol<MultiPaxos> = {
  name: 'multi-paxos',
  title: 'Multi-Paxos',
  summary:
    'A log of Paxos decisions, under a leader that one phase 1 elects for all slots to come.',
  family: 'crash',
  shape: 'log',
  faults: 'nodes crash and recover; messages are lost, repeated, delayed and reordered',
  synchrony: 'partially synchronous',
  channels: 'lossy',
  crashes: 'recover',
  resilience: { bound: 'n > 2f', maximumFaulty: (nodes) => Math.floor((nodes - 1) / 2) },
  finality: 'immediate',
  roles: ['replica', 'candidate', 'leader'],
  paper: {
    authors: 'Robbert van Renesse and Deniz Altinbuken',
    title: 'Paxos Made Moderately Complex',
    year: 2015,
  },
  usualNodes: 5,
  node: MultiPaxos,
  checkParameters: (parameters) =>
    checkMultiPaxosParameters(parameters as ParameterValues<typeof multiPaxosParameters>),
  requests: {
    write: (body): MultiPaxosCommand => ({ kind: 'write', body }),
    read: (body): MultiPaxosCommand => ({ kind: 'read', body }),
  },
  // Clocks decide when timers fire, and nothing else.
  clocks: { largestJumpMicros: 60_000_000, largestDriftPpm: 100_000 },
  roleOf: (node) => node.role,
  leader: 'leader',
  checkers: multiPaxosCheckers,
  invariants: multiPaxosInvariants,
  eventually: multiPaxosProgress,
  worlds: multiPaxosWorlds,
  mutants: multiPaxosMutants,
  attacks: [],
  beyond: multiPaxosBeyond,
  variety: multiPaxosVariety,
  narrate: narrateMultiPaxos,
}
