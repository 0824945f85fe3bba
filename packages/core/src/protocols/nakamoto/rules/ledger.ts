import type { Block } from './block.ts'
import type { ChainParameters } from './chain-parameters.ts'
import {
  type Coin,
  type Coins,
  type CoinView,
  createCoins,
  isMature,
  removeCoins,
  restoreCoins,
  spendCoins,
} from './coins.ts'
import { isFinal, isOldEnough } from './lock-time.ts'
import { isSignedByOwner, type VerifySignature } from './ownership.ts'
import { type RuleViolation, violation } from './rule-violation.ts'
import { subsidyAt } from './subsidy.ts'
import { maximumMoney, type Outpoint, type Transaction, transactionWeight } from './transaction.ts'
import { checkTransactionAlone } from './transaction-rules.ts'

/**
 * The rules of money: what a block does to the coins, and how it is undone. A block is connected
 * whole or not at all, and disconnecting it leaves the coins exactly as they were.
 */

/** Where in which chain the coins stand. One object serves any number of nodes on the same branch. */
export interface LedgerContext {
  readonly parameters: ChainParameters
  /** The height of the block to connect, or of the next block. */
  readonly height: number
  /** The median time past of the block at a height of this branch, in seconds. Asked up to `height - 1`. */
  readonly medianTimeAt: (height: number) => number
  /**
   * How the owners of coins are asked. `skip`: they are not, which is what happens to Bitcoin's own
   * blocks, since Bitcoin Script is not executed here: trust in their signatures then rests on the
   * work on top of them alone.
   */
  readonly signatures: VerifySignature | 'skip'
}

/** What it takes to disconnect a block. */
export interface BlockUndo {
  /** The coins that were spent, in the order of the inputs. */
  readonly spent: readonly Coin[]
  /** Coins that were there under a name that the block created anew: two blocks of 2010 did that. */
  readonly overwritten: readonly (readonly [Outpoint, Coin])[]
}

export interface ConnectedBlock {
  readonly kind: 'connected'
  readonly undo: BlockUndo
  /** Satoshis. */
  readonly fees: number
  /** By how much all the money there is has grown, in satoshis; it shrinks where money is burnt. */
  readonly supplyChange: number
}

/** A transaction that was applied by itself, with what it takes to revert it. */
export interface AppliedTransaction {
  readonly kind: 'applied'
  /** Satoshis, which are no one's: outside a block no coinbase takes them. */
  readonly fee: number
  /** The coins that were spent, in the order of the inputs. */
  readonly spent: readonly Coin[]
}

export interface AcceptedTransaction {
  readonly kind: 'accepted'
  /** Satoshis. */
  readonly fee: number
  readonly weight: number
}

/** The undo of a block that spends nothing: most blocks of a simulation share it. */
const nothingSpent: BlockUndo = { spent: [], overwritten: [] }

/** What connecting a block has done so far. */
interface Progress {
  readonly spent: Coin[]
  readonly overwritten: (readonly [Outpoint, Coin])[]
  fees: number
  supplyChange: number
}

/**
 * Spends and creates the coins of a block. If a rule is broken, the coins are as they were.
 * @param block one that passed `checkBlock` and `checkBlockInContext`
 */
export function connectBlock(
  coins: Coins,
  block: Block,
  context: LedgerContext,
): ConnectedBlock | RuleViolation {
  const { transactions } = block
  const progress: Progress = { spent: [], overwritten: [], fees: 0, supplyChange: 0 }
  for (let i = 0; i < transactions.length; i += 1) {
    const broken = connectTransaction(coins, block, i, context, progress)
    if (broken !== undefined) {
      revert(coins, transactions, i, progress)
      return broken
    }
  }
  const broken = checkCoinbaseValue(block, progress.fees, context)
  if (broken !== undefined) {
    revert(coins, transactions, transactions.length, progress)
    return broken
  }
  const { spent, overwritten, fees, supplyChange } = progress
  const undo = spent.length + overwritten.length === 0 ? nothingSpent : { spent, overwritten }
  return { kind: 'connected', undo, fees, supplyChange }
}

