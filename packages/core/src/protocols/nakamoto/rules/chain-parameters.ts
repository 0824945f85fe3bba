import { fromHex } from '../../../model/hex.ts'
import { Block } from './block.ts'
import { BlockHeader } from './header.ts'
import { type Identifier, nullIdentifier } from './identifier.ts'
import { merkleRoot } from './merkle.ts'
import { opCheckSignature, pushOf } from './script.ts'
import { finalSequence, nullIndex, satoshisPerCoin, Transaction } from './transaction.ts'

/** From which heights on the soft forks of Bitcoin hold. */
export interface ActivationHeights {
  /** BIP34: the coinbase begins with the height. */
  readonly bip34: number
  /** BIP65 and BIP66: of what they rule, only the block versions that they retire are checked here. */
  readonly bip65: number
  readonly bip66: number
  /** BIP68, BIP112 and BIP113: relative lock times, and lock times by the median time. */
  readonly csv: number
  /** BIP141: witnesses. */
  readonly segwit: number
}

/** All that tells one chain from another. Data: to try another chain, spread one of these and change it. */
export interface ChainParameters {
  readonly name: string
  /** The four bytes that begin every message on the wire, the first of them lowest. */
  readonly magic: number
  readonly defaultPort: number
  readonly genesis: Block

  /** The easiest target allowed, in full and in compact form. */
  readonly limit: bigint
  readonly limitBits: number
  /** The difficulty is adjusted every so many blocks. */
  readonly retargetInterval: number
  readonly targetSpacingSeconds: number
  /** Whether it is adjusted at all. */
  readonly retargets: boolean
  /** BIP94: a retarget starts from the period's first block, which did not profit from a long gap. */
  readonly retargetsFromFirst: boolean
  /** After a gap longer than this the easiest target is allowed (test networks). */
  readonly minimumDifficultyGapSeconds: number | undefined
  /** BIP94: a period's first block may be this much earlier than the block before it, and no more. */
  readonly timewarpGraceSeconds: number | undefined
  /** How far ahead of the observer's clock a block may be. */
  readonly futureLimitSeconds: number
  /**
   * Who judges proof of work. `hash`: the rules, from the header's hash. `host`: whoever runs the
   * node (`Host.verifyWork`); a simulator draws lots instead of hashing.
   */
  readonly proofOfWork: 'hash' | 'host'

  readonly initialSubsidy: number
  readonly halvingInterval: number
  /** How many blocks after its creation a coinbase can be spent. */
  readonly coinbaseMaturity: number
  readonly activation: ActivationHeights
  /** The blocks that broke BIP30 before it was a rule. */
  readonly overwriteExceptions: readonly Identifier[]
}

const fourteenDaysOfBlocks = 2_016

/** What the public chains have in common. */
const bitcoin = {
  retargetInterval: fourteenDaysOfBlocks,
  targetSpacingSeconds: 600,
  retargets: true,
  retargetsFromFirst: false,
  minimumDifficultyGapSeconds: undefined,
  timewarpGraceSeconds: undefined,
  futureLimitSeconds: 7_200,
  proofOfWork: 'hash',
  limit: (1n << 224n) - 1n,
  limitBits: 0x1d00ffff,
  initialSubsidy: 50 * satoshisPerCoin,
  halvingInterval: 210_000,
  coinbaseMaturity: 100,
  overwriteExceptions: [],
} as const

const alwaysActive: ActivationHeights = { bip34: 1, bip65: 1, bip66: 1, csv: 1, segwit: 1 }

const theTimes = 'The Times 03/Jan/2009 Chancellor on brink of second bailout for banks'
const satoshisKey = fromHex(
  '04678afdb0fe5548271967f1a67130b7105cd6a828e03909a67962e0ea1f61deb6' +
    '49f6bc3f4cef38c4f35504e51ec112de5c384df7ba0b8d578a4c702b6bf11d5f',
)

export const mainnet: ChainParameters = {
  ...bitcoin,
  name: 'mainnet',
  magic: 0xd9b4bef9,
  defaultPort: 8333,
  genesis: genesisBlock(theTimes, satoshisKey, 1_231_006_505, 0x1d00ffff, 2_083_236_893),
  activation: { bip34: 227_931, bip65: 388_381, bip66: 363_725, csv: 419_328, segwit: 481_824 },
  overwriteExceptions: [
    '00000000000a4d0a398161ffc163c503763b1f4360639393e0e4c8e300e0caec', // 91,842
    '00000000000743f190a18c5577a3c2d2a1f610ae9601ac046a38084ccb7cd721', // 91,880
  ],
}

