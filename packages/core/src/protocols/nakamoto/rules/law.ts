/**
 * The law: every consensus rule by its name. Whoever breaks one is told the name; `core` is the
 * reason that Bitcoin Core gives for the same, for those who compare.
 *
 * `remembered` says what a node does about it:
 * - `for ever`: no block with this id can ever be valid. Remember it, and avoid the peer that sent it.
 * - `never`: the header and the body do not belong together, so the same id may yet come with a good
 *   body (CVE-2012-2459). Drop the body, remember nothing of the id.
 * - `until later`: only the time of the observer is against it. Try again.
 */
export interface Law {
  readonly states: string
  readonly source: string
  readonly core: string
  readonly remembered: 'for ever' | 'never' | 'until later'
}

const forEver = 'for ever' as const

/** Rules of a block's header. */
const headerLaw = {
  'target-range': {
    states: 'nBits encodes a target above zero and not above the limit of the chain',
    source: 'Bitcoin, section 4',
    core: 'high-hash',
    remembered: forEver,
  },
  'proof-of-work': {
    states:
      'the double SHA-256 of the header, read as a little-endian number, is at most the target',
    source: 'Bitcoin, section 4',
    core: 'high-hash',
    remembered: forEver,
  },
  'previous-block': {
    states: 'a header names the block before it',
    source: 'Bitcoin, section 3',
    core: 'prev-blk-not-found',
    remembered: forEver,
  },
  difficulty: {
    states: 'nBits is exactly what the times of the blocks before it require',
    source: 'Bitcoin, section 4',
    core: 'bad-diffbits',
    remembered: forEver,
  },
  'median-time': {
    states: 'a block is later than the median of the eleven before it',
    source: 'Bitcoin Core, ContextualCheckBlockHeader',
    core: 'time-too-old',
    remembered: forEver,
  },
  timewarp: {
    states:
      'the first block of a retarget period is not earlier than the block before it, save a grace',
    source: 'BIP94',
    core: 'time-timewarp-attack',
    remembered: forEver,
  },
  'future-time': {
    states: 'a block is not further ahead of the clock than the chain allows',
    source: 'Bitcoin Core, MAX_FUTURE_BLOCK_TIME',
    core: 'time-too-new',
    remembered: 'until later',
  },
  'header-version': {
    states: 'the version is one that the soft forks of its height still accept',
    source: 'BIP34, BIP66, BIP65',
    core: 'bad-version',
    remembered: forEver,
  },
} as const

/** Rules of a block's body. */
const blockLaw = {
  'merkle-root': {
    states: 'the header holds the merkle root of the transactions',
    source: 'Bitcoin, section 7',
    core: 'bad-txnmrklroot',
    remembered: 'never',
  },
  'merkle-duplicate': {
    states: 'no two siblings of the merkle tree are equal',
    source: 'CVE-2012-2459',
    core: 'bad-txns-duplicate',
    remembered: 'never',
  },
  'block-size': {
    states:
      'a block has a transaction, and without witnesses takes at most a quarter of the weight limit',
    source: 'Bitcoin Core, CheckBlock',
    core: 'bad-blk-length',
    remembered: forEver,
  },
  'block-weight': {
    states: 'three times the size without witnesses plus the size with them is at most 4,000,000',
    source: 'BIP141',
    core: 'bad-blk-weight',
    remembered: forEver,
  },
  'coinbase-first': {
    states: 'the first transaction is a coinbase',
    source: 'Bitcoin, section 6',
    core: 'bad-cb-missing',
    remembered: forEver,
  },
  'coinbase-only': {
    states: 'no transaction after the first is a coinbase',
    source: 'Bitcoin, section 6',
    core: 'bad-cb-multiple',
    remembered: forEver,
  },
  'coinbase-height': {
    states: "the coinbase's script begins with the height of the block",
    source: 'BIP34',
    core: 'bad-cb-height',
    remembered: forEver,
  },
  'signature-operations': {
    states: 'the signature operations of all scripts cost at most 80,000, four a legacy operation',
    source: 'BIP141',
    core: 'bad-blk-sigops',
    remembered: forEver,
  },
  'lock-time': {
    states: "every transaction's lock time has passed",
    source: 'Bitcoin Core, IsFinalTx; BIP113',
    core: 'bad-txns-nonfinal',
    remembered: forEver,
  },
  'witness-reserved-value': {
    states: "the coinbase's witness is one value of 32 bytes if the block commits to witnesses",
    source: 'BIP141',
    core: 'bad-witness-nonce-size',
    remembered: 'never',
  },
  'witness-commitment': {
    states: 'the commitment in the coinbase matches the witnesses',
    source: 'BIP141',
    core: 'bad-witness-merkle-match',
    remembered: 'never',
  },
  'unexpected-witness': {
    states: 'a block that commits to no witnesses has none',
    source: 'BIP141',
    core: 'unexpected-witness',
    remembered: 'never',
  },
} as const

