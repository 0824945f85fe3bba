import type { History, Operation } from '../history.ts'
import { CertainWrites, noValue, type ValueUses } from './value-uses.ts'

/** Pairs that are kept: so many, and more in a long history. Beyond, time excludes too little to be worth it. */
const fewPairs = 100_000
const pairsPerOperation = 64

const bytesPerPair = 16
const bytesPerOperation = 40

/** Operations in pairs with others, by the first of a pair: those of `n` are from `first[n]` up to `first[n + 1]`. */
interface Partners {
  readonly first: Int32Array
  readonly partners: Int32Array
}

/**
 * Which operations may have found which writes, by time alone. (What `candidates` and `horizon` say is
 * shown in value-uses.ts.)
 *
 * While a search takes operations out of what is pending, two things are counted:
 *
 * - An operation is *stranded* if it needs a value, and no pending write is left that it may find. While
 *   one is stranded that needs the value there is, this value must stay: `mustStay`.
 * - A write is *unseen* if no pending operation is left that may find it, be it as the value it needs,
 *   or as another one than the value it must not find: `isUnseen`.
 */
export class ValueFlow {
  readonly bytes: number
  private readonly uses: ValueUses
  /** Of a write: who may find it. Of the others: the writes they may find. */
  private readonly finders: Partners
  private readonly found: Partners
  /** By operation that needs a value: how many pending writes it may find. */
  private readonly writesLeft: Int32Array
  /** By write: how many pending operations may find it. */
  private readonly findersLeft: Int32Array
  private readonly isTaken: Uint8Array
  /** By value: how many pending operations that need it have no write left, but for those of `timeless`. */
  private readonly stranded: Int32Array
  /** By value: how many pending writes of it may be found at any time, for they are open. */
  private readonly timeless: Int32Array
  /** By value: how many pending swaps of unknown outcome compare with it. */
  private readonly compared: Int32Array
  /** Whether a write that returned has to do with few others; otherwise all count as open ones do. */
  private readonly isSparse: boolean
  private readonly isOpen: Uint8Array

  /** `operations` are sorted by call; the numbers of values are below `values`. */
  constructor(uses: ValueUses, operations: History<unknown, unknown>, values: number) {
    const count = operations.length
    const pairs = pairsOf(uses, operations)
    this.uses = uses
    this.isSparse = pairs !== undefined
    const { writes, finders } = pairs ?? { writes: [], finders: [] }
    this.finders = partnersOf(count, writes, finders)
    this.found = partnersOf(count, finders, writes)
    this.writesLeft = new Int32Array(count)
    this.findersLeft = new Int32Array(count)
    this.isTaken = new Uint8Array(count)
    this.stranded = new Int32Array(values)
    this.timeless = new Int32Array(values)
    this.compared = new Int32Array(values)
    this.isOpen = Uint8Array.from(operations, (operation) =>
      operation.return === undefined ? 1 : 0,
    )
    this.bytes = bytesPerPair * writes.length + bytesPerOperation * count
    for (let operation = 0; operation < count; operation++) {
      this.findersLeft[operation] = countOf(this.finders, operation)
      const needsOne = uses.neededBy(operation) !== noValue
      if (needsOne) this.writesLeft[operation] = countOf(this.found, operation)
    }
    for (let operation = 0; operation < count; operation++) this.countAlone(operation, 1)
  }

  /** Whether a pending operation other than `operation` needs `value`, and none may bring it back. */
  mustStay(value: number, operation: number): boolean {
    if ((this.timeless[value] as number) > 0) return false
    const isOwn = this.uses.neededBy(operation) === value && this.writesLeft[operation] === 0
    return (this.stranded[value] as number) > (isOwn ? 1 : 0)
  }

  /** Whether `operation` is a pending write that returned, and nobody pending may find it. */
  isUnseen(operation: number): boolean {
    return (
      this.isSparse &&
      this.findersLeft[operation] === 0 &&
      this.isOpen[operation] === 0 &&
      (this.compared[this.uses.writtenBy(operation)] as number) === 0
    )
  }

  take(operation: number): void {
    this.countAlone(operation, -1)
    this.isTaken[operation] = 1
    this.countPairs(operation, -1)
  }

  putBack(operation: number): void {
    this.countPairs(operation, 1)
    this.isTaken[operation] = 0
    this.countAlone(operation, 1)
  }

