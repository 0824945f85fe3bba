import type { ParameterValues } from '../../model/index.ts'
import {
  type ChainParameters,
  fast,
  mainnet,
  regtest,
  withoutHashing,
} from './rules/chain-parameters.ts'

/** What attackers are told, and no honest node looks at. */
const attackParameters = {
  attackGamma: {
    what: 'to what share of its peers an attacker in a race sends its own branch at once',
    unit: 'probability',
    initial: 0,
    minimum: 0,
    maximum: 1,
  },
  attackHashShare: {
    what: 'the share of all hash power for which optimal selfish mining plans',
    unit: 'probability',
    initial: 0.4,
    minimum: 0.01,
    maximum: 0.49,
  },
  attackTruncation: {
    what: 'optimal selfish mining plans for branches up to this length',
    unit: 'blocks',
    initial: 40,
    minimum: 2,
    maximum: 120,
  },
  attackConfirmations: {
    what: 'the merchant hands over the goods after so many confirmations of the payment',
    unit: 'blocks',
    initial: 6,
    minimum: 1,
    maximum: 10_000,
  },
  attackPremined: {
    what: 'so many secret blocks a double spend is ahead when the payment is sent; 1 in Rosenfeld',
    unit: 'blocks',
    initial: 1,
    minimum: 0,
    maximum: 100,
  },
  attackGiveUp: {
    what: 'a double spend is given up when its branch is so many blocks behind',
    unit: 'blocks',
    initial: 20,
    minimum: 1,
    maximum: 10_000,
  },
  attackVictim: {
    what: 'the node that is eclipsed; -1: the last one',
    unit: 'number of the node',
    initial: -1,
    minimum: -1,
    maximum: 1_000_000,
  },
} as const

/**
 * The defaults are those of a small cluster that carries its blocks whole. A simulation of Bitcoin's
 * network sets the three sizes to what was measured there.
 */
export const nakamotoParameters = {
  chain: {
    what: 'the rules and the genesis block: 0 a fast chain of our own, 1 regtest, 2 mainnet',
    unit: 'number of the chain',
    initial: 0,
    minimum: 0,
    maximum: 2,
  },
  targetSpacingSeconds: {
    what: 'the time between blocks that the difficulty aims at, in whole seconds; 600 in Bitcoin',
    unit: 's',
    initial: 10,
    minimum: 1,
    maximum: 86_400,
  },
  clockOriginSeconds: {
    what: "where the nodes' clocks read zero, in seconds since 1970; -1: the time of the genesis block",
    unit: 's',
    initial: -1,
    minimum: -1,
    maximum: 4_294_967_295,
  },
  confirmations: {
    what: 'a payment is final in a block with so many confirmations, its own the first',
    unit: 'blocks',
    initial: 6,
    minimum: 1,
    maximum: 1_000_000,
  },
  miners: {
    what: 'how many nodes mine, from node 0 on',
    unit: 'nodes',
    initial: 1_000_000,
    minimum: 0,
    maximum: 1_000_000,
  },
  blockBytes: {
    what: 'how many bytes of transactions a block stands for beside those it carries',
    unit: 'bytes',
    initial: 0,
    minimum: 0,
    maximum: 4_000_000,
  },
  compactBlockBytes: {
    what: 'how many bytes a compact block stands for beside those it carries',
    unit: 'bytes',
    initial: 0,
    minimum: 0,
    maximum: 4_000_000,
  },
  compactBlockUsage: {
    what: 'how likely the transactions that a compact block only stands for are all at hand',
    unit: 'probability',
    initial: 1,
    minimum: 0,
    maximum: 1,
  },
  pushingPeers: {
    what: 'how many peers are asked to push new blocks in compact form (BIP152, high bandwidth): 3 in Bitcoin Core',
    unit: 'peers',
    initial: 0,
    minimum: 0,
    maximum: 3,
  },
  requestTimeoutMs: {
    what: 'how long a peer may take to answer before another is asked',
    unit: 'ms',
    initial: 5_000,
    minimum: 1,
    maximum: 3_600_000,
  },
  headersAhead: {
    what: 'no more headers are asked for while so many wait for their blocks',
    unit: 'headers',
    initial: 20_000,
    minimum: 2_000,
    maximum: 1_000_000,
  },
  staleTipSpacings: {
    what: 'after so many block intervals without a new tip, a node announces the old one again',
    unit: 'block intervals',
    initial: 3,
    minimum: 0.01,
    maximum: 1_000_000,
  },
  templateRefreshMs: {
    what: 'how long a miner may work on a block that lacks a transaction it has',
    unit: 'ms',
    initial: 1_000,
    minimum: 1,
    maximum: 3_600_000,
  },
  mempoolBytes: {
    what: 'the most bytes of transactions that wait for a block; the lowest fee rates give way',
    unit: 'bytes',
    initial: 5_000_000,
    minimum: 0,
    maximum: 300_000_000,
  },
  timewarpGraceSeconds: {
    what: "a period's first block may be this much earlier than the block before it, and no more (BIP94: 600); -1: as the chain has it",
    unit: 's',
    initial: -1,
    minimum: -1,
    maximum: 1_000_000,
  },
  ...attackParameters,
} as const

export type NakamotoParameters = ParameterValues<typeof nakamotoParameters>

const chainsByNumber = [fast, regtest, mainnet] as const

/** The rules that these parameters choose; who judges work is always the host. */
export function chainOf(parameters: NakamotoParameters): ChainParameters {
  const chosen = chainsByNumber[parameters.chain]
  if (chosen === undefined) {
    throw new RangeError(
      `chain ${parameters.chain}: it must be 0 (fast), 1 (regtest) or 2 (mainnet)`,
    )
  }
  const { targetSpacingSeconds } = parameters
  if (!Number.isInteger(targetSpacingSeconds)) {
    throw new RangeError(
      `targetSpacingSeconds is ${targetSpacingSeconds}: it must be a whole number of seconds`,
    )
  }
  const { timewarpGraceSeconds } = parameters
  return withoutHashing({
    ...chosen,
    targetSpacingSeconds,
    ...(timewarpGraceSeconds < 0 ? {} : { timewarpGraceSeconds }),
  })
}
