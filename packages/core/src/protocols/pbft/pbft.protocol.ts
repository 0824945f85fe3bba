import type { ParameterValues, Protocol } from '../../model/index.ts'
import { pbftAttacks } from './pbft.attacks.ts'
import { pbftBeyond } from './pbft.beyond.ts'
import { pbftCheckers, pbftInvariants, pbftProgress } from './pbft.invariants.ts'
import type { PbftCommand } from './pbft.messages.ts'
import { pbftMutants } from './pbft.mutants.ts'
import { narratePbft } from './pbft.narration.ts'
import { checkPbftParameters, type pbftParameters, usualPbftParameters } from './pbft.parameters.ts'
import { Pbft } from './pbft.ts'
import { pbftVariety } from './pbft.variety.ts'
import { pbftWorlds } from './pbft.worlds.ts'
import { maximumFaulty } from './quorum.ts'

const unsigned = new Uint8Array(0)

/** Reads are ordered like writes: so they are linearizable, whoever lies. */
function ordered(body: Uint8Array, signature: Uint8Array | undefined): PbftCommand {
  return { kind: 'request', body, signature: signature ?? unsigned }
}

export const pbft: Protocol<Pbft> = {
  name: 'pbft',
  title: 'PBFT',
  summary:
    'A primary proposes, and two rounds of signed votes make sure of it, where fewer than a third lie.',
  family: 'byzantine',
  shape: 'log',
  faults:
    'fewer than a third of the replicas lie; the others crash and recover; messages are lost, repeated, delayed and reordered',
  synchrony: 'partially synchronous',
  channels: 'lossy',
  crashes: 'recover',
  resilience: { bound: 'n > 3f', maximumFaulty },
  finality: 'immediate',
  roles: ['primary', 'backup', 'view-changing'],
  paper: {
    authors: 'Miguel Castro, Barbara Liskov',
    title: 'Practical Byzantine Fault Tolerance',
    year: 1999,
  },
  usualNodes: 4,
  node: Pbft,
  usualParameters: usualPbftParameters,
  checkParameters: (parameters) =>
    checkPbftParameters(parameters as ParameterValues<typeof pbftParameters>),
  requests: {
    write: (body, signature) => ordered(body, signature),
    read: (body, _lease, signature) => ordered(body, signature),
  },
  clients: {
    asks: 'all',
    matchingReplies: (nodes) => maximumFaulty(nodes) + 1,
    signs: true,
  },
  // Clocks only measure timeouts, on which no safety depends.
  clocks: { largestJumpMicros: 60_000_000, largestDriftPpm: 100_000 },
  roleOf(node) {
    if (node.changing) return 'view-changing'
    return node.isPrimary ? 'primary' : 'backup'
  },
  leader: 'primary',
  checkers: pbftCheckers,
  invariants: pbftInvariants,
  eventually: pbftProgress,
  worlds: pbftWorlds,
  mutants: pbftMutants,
  attacks: pbftAttacks,
  beyond: pbftBeyond,
  variety: pbftVariety,
  narrate: narratePbft,
}