/**
 * Takes back the block that was connected last, with what `connectBlock` returned for it.
 * @throws Error if the coins are not as that block left them
 */
export function disconnectBlock(coins: Coins, block: Block, undo: BlockUndo): void {
  revert(coins, block.transactions, block.transactions.length, undo)
}

/**
 * May this transaction be in the next block? A violation of the rules of money may pass: a coin may
 * yet be created, mature, or be old enough.
 * @param context that of the next block
 */
export function checkTransaction(
  coins: CoinView,
  transaction: Transaction,
  context: LedgerContext,
): AcceptedTransaction | RuleViolation {
  const broken = checkTransactionAlone(transaction)
  if (broken !== undefined) return broken
  const { id, isCoinbase, lockTime } = transaction
  if (isCoinbase)
    return violation('coinbase-only', `transaction ${id} is a coinbase without a block`)
  if (!isFinal(transaction, context.height, context.medianTimeAt(context.height - 1))) {
    return violation(
      'lock-time',
      `transaction ${id} is locked until ${lockTime}, past block ${context.height}`,
    )
  }
  if (overwrites(coins, transaction)) return overwriting(transaction)
  const fee = feeOf(coins, transaction, context)
  if (typeof fee !== 'number') return fee
  return { kind: 'accepted', fee, weight: transactionWeight(transaction) }
}

/**
 * Applies a transaction without a block, where something other than blocks puts transactions in
 * order. If a rule is broken, the coins are as they were.
 */
export function applyTransaction(
  coins: Coins,
  transaction: Transaction,
  context: LedgerContext,
): AppliedTransaction | RuleViolation {
  const accepted = checkTransaction(coins, transaction, context)
  if (accepted.kind === 'violation') return accepted
  const spent = spendCoins(coins, transaction)
  createCoins(coins, transaction, context.height)
  return { kind: 'applied', fee: accepted.fee, spent }
}

/** Takes back the transaction that was applied last. */
export function revertTransaction(
  coins: Coins,
  transaction: Transaction,
  spent: readonly Coin[],
): void {
  removeCoins(coins, transaction)
  restoreCoins(coins, transaction, spent, spent.length)
}

/** Checks one transaction of a block, then spends and creates its coins; or does nothing. */
function connectTransaction(
  coins: Coins,
  block: Block,
  index: number,
  context: LedgerContext,
  progress: Progress,
): RuleViolation | undefined {
  const transaction = block.transactions[index] as Transaction
  if (overwrites(coins, transaction)) {
    if (!context.parameters.overwriteExceptions.includes(block.id)) return overwriting(transaction)
    for (const outpoint of transaction.creates) {
      const coin = coins.get(outpoint)
      if (coin === undefined) continue
      progress.overwritten.push([outpoint, coin])
      progress.supplyChange -= coin.value
    }
  }
  if (index > 0) {
    const fee = feeOf(coins, transaction, context)
    if (typeof fee !== 'number') return nameDoubleSpend(fee, coins, block, index)
    progress.fees += fee
    for (const coin of spendCoins(coins, transaction)) {
      progress.spent.push(coin)
      progress.supplyChange -= coin.value
    }
  }
  progress.supplyChange += createCoins(coins, transaction, context.height)
  return undefined
}

/** What the transaction spends beyond what it pays out, if it may spend it. */
function feeOf(
  coins: CoinView,
  transaction: Transaction,
  context: LedgerContext,
): number | RuleViolation {
  const { inputs, spends } = transaction
  let value = 0
  for (let i = 0; i < inputs.length; i += 1) {
    const outpoint = spends[i] as Outpoint
    const coin = coins.get(outpoint)
    if (coin === undefined) {
      return violation('coin-exists', `transaction ${transaction.id} spends ${outpoint}, no coin`)
    }
    if (!isMature(coin, context.height, context.parameters)) {
      return violation(
        'coinbase-maturity',
        `transaction ${transaction.id} spends the coinbase of block ${coin.height} in block ${context.height}`,
      )
    }
    value += coin.value
  }
  if (value > maximumMoney) throw new Error(`coins of ${value} satoshis: more than can ever exist`)
  const paid = sumOfOutputs(transaction)
  if (paid > value) {
    return violation(
      'value-conserved',
      `transaction ${transaction.id} pays out ${paid} satoshis of ${value} that it spends`,
    )
  }
  return (
    checkRelativeLockTimes(coins, transaction, context) ??
    checkSignatures(coins, transaction, context) ??
    value - paid
  )
}

