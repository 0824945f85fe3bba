import { type Block, maximumBlockWeight } from './block.ts'
import type { ChainParameters } from './chain-parameters.ts'
import { checkHeader } from './header-rules.ts'
import { isFinal } from './lock-time.ts'
import { type RuleViolation, violation } from './rule-violation.ts'
import { pushOfHeight } from './script.ts'
import { checkTransactionAlone } from './transaction-rules.ts'
import { checkWitnesses } from './witness-commitment.ts'

const maximumSignatureCost = 80_000
/** What a byte or a signature operation outside a witness counts for, against one inside (BIP141). */
const witnessScale = 4

/**
 * The rules that a block keeps by itself (CheckBlock of Bitcoin Core, in its order). Of the
 * signature operations only the legacy count is taken, since those in redeem scripts and witnesses
 * show only in the coins being spent: a block near the limit may pass here that Bitcoin refuses.
 */
export function checkBlock(block: Block, parameters: ChainParameters): RuleViolation | undefined {
  return (
    checkHeader(block.header, parameters) ??
    checkMerkleRoot(block) ??
    checkSize(block) ??
    checkCoinbase(block) ??
    checkTransactions(block)
  )
}

/**
 * The rules that a block keeps towards its place in the chain, money aside.
 * @param height the height of the block
 * @param medianTime the median time past of its parent, in seconds
 */
export function checkBlockInContext(
  block: Block,
  height: number,
  medianTime: number,
  parameters: ChainParameters,
): RuleViolation | undefined {
  const { activation } = parameters
  const time = height >= activation.csv ? medianTime : block.header.time
  for (const transaction of block.transactions) {
    if (!isFinal(transaction, height, time)) {
      return violation(
        'lock-time',
        `transaction ${transaction.id} is locked until ${transaction.lockTime}, past block ${height}`,
      )
    }
  }
  return (
    (height >= activation.bip34 ? checkCoinbaseHeight(block, height) : undefined) ??
    checkWitnesses(block, height >= activation.segwit) ??
    checkWeight(block)
  )
}

function checkMerkleRoot(block: Block): RuleViolation | undefined {
  const { root, mutated } = block.merkle
  if (root !== block.header.merkleRoot) {
    return violation(
      'merkle-root',
      `the transactions of block ${block.id} have the merkle root ${root}, not ${block.header.merkleRoot}`,
    )
  }
  if (!mutated) return undefined
  return violation('merkle-duplicate', `the transactions of block ${block.id} repeat themselves`)
}

function checkSize(block: Block): RuleViolation | undefined {
  const { length } = block.transactions
  if (length === 0) return violation('block-size', `block ${block.id} has no transactions`)
  const weight = block.strippedSize * witnessScale
  if (weight <= maximumBlockWeight) return undefined
  return violation(
    'block-size',
    `block ${block.id} takes ${block.strippedSize} bytes without witnesses, but at most ${maximumBlockWeight / witnessScale} may it`,
  )
}

function checkCoinbase(block: Block): RuleViolation | undefined {
  const { transactions } = block
  if (transactions[0]?.isCoinbase !== true) {
    return violation('coinbase-first', `block ${block.id} does not begin with a coinbase`)
  }
  for (let i = 1; i < transactions.length; i += 1) {
    if (transactions[i]?.isCoinbase === true) {
      return violation('coinbase-only', `transaction ${i} of block ${block.id} is a coinbase too`)
    }
  }
  return undefined
}

function checkTransactions(block: Block): RuleViolation | undefined {
  for (const transaction of block.transactions) {
    const broken = checkTransactionAlone(transaction)
    if (broken !== undefined) return broken
  }
  const cost = block.signatureOperations * witnessScale
  if (cost <= maximumSignatureCost) return undefined
  return violation(
    'signature-operations',
    `the signature operations of block ${block.id} cost ${cost}, but at most ${maximumSignatureCost} may they`,
  )
}

function checkCoinbaseHeight(block: Block, height: number): RuleViolation | undefined {
  const script = block.transactions[0]?.inputs[0]?.unlockingScript ?? new Uint8Array(0)
  const expected = pushOfHeight(height)
  if (expected.every((byte, i) => script[i] === byte)) return undefined
  return violation(
    'coinbase-height',
    `the coinbase of block ${block.id} does not begin with the height ${height}`,
  )
}

function checkWeight(block: Block): RuleViolation | undefined {
  if (block.weight <= maximumBlockWeight) return undefined
  return violation(
    'block-weight',
    `block ${block.id} weighs ${block.weight}, but at most ${maximumBlockWeight} may it`,
  )
}
