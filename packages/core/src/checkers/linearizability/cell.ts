import type { History } from '../history.ts'
import { AppendFlow } from './append-flow.ts'
import { impossible, type Specification } from './model.ts'
import { ValueFlow } from './value-flow.ts'
import { noValue, type ValueUses } from './value-uses.ts'
import { orderByZones } from './zones.ts'

/** The number of no value: the key is absent, the register was never written. */
export const absent = 0

/** What an operation did, told by its command and its result together. */
const actions = {
  /** Nothing in any state: a read that was not answered, a command refused as malformed. */
  nothing: 0,
  read: 1,
  write: 2,
  swap: 3,
  failedSwap: 4,
  openSwap: 5,
  append: 6,
  removal: 7,
} as const

/** A value for people; undefined is none. */
export type ValueText = (value: string | undefined) => string

const plainValueText: ValueText = (value) => value ?? 'nothing'

/** What a value takes in tables, apart from its text; more or less. */
const bytesPerValue = 120

/**
 * The operations on one cell: a value that is read, written, compared and swapped, removed, appended
 * to. A register is a cell, and so is every key of a key-value store. The state is the number of the
 * value, equal values having equal numbers.
 */
export class Cell implements Specification, ValueUses {
  readonly initial: number
  private ownBytes = 0
  private readonly actions: Uint8Array
  /** The value that an operation read or compares with. */
  private readonly expected: Int32Array
  /** The value that it writes or appends. */
  private readonly written: Int32Array

  private readonly values: (string | undefined)[] = []
  private readonly numbers = new Map<string | undefined, number>()
  /** By value, then by what is appended to it: both together. */
  private readonly appended = new Map<number, Map<number, number>>()

  /** How many appends are pending. They may lead to any value, from any. */
  private appends = 0
  /** Who may have found what, while a search goes on. */
  private flow: ValueFlow | undefined
  private appendFlow: AppendFlow | undefined
  /** All values that anybody looks for, sorted, while a search for an order goes on. */
  private sought: readonly string[] | undefined
  /** One value that is the beginning of none of these. It stands for all of its kind. */
  private unsought = noValue

  private readonly valueText: ValueText
  private readonly likenesses = new Map<string, number>()

  /** `count` operations that do nothing until told otherwise. */
  constructor(count: number, initialValue: string | undefined, valueText = plainValueText) {
    this.valueText = valueText
    this.actions = new Uint8Array(count)
    this.expected = new Int32Array(count)
    this.written = new Int32Array(count)
    this.numberOf(undefined)
    this.initial = this.numberOf(initialValue)
  }

  get bytes(): number {
    return this.ownBytes + (this.flow?.bytes ?? 0)
  }

  /** A read that returned `value`. */
  read(operation: number, value: string | undefined): void {
    this.set(operation, actions.read, value, undefined)
  }

  write(operation: number, value: string | undefined): void {
    this.set(operation, actions.write, undefined, value)
  }

  /** `swapped` is undefined if the outcome is unknown. */
  compareAndSwap(
    operation: number,
    expected: string | undefined,
    value: string | undefined,
    swapped: boolean | undefined,
  ): void {
    const known = swapped ? actions.swap : actions.failedSwap
    this.set(operation, swapped === undefined ? actions.openSwap : known, expected, value)
  }

  /** `existed`: there was a value to remove; undefined if the outcome is unknown. */
  remove(operation: number, existed: boolean | undefined): void {
    const known = existed ? actions.removal : actions.read
    this.set(operation, existed === undefined ? actions.write : known, undefined, undefined)
  }

  /** Puts `value` after the one that is there; absence counts as the empty text. */
  append(operation: number, value: string): void {
    this.set(operation, actions.append, undefined, value)
  }

  private set(
    operation: number,
    action: number,
    expected: string | undefined,
    written: string | undefined,
  ): void {
    this.actions[operation] = action
    this.expected[operation] = this.numberOf(expected)
    this.written[operation] = this.numberOf(written)
    if (action === actions.append) this.appends++
  }

  describe(state: number): string {
    return this.valueText(this.valueOf(state))
  }

  step(state: number, operation: number): number {
    const written = this.written[operation] as number
    const asExpected = state === this.expected[operation]
    switch (this.actions[operation]) {
      case actions.nothing:
        return state
      case actions.read:
        return asExpected ? state : impossible
      case actions.write:
        return written
      case actions.swap:
        return asExpected ? written : impossible
      case actions.failedSwap:
        return asExpected ? impossible : state
      case actions.openSwap:
        return asExpected ? written : state
      case actions.append:
        return this.concatenation(state, written)
      case actions.removal:
        return state === absent ? impossible : absent
      default:
        throw new Error(`operation ${operation} is none of this cell`)
    }
  }

