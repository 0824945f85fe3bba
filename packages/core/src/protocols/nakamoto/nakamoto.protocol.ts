import type { Protocol } from '../../model/index.ts'
import { nakamotoAttacks } from './nakamoto.attacks.ts'
import { nakamotoBeyond } from './nakamoto.beyond.ts'
import { nakamotoCheckers, nakamotoInvariants } from './nakamoto.invariants.ts'
import { nakamotoMutants } from './nakamoto.mutants.ts'
import { narrateNakamoto } from './nakamoto.narration.ts'
import { chainOf, type NakamotoParameters } from './nakamoto.parameters.ts'
import { Nakamoto } from './nakamoto.ts'
import { nakamotoVariety } from './nakamoto.variety.ts'
import { nakamotoWorlds } from './nakamoto.worlds.ts'
import { workOf } from './rules/difficulty.ts'

/** The hashes that a block at difficulty `nBits` takes on average. */
export function expectedHashes(nBits: number): number {
  return Number(workOf(nBits))
}

/** The hash power of all miners together with which blocks come at the target spacing at first. */
export function initialHashesPerSecond(parameters: NakamotoParameters): number {
  const { genesis, targetSpacingSeconds } = chainOf(parameters)
  return expectedHashes(genesis.header.bits) / targetSpacingSeconds
}

export const nakamoto: Protocol<Nakamoto> = {
  name: 'nakamoto',
  title: 'Nakamoto consensus',
  summary:
    'A chain of blocks that takes work to extend: the branch with the most work counts, and what is deep in it is final all but certainly.',
  family: 'proof-of-work',
  shape: 'chain',
  faults: 'anyone may join, crash, lie; the honest have most of the hash power',
  synchrony: 'synchronous',
  channels: 'lossy',
  crashes: 'recover',
  resilience: {
    bound: 'honest hash power > half',
    maximumFaulty: (nodes) => Math.ceil(nodes / 2) - 1,
  },
  finality: 'probabilistic',
  roles: ['miner', 'relay'],
  paper: {
    authors: 'Nakamoto',
    title: 'Bitcoin: A Peer-to-Peer Electronic Cash System',
    year: 2008,
  },
  usualNodes: 8,
  node: Nakamoto,
  checkParameters: (parameters) => void chainOf(parameters as NakamotoParameters),
  requests: {
    pay: (to, amount, fee) => ({ kind: 'pay', to, amount, fee }),
  },
  expectedHashes,
  initialHashesPerSecond: (parameters) => initialHashesPerSecond(parameters as NakamotoParameters),
  chainOf: (node) => node.activeChain,
  // Whoever is cut off for many blocks builds a chain of his own: what is final needs a timely network.
  longestOutageMicros: (parameters) => 2_000_000 * (parameters.targetSpacingSeconds ?? 0),
  clocks: { largestJumpMicros: 5_000_000, largestDriftPpm: 1_000 },
  roleOf: (node) => (node.mines() ? 'miner' : 'relay'),
  leader: undefined,
  checkers: nakamotoCheckers,
  invariants: nakamotoInvariants,
  worlds: nakamotoWorlds,
  mutants: nakamotoMutants,
  attacks: nakamotoAttacks,
  beyond: nakamotoBeyond,
  variety: nakamotoVariety,
  narrate: narrateNakamoto,
}
