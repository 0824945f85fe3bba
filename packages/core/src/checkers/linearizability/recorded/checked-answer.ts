import { HistoryError } from '../../history.ts'
import { type Datum, datumText } from './datum.ts'
import type { KeyedOperation } from './keyed-operations.ts'
import type { Action } from './object-functions.ts'

/**
 * Refuses an operation that lacks what it needs, or whose answer is none that it can have: as it stands
 * it would be taken for something that it was not.
 *
 * @throws HistoryError that says what is missing or wrong
 */
export function checkAnswer(operation: KeyedOperation, action: Action): void {
  const { f, hasValue, callLine, outcome } = operation.recorded
  const writes = action === 'write' || action === 'append'
  if (writes && !hasValue && outcome !== 'fail') {
    throw new HistoryError(`line ${callLine}: the ${f} has no value; nil is a value too`)
  }
  if (outcome !== 'ok') return
  if (action === 'read') checkFound(operation)
  if (writes) checkWritten(operation)
  if (action === 'cas') checkSwapped(operation)
}

function checkFound({ recorded: { f, returnLine, resultIn } }: KeyedOperation): void {
  if (resultIn !== undefined) return
  throw new HistoryError(
    `line ${returnLine}: the ${f} is ok and has no value that it found; nil is a value too`,
  )
}

/** The value of an end is that of the beginning. Beside it, anything may be answered. */
function checkWritten({ recorded, value, result }: KeyedOperation): void {
  const { f, resultIn, returnLine } = recorded
  if (resultIn !== 'value' || isSuccess(result) || datumText(result) === datumText(value)) return
  throw new HistoryError(
    `line ${returnLine}: the ${f} of ${datumText(value)} ends with the value ${datumText(result)}; expected the same, or nil`,
  )
}

function checkSwapped({ recorded, value, result }: KeyedOperation): void {
  if (result === false || isSuccess(result) || datumText(result) === datumText(value)) return
  throw new HistoryError(
    `line ${recorded.returnLine}: the ${recorded.f} of ${datumText(value)} is answered ${datumText(result)}; expected the same, true, false or nil`,
  )
}

/** What says no more than that it was done: nil, `true`, `"OK"`, an empty text. */
function isSuccess(answer: Datum): boolean {
  if (answer === null || answer === true) return true
  const text = typeof answer === 'object' && 'text' in answer ? answer.text : answer
  return typeof text === 'string' && /^(?:ok)?$/i.test(text)
}