function checkRelativeLockTimes(
  coins: CoinView,
  transaction: Transaction,
  context: LedgerContext,
): RuleViolation | undefined {
  const { height, medianTimeAt, parameters } = context
  if (transaction.version < 2 || height < parameters.activation.csv) return undefined
  for (const [index, input] of transaction.inputs.entries()) {
    const coin = coins.get(transaction.spends[index] as Outpoint) as Coin
    if (!isOldEnough(input, coin.height, height, medianTimeAt)) {
      return violation(
        'relative-lock-time',
        `input ${index} of transaction ${transaction.id} spends a coin of block ${coin.height} too early`,
      )
    }
  }
  return undefined
}

function checkSignatures(
  coins: CoinView,
  transaction: Transaction,
  context: LedgerContext,
): RuleViolation | undefined {
  if (context.signatures === 'skip') return undefined
  for (const [index, outpoint] of transaction.spends.entries()) {
    const coin = coins.get(outpoint) as Coin
    if (!isSignedByOwner(transaction, index, coin, context.signatures)) {
      return violation(
        'signature',
        `input ${index} of transaction ${transaction.id} is not signed by the owner of ${outpoint}`,
      )
    }
  }
  return undefined
}

function checkCoinbaseValue(
  block: Block,
  fees: number,
  context: LedgerContext,
): RuleViolation | undefined {
  const paid = sumOfOutputs(block.transactions[0] as Transaction)
  const allowed = subsidyAt(context.height, context.parameters) + fees
  if (paid <= allowed) return undefined
  return violation(
    'coinbase-value',
    `the coinbase of block ${block.id} pays out ${paid} satoshis, but at most ${allowed} may it`,
  )
}

function sumOfOutputs(transaction: Transaction): number {
  let sum = 0
  for (const { value } of transaction.outputs) sum += value
  return sum
}

function overwrites(coins: CoinView, transaction: Transaction): boolean {
  const { creates } = transaction
  for (let i = 0; i < creates.length; i += 1) {
    if (coins.get(creates[i] as Outpoint) !== undefined) return true
  }
  return false
}

function overwriting(transaction: Transaction): RuleViolation {
  return violation(
    'unspent-overwrite',
    `transaction ${transaction.id} is there already and has unspent outputs`,
  )
}

/** Where a coin is missing because the same block spent it already, says so. */
function nameDoubleSpend(
  broken: RuleViolation,
  coins: CoinView,
  block: Block,
  index: number,
): RuleViolation {
  if (broken.rule !== 'coin-exists') return broken
  const { id, spends } = block.transactions[index] as Transaction
  const missing = spends.find((outpoint) => coins.get(outpoint) === undefined) as Outpoint
  const first = block.transactions.slice(0, index).find((other) => other.spends.includes(missing))
  if (first === undefined) return broken
  return violation('double-spend', `transactions ${first.id} and ${id} both spend ${missing}`)
}

/** Takes back the first `count` transactions of a block, latest first. */
function revert(
  coins: Coins,
  transactions: readonly Transaction[],
  count: number,
  undo: BlockUndo,
): void {
  let restored = undo.spent.length // those from here on are back
  for (let i = count - 1; i >= 0; i -= 1) {
    const transaction = transactions[i] as Transaction
    removeCoins(coins, transaction)
    if (i > 0) restored = restoreCoins(coins, transaction, undo.spent, restored)
  }
  if (restored !== 0) throw new Error('this is not the undo data of this block')
  for (const [outpoint, coin] of undo.overwritten) coins.set(outpoint, coin)
}
