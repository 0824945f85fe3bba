import type { History } from '../history.ts'

/** No number of a value. */
export const noValue = -1

/** What the operations on one cell have to do with values, given by number; each may say `noValue`. */
export interface ValueUses {
  /** The value that is there at first. */
  readonly initial: number
  /** The value in which alone an operation is possible. */
  neededBy(operation: number): number
  /** The value in which alone it is impossible. */
  avoidedBy(operation: number): number
  /** The value that an operation of unknown outcome compares with. */
  comparedBy(operation: number): number
  /** The value that an operation writes or, if it is open, may write. */
  writtenBy(operation: number): number
}

/**
 * The writes that certainly took place, for they returned.
 *
 * What an operation R found can have been left by a write W only if W was called before R returned, and
 * if no other write U had to come between: one that was called after W returned, and returned before R
 * was called. In every order such a U stands between the two. So R was called at the latest when the
 * first of all writes returned that were called after W returned: at the *horizon* of W. What an open
 * operation wrote has none.
 */
export class CertainWrites {
  private readonly calls: number[] = []
  /** The earliest return of a write and all that were called after it. */
  private readonly earliestReturns: number[] = []

  /** `operations` are sorted by call. */
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

  /** The horizon of what had been written by a write that returned at `time`. */
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