  isPure(operation: number): boolean {
    switch (this.actions[operation]) {
      case actions.nothing:
      case actions.read:
      case actions.failedSwap:
        return true
      case actions.swap:
      case actions.openSwap:
        return this.expected[operation] === this.written[operation]
      default:
        return false
    }
  }

  likeness(operation: number): number {
    const { actions: what, expected, written } = this
    const text = `${what[operation]} ${expected[operation]} ${written[operation]}`
    let number = this.likenesses.get(text)
    if (number === undefined) {
      number = this.likenesses.size
      this.likenesses.set(text, number)
    }
    return number
  }

  decide(operations: History<unknown, unknown>): readonly number[] | 'contradicted' | undefined {
    return this.appends > 0 ? undefined : orderByZones(this, operations)
  }

  follow(operations: History<unknown, unknown>, purpose: 'an order' | 'the states'): void {
    if (purpose === 'an order' && this.appends > 0) {
      this.appended.clear()
      const values = Array.from(this.expected, (number) => this.valueOf(number) ?? '')
      this.sought = [...new Set(values)].sort((a, b) => (a < b ? -1 : 1))
    }
    this.flow = new ValueFlow(this, operations, this.values.length)
    if (this.appends > 0) this.appendFlow = new AppendFlow(this, operations)
  }

  take(operation: number): void {
    if (this.actions[operation] === actions.append) this.appends--
    this.flow?.take(operation)
    this.appendFlow?.take(operation)
  }

  putBack(operation: number): void {
    if (this.actions[operation] === actions.append) this.appends++
    this.flow?.putBack(operation)
    this.appendFlow?.putBack(operation)
  }

  isDeadEnd(state: number, operation: number): boolean {
    if (this.appends === 0 && this.flow?.mustStay(state, operation)) return true
    const found = this.appendFlow?.grownInto(operation) ?? noValue
    if (found === noValue) return false
    const next = this.valueOf(this.step(state, operation))
    return next !== undefined && !(this.valueOf(found)?.startsWith(next) ?? false)
  }

  overwrites(operation: number): boolean {
    return this.actions[operation] === actions.write
  }

  isUnseen(operation: number): boolean {
    return (
      this.overwrites(operation) && this.appends === 0 && (this.flow?.isUnseen(operation) ?? false)
    )
  }

  neededBy(operation: number): number {
    const action = this.actions[operation]
    const needs = action === actions.read || action === actions.swap
    return needs ? (this.expected[operation] as number) : noValue
  }

  avoidedBy(operation: number): number {
    switch (this.actions[operation]) {
      case actions.failedSwap:
        return this.expected[operation] as number
      case actions.removal:
        return absent
      default:
        return noValue
    }
  }

  comparedBy(operation: number): number {
    const isOpenSwap = this.actions[operation] === actions.openSwap && !this.isPure(operation)
    return isOpenSwap ? (this.expected[operation] as number) : noValue
  }

  writtenBy(operation: number): number {
    switch (this.actions[operation]) {
      case actions.write:
      case actions.removal:
        return this.written[operation] as number
      case actions.swap:
      case actions.openSwap:
        return this.isPure(operation) ? noValue : (this.written[operation] as number)
      default:
        return noValue
    }
  }

  /** The number of `value`, the same for equal ones. */
  numberOf(value: string | undefined): number {
    const known = this.numbers.get(value)
    if (known !== undefined) return known
    const number = this.values.push(value) - 1
    this.numbers.set(value, number)
    this.ownBytes += bytesPerValue + 2 * (value?.length ?? 0)
    return number
  }

  /** The value of a number; undefined for `absent`. */
  valueOf(number: number): string | undefined {
    return this.values[number]
  }

  /**
   * Values that are the beginning of none that anybody looks for are one and the same to a search: with
   * what is appended they stay so, until they are replaced; until then all needs are unmet, and all
   * other operations are possible.
   */
  private merged(number: number): number {
    if (this.sought === undefined || isBeginning(this.valueOf(number) as string, this.sought)) {
      return number
    }
    if (this.unsought === noValue) this.unsought = number
    return this.unsought
  }

  private concatenation(first: number, second: number): number {
    if (first === this.unsought) return first
    let row = this.appended.get(first)
    if (row === undefined) {
      row = new Map()
      this.appended.set(first, row)
    }
    const known = row.get(second)
    if (known !== undefined) return known
    const number = this.merged(this.numberOf((this.values[first] ?? '') + this.values[second]))
    row.set(second, number)
    return number
  }
}

/** Whether `text` is the beginning of one of `texts`, which are sorted. */
function isBeginning(text: string, texts: readonly string[]): boolean {
  let low = 0
  let high = texts.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((texts[middle] as string) < text) low = middle + 1
    else high = middle
  }
  return texts[low]?.startsWith(text) ?? false
}
