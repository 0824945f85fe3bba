import type { Protocol } from '../../model/index.ts'
import { hotStuffAttacks } from './hotstuff.attacks.ts'
import { hotStuffBeyond } from './hotstuff.beyond.ts'
import { hotStuffCheckers, hotStuffInvariants } from './hotstuff.invariants.ts'
import type { HotStuffCommand } from './hotstuff.messages.ts'
import { hotStuffMutants } from './hotstuff.mutants.ts'
import { narrateHotStuff } from './hotstuff.narration.ts'
import { usualHotStuffParameters } from './hotstuff.parameters.ts'
import { HotStuff } from './hotstuff.ts'
import { hotStuffVariety } from './hotstuff.variety.ts'
import { hotStuffWorlds } from './hotstuff.worlds.ts'
import { maximumFaulty } from './quorum.ts'

const unsigned = new Uint8Array(0)

const execute = (body: Uint8Array, signature: Uint8Array = unsigned): HotStuffCommand => ({
  kind: 'execute',
  body,
  signature,
})

export const hotstuff: Protocol<HotStuff> = {
  name: 'hotstuff',
  title: 'HotStuff',
  summary:
    'A replicated log among nodes of which some may lie, with messages linear in the number of nodes: the base of Diem, Aptos and Flow.',
  family: 'byzantine',
  shape: 'log',
  faults:
    'f nodes do anything but sign for others; all crash and recover; messages are lost, repeated and reordered',
  synchrony: 'partially synchronous',
  channels: 'lossy',
  crashes: 'recover',
  resilience: { bound: 'n > 3f', maximumFaulty },
  finality: 'immediate',
  roles: ['leader', 'replica'],
  paper: {
    authors: 'Maofan Yin, Dahlia Malkhi, Michael K. Reiter, Guy Golan Gueta and Ittai Abraham',
    title: 'HotStuff: BFT Consensus with Linearity and Responsiveness',
    year: 2019,
  },
  usualNodes: 4,
  usualParameters: usualHotStuffParameters,
  node: HotStuff,
  requests: {
    write: execute,
    // Reads are ordered like writes: a node alone could lie about what it holds.
    read: (body, _lease, signature) => execute(body, signature),
  },
  clients: {
    asks: 'all',
    matchingReplies: (nodes) => maximumFaulty(nodes) + 1,
    signs: true,
  },
  clocks: {
    largestJumpMicros: 3_600_000_000,
    largestDriftPpm: 100_000,
  },
  roleOf: (node) => (node.leaderOf(node.curView) === node.host.self ? 'leader' : 'replica'),
  leader: 'leader',
  checkers: hotStuffCheckers,
  invariants: hotStuffInvariants,
  worlds: hotStuffWorlds,
  mutants: hotStuffMutants,
  attacks: hotStuffAttacks,
  beyond: hotStuffBeyond,
  variety: hotStuffVariety,
  narrate: narrateHotStuff,
}
