import { finalSequence, type TransactionFields, type TransactionInput } from './transaction.ts'

/** Below this a lock time is a height, from it on a time in seconds. */
const lockTimeThreshold = 500_000_000

/** Bits of a sequence number (BIP68): no relative lock; the lock counts time; the amount. */
const relativeLockDisabled = 0x8000_0000
const relativeLockCountsTime = 0x0040_0000
const relativeLockMask = 0xffff
/** Relative locks by time count in units of 512 seconds. */
const relativeLockShift = 9

/**
 * May the transaction be in a block at this height (IsFinalTx of Bitcoin Core)?
 * @param time what lock times in seconds are compared with: the median time past of the block's
 * parent (BIP113), or before that the block's own time
 */
export function isFinal(transaction: TransactionFields, height: number, time: number): boolean {
  const { lockTime } = transaction
  if (lockTime === 0) return true
  if (lockTime < (lockTime < lockTimeThreshold ? height : time)) return true
  // A lock time is in force only if some input is not final.
  return transaction.inputs.every((input) => input.sequence === finalSequence)
}

/**
 * Is a coin old enough for this input of a block at `height` (BIP68)? Only asked of transactions of
 * version 2 or more.
 * @param coinHeight where the coin was created
 * @param medianTimeAt the median time past at a height of the branch
 */
export function isOldEnough(
  input: TransactionInput,
  coinHeight: number,
  height: number,
  medianTimeAt: (height: number) => number,
): boolean {
  const { sequence } = input
  if ((sequence & relativeLockDisabled) !== 0) return true
  const amount = sequence & relativeLockMask
  if ((sequence & relativeLockCountsTime) === 0) return height >= coinHeight + amount
  // The coin's age counts from the median before its block, which was fixed when it was mined.
  const created = medianTimeAt(Math.max(coinHeight - 1, 0))
  return medianTimeAt(height - 1) >= created + amount * 2 ** relativeLockShift
}
