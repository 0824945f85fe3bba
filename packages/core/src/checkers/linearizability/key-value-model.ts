import type { KeyValueCommand, KeyValueResult } from '../../machines/key-value-command.ts'
import { type History, HistoryError, type Operation } from '../history.ts'
import { Cell, type ValueText } from './cell.ts'
import { partitionByKey } from './key-value-partition.ts'
import { type KeyOperations, ManyKeys } from './many-keys.ts'
import type { SequentialModel, Specification } from './model.ts'

/** A command of the key-value store, or an append, which recorded histories of other stores have. */
export type KeyValueAction =
  | KeyValueCommand
  /** Puts `value` after the one that is there; absence counts as the empty text. */
  | { readonly kind: 'append'; readonly key: string; readonly value: string }

export type KeyValueOutcome =
  | KeyValueResult
  | { readonly kind: 'append' }
  /** Deleted, by a store that does not say whether there was something. */
  | { readonly kind: 'delete'; readonly existed: undefined }

export type KeyValueModel = SequentialModel<KeyValueAction, KeyValueOutcome>

type KeyValueOperation = Operation<KeyValueAction, KeyValueOutcome>

/** The key-value store, at first empty. */
export const keyValueModel: KeyValueModel = keyValueModelFrom(undefined)

/**
 * A key-value store where every key has `initialValue` at first; undefined: it is absent.
 *
 * A history is divided by key, save that a range joins all the keys that begin with its prefix.
 */
export function keyValueModelFrom(
  initialValue: string | undefined,
  valueText?: ValueText,
): KeyValueModel {
  return {
    partition: partitionByKey,
    specify: (operations) =>
      specify(operations, (count) => new Cell(count, initialValue, valueText)),
  }
}

function specify(
  operations: History<KeyValueAction, KeyValueOutcome>,
  cellOf: (count: number) => Cell,
): Specification {
  const places = new Map<string, number[]>()
  let ranges = false
  for (const [index, operation] of operations.entries()) {
    checkKinds(operation)
    const { command, result } = operation
    if (command.kind !== 'range') {
      placesOf(places, command.key).push(index)
    } else {
      ranges = true
      if (result?.kind === 'range') for (const { key } of result.entries) placesOf(places, key)
    }
  }
  const perKey = [...places]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, own]) => keyOperations(key, own, operations, cellOf))
  const [first] = perKey
  // On a single key the state is its value.
  return first !== undefined && perKey.length === 1 && !ranges
    ? first.cell
    : new ManyKeys(operations, perKey)
}

/** The list of `key`, which is empty at first. */
function placesOf(places: Map<string, number[]>, key: string): number[] {
  let own = places.get(key)
  if (own === undefined) {
    own = []
    places.set(key, own)
  }
  return own
}

function keyOperations(
  key: string,
  places: readonly number[],
  operations: History<KeyValueAction, KeyValueOutcome>,
  cellOf: (count: number) => Cell,
): KeyOperations {
  const cell = cellOf(places.length)
  for (const [number, place] of places.entries()) {
    prepare(cell, number, operations[place] as KeyValueOperation)
  }
  return { key, cell, places }
}

/** Tells `cell` what an operation did to its key. */
function prepare(cell: Cell, number: number, { command, result }: KeyValueOperation): void {
  // Refused as malformed: it did nothing.
  if (result?.kind === 'error') return
  switch (command.kind) {
    case 'get':
      if (result?.kind === 'get') cell.read(number, result.value)
      break
    case 'put':
      cell.write(number, command.value)
      break
    case 'delete':
      cell.remove(number, result?.kind === 'delete' ? result.existed : undefined)
      break
    case 'compareAndSwap': {
      const swapped = result?.kind === 'compareAndSwap' ? result.swapped : undefined
      cell.compareAndSwap(number, command.expected, command.value, swapped)
      break
    }
    case 'append':
      cell.append(number, command.value)
      break
    case 'range':
      throw new Error('a range is about no single key')
  }
}

function checkKinds({ command, result }: KeyValueOperation): void {
  if (result === undefined || result.kind === command.kind || result.kind === 'error') return
  throw new HistoryError(`a ${command.kind} cannot have the result of a ${result.kind}`)
}
