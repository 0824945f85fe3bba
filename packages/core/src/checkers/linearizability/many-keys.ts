import { maxRangeBytes } from '../../machines/key-value-encoding.ts'
import { utf8Length } from '../../model/utf8.ts'
import type { History, Operation } from '../history.ts'
import { absent, type Cell } from './cell.ts'
import type { KeyValueAction, KeyValueOutcome } from './key-value-model.ts'
import { impossible, type Specification } from './model.ts'
import { TupleNumbers } from './tuple-numbers.ts'

type RangeCommand = Extract<KeyValueAction, { kind: 'range' }>
type RangeResult = Extract<KeyValueOutcome, { kind: 'range' }>

/** The operations on one key, and where they stand among all. */
export interface KeyOperations {
  readonly key: string
  readonly cell: Cell
  readonly places: readonly number[]
}

/** The answer to a range, with keys and values as numbers. */
interface RangeAnswer {
  /** The keys that begin with the prefix: from `first` up to, not including, `end`. */
  readonly first: number
  readonly end: number
  readonly keys: readonly number[]
  readonly values: readonly number[]
  /** Whether entries were left out: as many as allowed are there, or too many bytes. */
  readonly more: boolean
  readonly full: boolean
  readonly bytesLeft: number
}

/** Stands for the key of a range. */
const none = -1

/**
 * Operations on several keys, ranges among them. Keys are numbered in ascending order, and the state
 * is the number of the tuple of all their values.
 */
export class ManyKeys implements Specification {
  readonly initial: number
  private readonly keys: readonly string[]
  private readonly cells: readonly Cell[]
  private readonly perKey: readonly KeyOperations[]
  /** The key of an operation, and the number that the cell of this key knows it by. */
  private readonly keyOf: Int32Array
  private readonly numberInCell: Int32Array
  /** Ranges that were answered. */
  private readonly answers = new Map<number, RangeAnswer>()
  private readonly states: TupleNumbers

  /** `perKey` has all keys that operations are about or that ranges returned, ascending. */
  constructor(
    operations: History<KeyValueAction, KeyValueOutcome>,
    perKey: readonly KeyOperations[],
  ) {
    this.keys = perKey.map(({ key }) => key)
    this.cells = perKey.map(({ cell }) => cell)
    this.perKey = perKey
    this.keyOf = new Int32Array(operations.length).fill(none)
    this.numberInCell = new Int32Array(operations.length)
    for (const [key, { places }] of perKey.entries()) {
      for (const [number, operation] of places.entries()) {
        this.keyOf[operation] = key
        this.numberInCell[operation] = number
      }
    }
    const keyNumbers = new Map(this.keys.map((key, number) => [key, number]))
    for (const [operation, { command, result }] of operations.entries()) {
      if (command.kind !== 'range' || result?.kind !== 'range') continue
      this.answers.set(operation, this.answer(command, result, keyNumbers))
    }
    this.states = new TupleNumbers(this.keys.length)
    for (const [key, cell] of this.cells.entries()) this.states.next[key] = cell.initial
    this.initial = this.states.numberOfNext()
  }

  get bytes(): number {
    let bytes = this.states.bytesForNext
    for (const cell of this.cells) bytes += cell.bytes
    return bytes
  }

  describe(state: number): string {
    const entries: string[] = []
    for (const [key, cell] of this.cells.entries()) {
      const value = this.states.word(state, key)
      if (value === absent) continue
      entries.push(`${JSON.stringify(this.keys[key])} = ${cell.describe(value)}`)
    }
    return entries.length === 0 ? 'nothing' : entries.join(', ')
  }

  step(state: number, operation: number): number {
    const key = this.keyOf[operation] as number
    if (key === none) return this.isAnswered(state, operation) ? state : impossible
    const before = this.states.word(state, key)
    const after = this.cellOf(key).step(before, this.numberInCell[operation] as number)
    if (after === impossible) return impossible
    if (after === before) return state
    this.states.copyToNext(state)
    this.states.next[key] = after
    return this.states.numberOfNext()
  }

