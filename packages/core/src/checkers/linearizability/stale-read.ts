import type { History } from '../history.ts'

/** No number of a value. */
export const noValue = -1

/** What the operations on one cell have to do with values, given by number. */
export interface ValueUses {
  /** The value that is there at first. */
  readonly initial: number
  /** The value in which alone an operation is possible, or `noValue`. */
  neededBy(operation: number): number
  /** The value that an operation writes or, if it is open, may write; or `noValue`. */
  writtenBy(operation: number): number
}

/**
 * Whether an operation found a value that cannot have been there: all that ever wrote it were called
 * only after the operation had returned, or it had been replaced for certain. That is so if the last
 * to write it had returned before another operation was called that wrote something else, and this
 * one had returned before the operation that found the value was called.
 *
 * Most violations are of this kind, and here they cost a sort instead of a search. `operations` are
 * sorted by call. Appends, whose values depend on the order, must not be among them.
 */
export function hasStaleRead(uses: ValueUses, operations: History<unknown, unknown>): boolean {
  const firstWritten = new Map<number, number>([[uses.initial, Number.NEGATIVE_INFINITY]])
  const lastWritten = new Map<number, number>([[uses.initial, Number.NEGATIVE_INFINITY]])
  for (const [number, operation] of operations.entries()) {
    const value = uses.writtenBy(number)
    if (value === noValue) continue
    if (!firstWritten.has(value)) firstWritten.set(value, operation.call)
    const returned = operation.return ?? Number.POSITIVE_INFINITY
    lastWritten.set(value, Math.max(lastWritten.get(value) ?? returned, returned))
  }
  const writes = new CertainWrites(uses, operations)
  for (const [number, { call, return: returned }] of operations.entries()) {
    const value = uses.neededBy(number)
    if (value === noValue || returned === undefined) continue
    const first = firstWritten.get(value)
    if (first === undefined || first > returned) return true
    if (writes.firstReturnAfter(lastWritten.get(value) as number) < call) return true
  }
  return false
}

/** The operations that certainly wrote something, for they returned. */
class CertainWrites {
  private readonly calls: number[] = []
  /** The earliest return of an operation and all that were called after it. */
  private readonly earliestReturns: number[] = []

  constructor(uses: ValueUses, operations: History<unknown, unknown>) {
    for (const [number, { call, return: returned }] of operations.entries()) {
      if (returned === undefined || uses.writtenBy(number) === noValue) continue
      this.calls.push(call)
      this.earliestReturns.push(returned)
    }
    for (let index = this.calls.length - 2; index >= 0; index--) {
      const later = this.earliestReturns[index + 1] as number
      this.earliestReturns[index] = Math.min(this.earliestReturns[index] as number, later)
    }
  }

  /** The earliest return among those called after `time`. */
  firstReturnAfter(time: number): number {
    let low = 0
    let high = this.calls.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.calls[middle] as number) <= time) low = middle + 1
      else high = middle
    }
    return this.earliestReturns[low] ?? Number.POSITIVE_INFINITY
  }
}