export const testnet3: ChainParameters = {
  ...bitcoin,
  name: 'testnet3',
  magic: 0x0709110b,
  defaultPort: 18333,
  genesis: genesisBlock(theTimes, satoshisKey, 1_296_688_602, 0x1d00ffff, 414_098_458),
  minimumDifficultyGapSeconds: 1_200,
  activation: { bip34: 21_111, bip65: 581_885, bip66: 330_776, csv: 770_112, segwit: 834_624 },
}

export const testnet4: ChainParameters = {
  ...bitcoin,
  name: 'testnet4',
  magic: 0x283f161c,
  defaultPort: 48333,
  genesis: genesisBlock(
    '03/May/2024 000000000000000000001ebd58c244970b3aa9d783bb001011fbe8ea8e98e00e',
    new Uint8Array(33),
    1_714_777_860,
    0x1d00ffff,
    393_743_547,
  ),
  minimumDifficultyGapSeconds: 1_200,
  retargetsFromFirst: true,
  timewarpGraceSeconds: 600,
  activation: alwaysActive,
}

export const regtest: ChainParameters = {
  ...bitcoin,
  name: 'regtest',
  magic: 0xdab5bffa,
  defaultPort: 18444,
  genesis: genesisBlock(theTimes, satoshisKey, 1_296_688_602, 0x207fffff, 2),
  limit: (1n << 255n) - 1n,
  limitBits: 0x207fffff,
  retargets: false,
  minimumDifficultyGapSeconds: 1_200,
  halvingInterval: 150,
  activation: { ...alwaysActive, segwit: 0 },
}

/**
 * A chain of our own that lives fast: a block every ten seconds, a retarget every 36, money that can
 * be spent after five blocks. A block takes 65,537 hashes on average at first. Its clock starts at
 * second 0, which is where a simulation's virtual time does.
 */
export const fast: ChainParameters = {
  ...bitcoin,
  name: 'fast',
  magic: 0x74736166,
  defaultPort: 28444,
  genesis: genesisBlock('A chain that lives fast', new Uint8Array(33), 0, 0x1f00ffff, 105_213),
  limit: (1n << 255n) - 1n,
  limitBits: 0x207fffff,
  retargetInterval: 36,
  targetSpacingSeconds: 10,
  futureLimitSeconds: 120,
  halvingInterval: 10_000,
  coinbaseMaturity: 5,
  activation: { ...alwaysActive, segwit: 0 },
}

/** The chains by name. */
export const chains: readonly ChainParameters[] = [mainnet, testnet3, testnet4, regtest, fast]

/** The same chain for a world where work is drawn by lot: the host is asked whether work was done. */
export function withoutHashing(parameters: ChainParameters): ChainParameters {
  return { ...parameters, proofOfWork: 'host' }
}

/**
 * The first block, whose coinbase quotes a headline to prove that it was not made earlier. The two
 * pushes ahead of the headline are the difficulty of 2009 and the number 4.
 */
function genesisBlock(
  headline: string,
  publicKey: Uint8Array,
  time: number,
  bits: number,
  nonce: number,
): Block {
  const quoted = pushOf(Uint8Array.from(headline, (letter) => letter.charCodeAt(0)))
  const coinbase = new Transaction({
    version: 1,
    inputs: [
      {
        previousId: nullIdentifier,
        previousIndex: nullIndex,
        unlockingScript: Uint8Array.of(4, 0xff, 0xff, 0x00, 0x1d, 1, 4, ...quoted),
        sequence: finalSequence,
        witness: [],
      },
    ],
    outputs: [
      {
        value: 50 * satoshisPerCoin,
        lockingScript: Uint8Array.of(...pushOf(publicKey), opCheckSignature),
      },
    ],
    lockTime: 0,
  })
  const header = new BlockHeader({
    version: 1,
    previous: nullIdentifier,
    merkleRoot: merkleRoot([coinbase.id]).root,
    time,
    bits,
    nonce,
  })
  return new Block(header, [coinbase])
}