  isPure(operation: number): boolean {
    const key = this.keyOf[operation] as number
    return key === none || this.cellOf(key).isPure(this.numberInCell[operation] as number)
  }

  /** A range is like itself alone. */
  likeness(operation: number): number {
    const key = this.keyOf[operation] as number
    const own =
      key === none ? operation : this.cellOf(key).likeness(this.numberInCell[operation] as number)
    return own * (this.keys.length + 1) + key + 1
  }

  /** An order of one key says nothing of the others, but a contradiction does. Of ranges it knows nothing. */
  decide(operations: History<unknown, unknown>): 'contradicted' | undefined {
    const isContradicted = this.perKey.some(
      ({ cell, places }) => cell.decide(ofKey(operations, places)) === 'contradicted',
    )
    return isContradicted ? 'contradicted' : undefined
  }

  /** Ranges look for values as well, of which cells know nothing. */
  follow(operations: History<unknown, unknown>): void {
    for (const { cell, places } of this.perKey) {
      cell.follow(ofKey(operations, places), 'the states')
    }
  }

  take(operation: number): void {
    const key = this.keyOf[operation] as number
    if (key !== none) this.cellOf(key).take(this.numberInCell[operation] as number)
  }

  putBack(operation: number): void {
    const key = this.keyOf[operation] as number
    if (key !== none) this.cellOf(key).putBack(this.numberInCell[operation] as number)
  }

  /** What ranges need is left aside. */
  isDeadEnd(state: number, operation: number): boolean {
    const key = this.keyOf[operation] as number
    if (key === none) return false
    const value = this.states.word(state, key)
    return this.cellOf(key).isDeadEnd(value, this.numberInCell[operation] as number)
  }

  /** It keeps the values of the other keys. */
  overwrites(): boolean {
    return false
  }

  isUnseen(): boolean {
    return false
  }

  private cellOf(key: number): Cell {
    return this.cells[key] as Cell
  }

  private answer(
    { prefix, limit }: RangeCommand,
    { entries, more }: RangeResult,
    keyNumbers: ReadonlyMap<string, number>,
  ): RangeAnswer {
    const first = this.keys.findIndex((key) => key.startsWith(prefix))
    const covered = this.keys.filter((key) => key.startsWith(prefix)).length
    const keys = entries.map(({ key }) => keyNumbers.get(key) as number)
    let bytesLeft = maxRangeBytes
    for (const { key, value } of entries) bytesLeft -= utf8Length(key) + utf8Length(value)
    return {
      first,
      end: first + covered,
      keys,
      values: entries.map(({ value }, index) => this.cellOf(keys[index] as number).numberOf(value)),
      more,
      full: entries.length === limit,
      bytesLeft,
    }
  }

  /** Whether a range in `state` gets the answer that it got. One that was not answered may get any. */
  private isAnswered(state: number, operation: number): boolean {
    const answer = this.answers.get(operation)
    if (answer === undefined) return true
    let found = 0
    for (let key = answer.first; key < answer.end; key++) {
      const value = this.states.word(state, key)
      if (value === absent) continue
      // The first entry left out decides, whatever follows.
      if (found === answer.keys.length) return answer.more && this.hasNoRoom(key, value, answer)
      if (answer.keys[found] !== key || answer.values[found] !== value) return false
      found++
    }
    return found === answer.keys.length && !answer.more
  }

  private hasNoRoom(key: number, value: number, answer: RangeAnswer): boolean {
    if (answer.full) return true
    const text = this.cellOf(key).valueOf(value) as string
    return utf8Length(this.keys[key] as string) + utf8Length(text) > answer.bytesLeft
  }
}

function ofKey(
  operations: History<unknown, unknown>,
  places: readonly number[],
): History<unknown, unknown> {
  return places.map((place) => operations[place] as Operation<unknown, unknown>)
}
