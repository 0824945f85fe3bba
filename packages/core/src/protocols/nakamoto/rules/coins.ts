import type { ChainParameters } from './chain-parameters.ts'
import { isUnspendable } from './script.ts'
import type { Outpoint, Transaction, TransactionOutput } from './transaction.ts'

/** An unspent output. Immutable: any number of ledgers may hold it. */
export interface Coin {
  /** Satoshis. */
  readonly value: number
  readonly lockingScript: Uint8Array
  /** The height of the block that created it. */
  readonly height: number
  /** Created by a coinbase, and so not to be spent at once. */
  readonly coinbase: boolean
}

/** All unspent outputs by their names. Plain data, so that a node's state can own it. */
export type Coins = Map<Outpoint, Coin>

/** The coins as one who only looks sees them. */
export type CoinView = Pick<Coins, 'get'>

/** All the money there is, in satoshis. */
export function totalSupply(coins: ReadonlyMap<Outpoint, Coin>): number {
  let total = 0
  for (const { value } of coins.values()) total += value
  return total
}

/** May a coin be spent by a block at `height`? */
export function isMature(coin: Coin, height: number, parameters: ChainParameters): boolean {
  return !coin.coinbase || height - coin.height >= parameters.coinbaseMaturity
}

/** The outputs of a transaction in a block at `height`, as coins; nothing in place of those that no one could spend. */
export function coinsOf(
  outputs: readonly TransactionOutput[],
  height: number,
  coinbase: boolean,
): readonly (Coin | undefined)[] {
  return outputs.map(({ value, lockingScript }) =>
    isUnspendable(lockingScript) ? undefined : { value, lockingScript, height, coinbase },
  )
}

/** Adds a transaction's outputs; returns their sum, without those that no one could spend. */
export function createCoins(coins: Coins, transaction: Transaction, height: number): number {
  const { creates } = transaction
  const created = transaction.coinsAt(height)
  let sum = 0
  for (let i = 0; i < created.length; i += 1) {
    const coin = created[i]
    if (coin === undefined) continue
    coins.set(creates[i] as Outpoint, coin)
    sum += coin.value
  }
  return sum
}

/**
 * Removes a transaction's outputs again.
 * @throws Error if one is not there, since something on top of the transaction was not undone first
 */
export function removeCoins(coins: Coins, transaction: Transaction): void {
  const { outputs, creates } = transaction
  for (let i = 0; i < outputs.length; i += 1) {
    if (isUnspendable((outputs[i] as (typeof outputs)[number]).lockingScript)) continue
    const outpoint = creates[i] as Outpoint
    if (!coins.delete(outpoint)) throw new Error(`cannot undo: ${outpoint} is not unspent`)
  }
}

/** Takes away the coins that a transaction spends, all of which are there, and returns them. */
export function spendCoins(coins: Coins, transaction: Transaction): Coin[] {
  return transaction.spends.map((outpoint) => {
    const coin = coins.get(outpoint)
    if (coin === undefined) throw new Error(`cannot spend: ${outpoint} is not unspent`)
    coins.delete(outpoint)
    return coin
  })
}

/**
 * Puts back the coins that a transaction spent: the last of `spent` before place `end`. Returns the
 * place of the first of them.
 */
export function restoreCoins(
  coins: Coins,
  transaction: Transaction,
  spent: readonly Coin[],
  end: number,
): number {
  const { spends } = transaction
  const start = end - spends.length
  for (let i = 0; i < spends.length; i += 1) {
    const coin = spent[start + i]
    if (coin === undefined) throw new Error('this is not the undo data of this transaction')
    coins.set(spends[i] as Outpoint, coin)
  }
  return start
}
