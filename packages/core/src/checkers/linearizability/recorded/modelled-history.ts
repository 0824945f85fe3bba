import { type History, HistoryError, type Operation } from '../../history.ts'
import { type KeyValueAction, type KeyValueOutcome, keyValueModelFrom } from '../key-value-model.ts'
import type { SequentialModel } from '../model.ts'
import { type RegisterCommand, type RegisterResult, registerModelFrom } from '../register-model.ts'
import { checkAnswer } from './checked-answer.ts'
import { type Datum, datumText, pairOf, plainDatum } from './datum.ts'
import { type KeyedOperation, keyedOperations } from './keyed-operations.ts'
import { actionOf, type ObjectKind } from './object-functions.ts'
import type { RecordedHistory, RecordedOperation } from './recorded-history.ts'

/** A recorded history as a model understands it. */
export interface ModelledHistory<Command, Result> {
  readonly history: History<Command, Result>
  readonly model: SequentialModel<Command, Result>
  /** Where the commands come from. */
  readonly recorded: ReadonlyMap<Command, RecordedOperation>
  /** What the object holds at first, for people; undefined: the model knows. */
  readonly initial: string | undefined
  /** How many swaps that failed are taken to have found another value than they expected. */
  readonly failedSwaps?: number
}

export interface ObjectOptions {
  /** What a register, or every key, holds at first. By itself nothing, `nil`. */
  readonly initial?: Datum
  /**
   * Whether a swap that failed without an error found another value than it expected; or tells nothing.
   * By itself it found another, unless reads or writes fail without an error too.
   */
  readonly failedSwapCompared?: boolean
}

/**
 * A history of a register, or of several with keys, or of a key-value store.
 *
 * What failed did not take place and is left out, save for a swap that failed without an error: it
 * found another value.
 *
 * @throws HistoryError at the first operation that the object does not have.
 */
export function objectHistory(
  kind: ObjectKind,
  recorded: RecordedHistory,
  options: ObjectOptions = {},
): ModelledHistory<unknown, unknown> {
  const operations = keyedOperations(recorded, (operation) => actionOf(kind, operation))
  const { failedSwapCompared = saysWhyItFailed(kind, recorded) } = options
  const all = operations.flatMap((operation) => known(kind, operation, { failedSwapCompared }))
  const modelled = kind === 'register' ? registers(all, options) : store(all, options)
  const model = withKeysOf(operations, modelled.model as SequentialModel<unknown, unknown>)
  const failedSwaps = all.filter(({ recorded: { outcome } }) => outcome === 'fail').length
  return { ...(modelled as ModelledHistory<unknown, unknown>), model, failedSwaps }
}

/**
 * Whether a file tells of operations that failed why they did. Where a read or a write failed without an
 * error, it does not; so from a swap that failed without one nothing follows.
 */
function saysWhyItFailed(kind: ObjectKind, { operations }: RecordedHistory): boolean {
  return !operations.some(
    (operation) =>
      operation.outcome === 'fail' && !operation.hasError && actionOf(kind, operation) !== 'cas',
  )
}

/** The model with parts named by keys as they are: `key 7` instead of `key "7"`, if keys are no texts. */
function withKeysOf(
  operations: readonly KeyedOperation[],
  model: SequentialModel<unknown, unknown>,
): SequentialModel<unknown, unknown> {
  if (operations.every(({ recorded }) => typeof recorded.key === 'string')) return model
  const names = new Map(operations.map(({ key }) => [`key ${JSON.stringify(key)}`, `key ${key}`]))
  return {
    ...model,
    partition: (history) =>
      model.partition(history).map(({ name, operations: own }) => ({
        name: names.get(name) ?? name,
        operations: own,
      })),
  }
}

/** A command of a model of one's own, as the file has it. */
export interface OwnCommand {
  readonly f: string
  readonly key?: unknown
  readonly value: unknown
}

