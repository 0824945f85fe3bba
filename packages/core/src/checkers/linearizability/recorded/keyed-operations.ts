import { HistoryError } from '../../history.ts'
import { type Datum, datumText, pairOf } from './datum.ts'
import type { Action } from './object-functions.ts'
import type { RecordedHistory, RecordedOperation } from './recorded-history.ts'

/** An operation with its key taken out of its values, in `recorded` too. */
export interface KeyedOperation {
  readonly recorded: RecordedOperation
  readonly key: string | undefined
  readonly value: Datum
  readonly result: Datum
}

/**
 * The operations with their keys, which stand in a field of their own or, as in Jepsen's independent
 * tests, in front of the value: `[key value]`. The latter is so if every operation is called with a
 * pair, a read with `[key nil]`, a swap with `[key [old new]]`.
 *
 * @throws HistoryError if some operations have a key and others none.
 */
export function keyedOperations(
  { operations }: RecordedHistory,
  actionOf: (operation: RecordedOperation) => Action,
): readonly KeyedOperation[] {
  const keyed = operations.find(({ key }) => key !== undefined)
  const isPair = (operation: RecordedOperation) => isInPair(operation, actionOf(operation))
  const single = operations.find((operation) => !isPair(operation))
  const inPairs = keyed === undefined && single === undefined && operations.length > 0
  const asking = operations.find((operation) => actionOf(operation) === 'read' && asks(operation))
  if (keyed === undefined && single !== undefined && asking !== undefined) {
    throw new HistoryError(
      `line ${single.callLine}: the ${single.f} has ${datumText(single.value)}; expected a key in front, [key value] or [key [old new]], as the ${asking.f} of line ${asking.callLine} has: ${datumText(asking.value)}`,
    )
  }
  if (keyed === undefined && !inPairs) {
    return operations.map((recorded) => {
      const { value, result } = recorded
      return { recorded, key: undefined, value, result }
    })
  }
  const split = operations.map((recorded) => (inPairs ? outOfPairs(recorded) : withKey(recorded)))
  const areTexts = split.every(({ key }) => typeof key === 'string')
  return split.map(({ key, ...rest }) => ({
    ...rest,
    key: areTexts && typeof key === 'string' ? key : datumText(key),
  }))
}

function isInPair({ value }: RecordedOperation, action: Action): boolean {
  const pair = pairOf(value)
  return pair !== undefined && (action !== 'cas' || pairOf(pair[1]) !== undefined)
}

/** Whether a read is called with a key and no value, `[7 nil]`. */
function asks({ value }: RecordedOperation): boolean {
  const pair = pairOf(value)
  return pair !== undefined && pair[1] === null
}

function withKey(recorded: RecordedOperation): Omit<KeyedOperation, 'key'> & { key: Datum } {
  const { key, value, result, callLine, f } = recorded
  if (key === undefined) {
    throw new HistoryError(`line ${callLine}: the ${f} has no key, but others have one`)
  }
  return { recorded, key, value, result }
}

function outOfPairs(recorded: RecordedOperation): Omit<KeyedOperation, 'key'> & { key: Datum } {
  const [key, value] = pairOf(recorded.value) as readonly [Datum, Datum]
  const answer = pairOf(recorded.result)
  const isSame = answer !== undefined && datumText(answer[0]) === datumText(key)
  if (recorded.outcome === 'ok' && !isSame) {
    throw new HistoryError(
      `line ${recorded.returnLine}: ${recorded.f} answers ${datumText(recorded.result)}; expected the key and a value, such as [${datumText(key)} ${datumText(value)}]`,
    )
  }
  const result = isSame ? answer[1] : null
  return { recorded: { ...recorded, key, value, result }, key, value, result }
}
