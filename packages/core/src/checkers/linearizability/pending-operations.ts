import { never, type Timeline } from './timeline.ts'

/**
 * The operations that the search has not taken yet: two doubly linked lists, one by call, one by
 * return, the second without the open ones. An operation is taken out and put back in constant time,
 * provided that the last one taken out is the first put back (Knuth's dancing links).
 *
 * The lists are circular; `end` stands for the beginning and the end of both.
 */
export class PendingOperations {
  readonly end: number
  private readonly callAt: Int32Array
  private readonly returnAt: Int32Array
  private readonly nextCall: Int32Array
  private readonly previousCall: Int32Array
  private readonly nextReturn: Int32Array
  private readonly previousReturn: Int32Array

  constructor(timeline: Timeline) {
    this.end = timeline.callAt.length - 1
    this.callAt = timeline.callAt
    this.returnAt = timeline.returnAt
    this.nextCall = new Int32Array(this.end + 1).fill(this.end)
    this.previousCall = new Int32Array(this.end + 1).fill(this.end)
    this.nextReturn = new Int32Array(this.end + 1).fill(this.end)
    this.previousReturn = new Int32Array(this.end + 1).fill(this.end)
    for (const operation of timeline.byCall) {
      append(this.nextCall, this.previousCall, this.end, operation)
    }
    for (const operation of timeline.byReturn) {
      append(this.nextReturn, this.previousReturn, this.end, operation)
    }
  }

  /** The operation that returned first, or `end` if only open ones are left. */
  get firstReturn(): number {
    return this.nextReturn[this.end] as number
  }

  /** The operation that was called first, or `end`. */
  get firstCall(): number {
    return this.nextCall[this.end] as number
  }

  /** The one called after `operation`, or `end`. Also known of the operation last put back. */
  callAfter(operation: number): number {
    return this.nextCall[operation] as number
  }

  /**
   * Whether `operation` may be the next of an order: it was called before any other returned. Not
   * so for `end`, nor for any operation called after one for which it is not so.
   */
  mayBeNext(operation: number): boolean {
    return (this.callAt[operation] as number) < (this.returnAt[this.firstReturn] as number)
  }

  takeOut(operation: number): void {
    unlink(this.nextCall, this.previousCall, operation)
    if (this.isOpen(operation)) return
    unlink(this.nextReturn, this.previousReturn, operation)
  }

  putBack(operation: number): void {
    if (!this.isOpen(operation)) relink(this.nextReturn, this.previousReturn, operation)
    relink(this.nextCall, this.previousCall, operation)
  }

  private isOpen(operation: number): boolean {
    return this.returnAt[operation] === never
  }
}

function append(next: Int32Array, previous: Int32Array, end: number, operation: number): void {
  const last = previous[end] as number
  next[last] = operation
  previous[operation] = last
  next[operation] = end
  previous[end] = operation
}

function unlink(next: Int32Array, previous: Int32Array, operation: number): void {
  const before = previous[operation] as number
  const after = next[operation] as number
  next[before] = after
  previous[after] = before
}

function relink(next: Int32Array, previous: Int32Array, operation: number): void {
  next[previous[operation] as number] = operation
  previous[next[operation] as number] = operation
}