/** A history of an object with a model of one's own. What failed did not take place, and is left out. */
export function ownHistory(
  model: SequentialModel<OwnCommand, unknown>,
  { operations }: RecordedHistory,
): ModelledHistory<OwnCommand, unknown> {
  const took = operations.filter(({ outcome }) => outcome !== 'fail')
  const entries = took.map((operation): [OwnCommand, RecordedOperation] => {
    const key = operation.key === undefined ? {} : { key: plainDatum(operation.key) }
    return [{ f: operation.f, ...key, value: plainDatum(operation.value) }, operation]
  })
  return {
    history: entries.map(([command, operation]) =>
      timed(operation, command, plainDatum(operation.result)),
    ),
    model,
    recorded: new Map(entries),
    initial: undefined,
  }
}

function timed<Command, Result>(
  { client, call, return: end }: RecordedOperation,
  command: Command,
  result: Result,
): Operation<Command, Result> {
  return { client, call, return: end, command, result: end === undefined ? undefined : result }
}

/** An operation on a cell that may have taken place. */
type Known = KeyedOperation &
  (
    | { readonly action: 'read' | 'write' | 'append' | 'delete' }
    | {
        readonly action: 'cas'
        readonly expected: Datum
        readonly next: Datum
        readonly swapped: boolean
      }
  )

function known(
  kind: ObjectKind,
  operation: KeyedOperation,
  options: { readonly failedSwapCompared: boolean },
): Known[] {
  const { recorded, value, result } = operation
  const action = actionOf(kind, recorded)
  if (kind === 'kv' && operation.key === undefined) {
    throw new HistoryError(
      `line ${recorded.callLine}: the ${recorded.f} has no key; a key-value store has one in every operation (one register has none: model register)`,
    )
  }
  if (action !== 'cas') {
    checkAnswer(operation, action)
    return recorded.outcome === 'fail' ? [] : [{ ...operation, action }]
  }
  const pair = pairOf(value)
  if (pair === undefined) {
    throw new HistoryError(
      `line ${recorded.callLine}: ${datumText(value)} is no swap; expected [old new], such as [1 2]`,
    )
  }
  checkAnswer(operation, action)
  const compared = options.failedSwapCompared && !recorded.hasError && pairOf(result) !== undefined
  // Without an answer there is no time at which it compared.
  const didNothing = !compared || recorded.return === undefined
  if (recorded.outcome === 'fail' && didNothing) return []
  const swapped = recorded.outcome !== 'fail' && result !== false
  return [{ ...operation, action, expected: pair[0], next: pair[1], swapped }]
}

function registers(
  operations: readonly Known[],
  { initial = null }: ObjectOptions,
): ModelledHistory<RegisterCommand, RegisterResult> {
  const entries = operations.map((operation): [RegisterCommand, RecordedOperation] => {
    const key = operation.key === undefined ? {} : { key: operation.key }
    return [{ ...key, ...registerCommand(operation) }, operation.recorded]
  })
  return {
    history: entries.map(([command, recorded], index) =>
      timed(recorded, command, registerResult(operations[index] as Known)),
    ),
    model: registerModelFrom(valueText(initial), (value) => value ?? 'nil'),
    recorded: new Map(entries),
    initial: datumText(initial),
  }
}

/** A value as a cell keeps it; `nil` is none. */
function valueText(value: Datum): string | undefined {
  return value === null ? undefined : datumText(value)
}

function registerCommand(operation: Known): RegisterCommand {
  switch (operation.action) {
    case 'read':
      return { kind: 'read' }
    case 'write':
      return { kind: 'write', value: valueText(operation.value) }
    case 'cas': {
      const [expected, value] = [valueText(operation.expected), valueText(operation.next)]
      return { kind: 'compareAndSwap', expected, value }
    }
    default:
      throw new Error(`a register has no ${operation.action}`)
  }
}

function registerResult(operation: Known): RegisterResult {
  switch (operation.action) {
    case 'read':
      return { kind: 'read', value: valueText(operation.result) }
    case 'cas':
      return { kind: 'compareAndSwap', swapped: operation.swapped }
    default:
      return { kind: 'write' }
  }
}