/** Rules of one transaction by itself. */
const transactionLaw = {
  'inputs-present': {
    states: 'a transaction has an input',
    source: 'Bitcoin Core, CheckTransaction',
    core: 'bad-txns-vin-empty',
    remembered: forEver,
  },
  'outputs-present': {
    states: 'a transaction has an output',
    source: 'Bitcoin Core, CheckTransaction',
    core: 'bad-txns-vout-empty',
    remembered: forEver,
  },
  'transaction-size': {
    states: 'a transaction without its witnesses takes at most 1,000,000 bytes',
    source: 'Bitcoin Core, CheckTransaction',
    core: 'bad-txns-oversize',
    remembered: forEver,
  },
  'output-value': {
    states: 'every output, and their sum, is between nothing and 21 million coins',
    source: 'CVE-2010-5139',
    core: 'bad-txns-vout-toolarge',
    remembered: forEver,
  },
  'duplicate-input': {
    states: 'a transaction spends no coin twice',
    source: 'CVE-2018-17144',
    core: 'bad-txns-inputs-duplicate',
    remembered: forEver,
  },
  'coinbase-script': {
    states: "a coinbase's script takes 2 to 100 bytes",
    source: 'Bitcoin Core, CheckTransaction',
    core: 'bad-cb-length',
    remembered: forEver,
  },
  'null-input': {
    states: 'no input of a transaction other than a coinbase spends the null outpoint',
    source: 'Bitcoin Core, CheckTransaction',
    core: 'bad-txns-prevout-null',
    remembered: forEver,
  },
} as const

/**
 * Rules of money: what a transaction may do to the coins. `for ever` holds for a block; a loose
 * transaction that breaks one of these may be valid after the next block.
 */
const ledgerLaw = {
  'coin-exists': {
    states: 'every input spends a coin that exists',
    source: 'Bitcoin, section 2',
    core: 'bad-txns-inputs-missingorspent',
    remembered: forEver,
  },
  'double-spend': {
    states: 'no coin is spent twice in one block',
    source: 'Bitcoin, section 5',
    core: 'bad-txns-inputs-missingorspent',
    remembered: forEver,
  },
  'coinbase-maturity': {
    states: 'a coinbase is spent no earlier than the chain allows (100 blocks later, in Bitcoin)',
    source: 'Bitcoin Core, CheckTxInputs',
    core: 'bad-txns-premature-spend-of-coinbase',
    remembered: forEver,
  },
  'value-conserved': {
    states: 'a transaction pays out no more than it spends',
    source: 'Bitcoin, section 6',
    core: 'bad-txns-in-belowout',
    remembered: forEver,
  },
  'relative-lock-time': {
    states: "every input's coin is as old as the input's sequence number demands",
    source: 'BIP68',
    core: 'bad-txns-nonfinal',
    remembered: forEver,
  },
  signature: {
    states: 'the owner of every spent coin signed the transaction',
    source: 'Bitcoin, section 2',
    core: 'mandatory-script-verify-flag-failed',
    remembered: forEver,
  },
  'unspent-overwrite': {
    states: 'no transaction takes the id of one that still has unspent outputs',
    source: 'BIP30',
    core: 'bad-txns-BIP30',
    remembered: forEver,
  },
  'coinbase-value': {
    states: 'the coinbase pays out no more than the subsidy and the fees of its block',
    source: 'Bitcoin, section 6',
    core: 'bad-cb-amount',
    remembered: forEver,
  },
} as const

export type RuleName =
  | keyof typeof headerLaw
  | keyof typeof blockLaw
  | keyof typeof transactionLaw
  | keyof typeof ledgerLaw

export const law: { readonly [name in RuleName]: Law } = {
  ...headerLaw,
  ...blockLaw,
  ...transactionLaw,
  ...ledgerLaw,
}