  /** Counts an operation in or out, as long as it is pending itself. */
  private countAlone(operation: number, change: 1 | -1): void {
    const { uses } = this
    const needed = uses.neededBy(operation)
    if (needed !== noValue && this.writesLeft[operation] === 0) add(this.stranded, needed, change)
    const compared = uses.comparedBy(operation)
    if (compared !== noValue) add(this.compared, compared, change)
    const written = uses.writtenBy(operation)
    const isTimeless = this.isOpen[operation] === 1 || !this.isSparse
    if (written !== noValue && isTimeless) add(this.timeless, written, change)
  }

  private countPairs(operation: number, change: 1 | -1): void {
    const { found, finders, writesLeft, stranded, uses } = this
    for (let at = found.first[operation] as number; at < end(found, operation); at++) {
      add(this.findersLeft, found.partners[at] as number, change)
    }
    for (let at = finders.first[operation] as number; at < end(finders, operation); at++) {
      const finder = finders.partners[at] as number
      const needed = uses.neededBy(finder)
      if (needed === noValue) continue
      const before = writesLeft[finder] as number
      writesLeft[finder] = before + change
      if (this.isTaken[finder] === 1) continue
      if (before === 0) add(stranded, needed, -1)
      else if (before + change === 0) add(stranded, needed, 1)
    }
  }
}

function add(counts: Int32Array, place: number, change: number): void {
  counts[place] = (counts[place] as number) + change
}

function end({ first }: Partners, operation: number): number {
  return first[operation + 1] as number
}

function countOf(list: Partners, operation: number): number {
  return end(list, operation) - (list.first[operation] as number)
}

/** The pairs (`from[n]`, `to[n]`), by `from`. */
function partnersOf(count: number, from: readonly number[], to: readonly number[]): Partners {
  const first = new Int32Array(count + 1)
  for (const operation of from) add(first, operation + 1, 1)
  for (let operation = 0; operation < count; operation++) {
    add(first, operation + 1, first[operation] as number)
  }
  const next = first.slice()
  const partners = new Int32Array(from.length)
  for (const [pair, operation] of from.entries()) {
    partners[next[operation] as number] = to[pair] as number
    add(next, operation, 1)
  }
  return { first, partners }
}

/** The writes that returned, each with every operation that may find it. Undefined if there are too many. */
function pairsOf(
  uses: ValueUses,
  operations: History<unknown, unknown>,
): { readonly writes: readonly number[]; readonly finders: readonly number[] } | undefined {
  const most = fewPairs + pairsPerOperation * operations.length
  const certain = new CertainWrites(uses, operations)
  const needing = new Map<number, InTime>()
  const avoiding = new InTime(operations)
  for (let operation = 0; operation < operations.length; operation++) {
    const needed = uses.neededBy(operation)
    if (needed !== noValue) {
      let list = needing.get(needed)
      if (list === undefined) {
        list = new InTime(operations)
        needing.set(needed, list)
      }
      list.add(operation)
    }
    if (uses.avoidedBy(operation) !== noValue) avoiding.add(operation)
  }
  const writes: number[] = []
  const finders: number[] = []
  for (const [write, { call, return: returned }] of operations.entries()) {
    const value = uses.writtenBy(write)
    if (value === noValue || returned === undefined) continue
    const horizon = certain.firstReturnAfter(returned)
    const pair = (finder: number) => {
      if (finder === write) return
      writes.push(write)
      finders.push(finder)
    }
    needing.get(value)?.forEach(call, horizon, pair)
    avoiding.forEach(call, horizon, (finder) => {
      if (uses.avoidedBy(finder) !== value) pair(finder)
    })
    if (writes.length > most) return undefined
  }
  return { writes, finders }
}

/** Operations in the order of their calls. */
class InTime {
  private readonly operations: History<unknown, unknown>
  private readonly numbers: number[] = []
  /** The latest return of an operation and all before it. */
  private readonly latestReturns: number[] = []

  constructor(operations: History<unknown, unknown>) {
    this.operations = operations
  }

  add(operation: number): void {
    const { return: returned = Number.POSITIVE_INFINITY } = this.operation(operation)
    this.numbers.push(operation)
    this.latestReturns.push(Math.max(this.latestReturns.at(-1) ?? returned, returned))
  }

  /** Those that returned at `from` or later, and were called until `until`. */
  forEach(from: number, until: number, visit: (operation: number) => void): void {
    let low = 0
    let high = this.numbers.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.latestReturns[middle] as number) < from) low = middle + 1
      else high = middle
    }
    for (let place = low; place < this.numbers.length; place++) {
      const operation = this.numbers[place] as number
      const { call, return: returned = Number.POSITIVE_INFINITY } = this.operation(operation)
      if (call > until) return
      if (returned >= from) visit(operation)
    }
  }

  private operation(number: number): Operation<unknown, unknown> {
    return this.operations[number] as Operation<unknown, unknown>
  }
}