/**
 * A key-value store. Its values are kept as texts if all are texts, and so can be appended to;
 * otherwise as EDN.
 */
function store(
  operations: readonly Known[],
  options: ObjectOptions,
): ModelledHistory<KeyValueAction, KeyValueOutcome> {
  const initial = options.initial === undefined ? guessedInitial(operations) : options.initial
  const values = [...operations.flatMap(valuesOf), initial].filter((value) => value !== null)
  const areTexts = values.every((value) => typeof value === 'string')
  const append = operations.find(({ action }) => action === 'append')
  if (append !== undefined && !areTexts) {
    const other = values.find((value) => typeof value !== 'string') as Datum
    throw new HistoryError(
      `line ${append.recorded.callLine} appends, which is for texts; but there is also the value ${datumText(other)}`,
    )
  }
  const textOf = (value: Datum) => {
    if (value === null) return undefined
    return areTexts && typeof value === 'string' ? value : datumText(value)
  }
  const shown = (value: string | undefined) => {
    if (value === undefined) return 'nothing'
    return areTexts ? JSON.stringify(value) : value
  }
  const entries = operations.map((operation): [KeyValueAction, RecordedOperation] => [
    storeCommand(operation, textOf, initial),
    operation.recorded,
  ])
  return {
    history: entries.map(([command, recorded], index) =>
      timed(recorded, command, storeResult(command, operations[index] as Known, textOf)),
    ),
    model: keyValueModelFrom(textOf(initial), shown),
    recorded: new Map(entries),
    initial: datumText(initial),
  }
}

/** A get of a key that was never written finds `nil` or, in stores that know no absence, "". */
function guessedInitial(operations: readonly Known[]): Datum {
  const found = operations.filter(
    ({ action, recorded }) => action === 'read' && recorded.return !== undefined,
  )
  const isNil = (value: Datum) => value === null
  const knowsNil =
    found.some(({ result }) => isNil(result)) ||
    operations.some((operation) => operation.action === 'cas' && isNil(operation.expected))
  return !knowsNil && found.some(({ result }) => result === '') ? '' : null
}

function valuesOf(operation: Known): Datum[] {
  switch (operation.action) {
    case 'read':
      return operation.recorded.return === undefined ? [] : [operation.result]
    case 'cas':
      return [operation.expected, operation.next]
    case 'delete':
      return []
    default:
      return [operation.value]
  }
}

function storeCommand(
  operation: Known,
  textOf: (value: Datum) => string | undefined,
  initial: Datum,
): KeyValueAction {
  const key = operation.key as string
  const needed = (value: Datum): string => {
    const text = textOf(value)
    if (text !== undefined) return text
    const { callLine, f } = operation.recorded
    throw new HistoryError(`line ${callLine}: ${f} has no value; nil is for what is absent`)
  }
  switch (operation.action) {
    case 'read':
      return { kind: 'get', key }
    case 'write':
      return { kind: 'put', key, value: needed(operation.value) }
    case 'append':
      return { kind: 'append', key, value: needed(operation.value) }
    case 'delete':
      // Where nothing is absent, what was deleted reads as if it was never written.
      return initial === null
        ? { kind: 'delete', key }
        : { kind: 'put', key, value: needed(initial) }
    case 'cas':
      return {
        kind: 'compareAndSwap',
        key,
        expected: textOf(operation.expected),
        value: needed(operation.next),
      }
  }
}

function storeResult(
  { kind }: KeyValueAction,
  operation: Known,
  textOf: (value: Datum) => string | undefined,
): KeyValueOutcome {
  switch (kind) {
    case 'get':
      return { kind, value: textOf(operation.result) }
    case 'delete':
      return { kind, existed: undefined }
    case 'compareAndSwap':
      return { kind, swapped: operation.action === 'cas' && operation.swapped }
    case 'put':
    case 'append':
      return { kind }
    case 'range':
      throw new Error('no history has ranges')
  }
}
