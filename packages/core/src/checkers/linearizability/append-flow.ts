import type { History } from '../history.ts'
import { noValue, type ValueUses } from './value-uses.ts'

/**
 * The reads that are pending while a search goes on, where values are appended to: until something
 * replaces the value, it only grows. So if nothing that replaces it was called before a read returned,
 * what the read found begins with the value there is; otherwise there is no way on.
 */
export class AppendFlow {
  private readonly uses: ValueUses
  private readonly operations: History<unknown, unknown>
  private readonly isTaken: Uint8Array
  /** Reads that returned, by return, and operations that replace the value, by call. */
  private readonly reads: Queue
  private readonly replacing: Queue

  /** `operations` are sorted by call. */
  constructor(uses: ValueUses, operations: History<unknown, unknown>) {
    this.uses = uses
    this.operations = operations
    this.isTaken = new Uint8Array(operations.length)
    const numbers = operations.map((_, number) => number)
    const returned = (number: number) => operations[number]?.return ?? Number.POSITIVE_INFINITY
    const reads = numbers
      .filter((n) => uses.neededBy(n) !== noValue && operations[n]?.return !== undefined)
      .sort((a, b) => returned(a) - returned(b))
    const replacing = numbers.filter((number) => uses.writtenBy(number) !== noValue)
    this.reads = new Queue(reads, operations.length)
    this.replacing = new Queue(replacing, operations.length)
  }

  /**
   * The value that the first pending read found, if until then the value can only grow, when `operation`
   * is taken; or `noValue`.
   */
  grownInto(operation: number): number {
    const read = this.reads.first(this.isTaken, operation)
    if (read === undefined) return noValue
    const replacing = this.replacing.first(this.isTaken, operation)
    const returned = this.operations[read]?.return as number
    const mayBeReplaced =
      replacing !== undefined && (this.operations[replacing]?.call as number) <= returned
    return mayBeReplaced ? noValue : this.uses.neededBy(read)
  }

  take(operation: number): void {
    this.isTaken[operation] = 1
  }

  putBack(operation: number): void {
    this.isTaken[operation] = 0
    this.reads.putBack(operation)
    this.replacing.putBack(operation)
  }
}

/** Operations in an order, of which the first pending one is asked for. */
class Queue {
  private readonly numbers: readonly number[]
  /** The place of each operation, or -1. */
  private readonly placeOf: Int32Array
  /** No operation before this place is pending. */
  private from = 0

  constructor(numbers: readonly number[], count: number) {
    this.numbers = numbers
    this.placeOf = new Int32Array(count).fill(-1)
    for (const [place, number] of numbers.entries()) this.placeOf[number] = place
  }

  /** The first pending operation other than `except`. */
  first(isTaken: Uint8Array, except: number): number | undefined {
    const { numbers } = this
    while (this.from < numbers.length && isTaken[numbers[this.from] as number] === 1) this.from++
    for (let place = this.from; place < numbers.length; place++) {
      const number = numbers[place] as number
      if (number !== except && isTaken[number] === 0) return number
    }
    return undefined
  }

  putBack(operation: number): void {
    const place = this.placeOf[operation] as number
    if (place !== -1 && place < this.from) this.from = place
  }
}
