import { HistoryError } from '../../history.ts'
import type { Datum } from './datum.ts'
import { exactInteger } from './edn-reader.ts'
import {
  type EventType,
  isClientName,
  isEventType,
  type RecordedEvent,
  type RecordedFile,
  type WholeOperation,
  withoutColon,
} from './recorded-event.ts'

// What an object looks like.
const event = '{"process":0,"type":"invoke","f":"write","value":3}'
const whole = '{"process":0,"f":"write","value":3,"call":1,"return":2}'
const maxDepth = 200

type Fields = { readonly [name: string]: unknown }

/**
 * Reads a history from JSON: an object a line, or one array of them. An object is
 *
 * - an event, as of Jepsen: `process` (a number or a name), `type` (`invoke`, `ok`, `fail`, `info`), `f`,
 *   `value` (at the end also `result`), and if there are such `key`, `error`, `time`; or
 * - an operation: `process`, `f`, `value`, `key`, `call` and `return` (times; no `return`: it was not
 *   answered), `type` (`ok` if left out), `result` (what a read found may be its `value`).
 *
 * If all events have a time, they are ordered by it; otherwise they are in the order of lines.
 *
 * @throws HistoryError at the first line that makes no sense.
 */
export function readJsonLines(text: string): RecordedFile {
  const events: RecordedEvent[] = []
  const operations: WholeOperation[] = []
  for (const { line, fields } of objectsIn(text)) {
    if ('call' in fields || 'start' in fields) operations.push(wholeOperation(fields, line))
    else events.push(eventFrom(fields, line))
  }
  const untimed = events.find(({ time }) => time === undefined)
  const timed = events.find(({ time }) => time !== undefined)
  if (untimed && (timed || operations.length > 0)) {
    throw new HistoryError(
      `line ${untimed.line} has no "time", but ${timed ? `line ${timed.line} has one` : 'others have times'}: all need one, or none`,
    )
  }
  return { events, operations, isTimed: untimed === undefined }
}

function* objectsIn(text: string): Generator<{ readonly line: number; readonly fields: Fields }> {
  const pieces = /^\s*\[/.test(text) ? elementsIn(text) : linesIn(text)
  for (const { line, content } of pieces) {
    const value = parsed(content, line)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new HistoryError(`line ${line} is no object; expected ${event} or ${whole}`)
    }
    yield { line, fields: value as Fields }
  }
}

interface Piece {
  readonly line: number
  readonly content: string
}

function* linesIn(text: string): Generator<Piece> {
  let line = 0
  for (const content of text.split(/\r?\n/)) {
    line++
    if (content.trim() !== '') yield { line, content }
  }
}

/** The elements of an array, each with the line where it begins. */
function* elementsIn(text: string): Generator<Piece> {
  let depth = 0
  let line = 1
  let from = 0
  let fromLine = 1
  for (const { 0: found, index } of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[[\]{},\n]/g)) {
    if (found === '\n') line++
    else if (found === '[' || found === '{') depth++
    else if (found === ']' || found === '}') depth--
    const isStart = depth === 1 && (found === ',' || (found === '[' && from === 0))
    const isEnd = depth === 0
    if ((found === ',' && isStart) || isEnd) {
      const content = text.slice(from, index)
      if (content.trim() !== '' || !isEnd) yield { line: fromLine, content }
    }
    if (isEnd) {
      if (text.slice(index + 1).trim() === '') return
      throw new HistoryError(`line ${line} goes on after the end of the history`)
    }
    if (isStart) {
      from = index + 1
      fromLine = line + linesBefore(text, from)
    }
  }
  throw new HistoryError(`line ${line} ends before the history does, with ]`)
}

/** Empty lines from a place up to the next text. */
function linesBefore(text: string, from: number): number {
  const space = /\s*/y
  space.lastIndex = from
  return (space.exec(text)?.[0] ?? '').split('\n').length - 1
}

/** As JSON.parse, with integers that no number holds as bigints. */
function parsed(text: string, line: number): unknown {
  try {
    if (!/\d{16}/.test(text)) return JSON.parse(text)
    return JSON.parse(text, exactly)
  } catch (error) {
    if (error instanceof RangeError) throw new HistoryError(`line ${line} is nested too deeply`)
    if (!(error instanceof SyntaxError)) throw error
    const what = error.message.replace(/ \(line \d+ column \d+\)/, '')
    throw new HistoryError(`line ${line} is no JSON: ${what}`)
  }
}

function exactly(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  const source = context?.source
  const isInteger = typeof value === 'number' && source !== undefined && /^-?\d+$/.test(source)
  return isInteger && source.length <= 1000 ? exactInteger(BigInt(source)) : value
}

function eventFrom(fields: Fields, line: number): RecordedEvent {
  const type = typeof fields.type === 'string' ? withoutColon(fields.type) : fields.type
  if (typeof type !== 'string' || !isEventType(type)) {
    throw new HistoryError(
      type === undefined
        ? `line ${line} has neither "type" nor "call"; expected ${event} or ${whole}`
        : `line ${line} has the "type" ${JSON.stringify(type)}; expected "invoke", "ok", "fail" or "info"`,
    )
  }
  const { process, isClient } = processIn(fields, line)
  const { index } = fields
  return {
    line,
    process,
    isClient,
    type,
    f: functionIn(fields, line),
    key: keyIn(fields, line),
    value: valueIn(fields, line),
    ...(type === 'invoke' ? {} : answerIn(fields, line)),
    hasError: (fields.error ?? null) !== null,
    time: timeIn(fields, ['time'], line),
    index: typeof index === 'number' ? index : undefined,
  }
}

function valueIn({ value }: Fields, line: number): Datum | undefined {
  return value === undefined ? undefined : datumFrom(value, line, '"value"')
}

/** An answer may be in a field of its own, beside the value that the operation was called with. */
function answerIn({ result }: Fields, line: number): { readonly answer?: Datum } {
  return result === undefined ? {} : { answer: datumFrom(result, line, '"result"') }
}

function wholeOperation(fields: Fields, line: number): WholeOperation {
  const { process } = processIn(fields, line)
  const call = timeIn(fields, ['call', 'start'], line)
  const end = timeIn(fields, ['return', 'end'], line)
  if (call === undefined) throw new HistoryError(`line ${line} has no time as its "call"`)
  if (end !== undefined && end < call) {
    throw new HistoryError(`line ${line} returns at ${end}, before its call at ${call}`)
  }
  const type = outcomeOf(fields, end !== undefined, line)
  return {
    line,
    process,
    f: functionIn(fields, line),
    key: keyIn(fields, line),
    value: valueIn(fields, line),
    call,
    return: end,
    type,
    ...answerIn(fields, line),
    hasError: (fields.error ?? null) !== null,
  }
}

/** What came of a whole operation: its type, or `ok` as true or false. */
function outcomeOf(
  { type: written, ok }: Fields,
  isAnswered: boolean,
  line: number,
): Exclude<EventType, 'invoke'> {
  const type = typeof written === 'string' ? withoutColon(written) : written
  if (type === undefined) {
    if (!isAnswered) return 'info'
    return ok === false ? 'fail' : 'ok'
  }
  if (type !== 'ok' && type !== 'fail' && type !== 'info') {
    throw new HistoryError(
      `line ${line} has the "type" ${JSON.stringify(type)}; expected "ok", "fail" or "info"`,
    )
  }
  if (type === 'ok' && !isAnswered) {
    throw new HistoryError(`line ${line} is "ok" and has no "return"`)
  }
  return type
}

function processIn(
  fields: Fields,
  line: number,
): { readonly process: string; readonly isClient: boolean } {
  const process = fields.process ?? fields.client
  if (typeof process === 'number' || typeof process === 'bigint') {
    return { process: String(process), isClient: true }
  }
  if (typeof process === 'string' && process !== '') {
    return { process, isClient: isClientName(process) }
  }
  throw new HistoryError(`line ${line} has no "process" (or "client"), a number or a name`)
}

function functionIn({ f }: Fields, line: number): string {
  if (typeof f === 'string' && f !== '') return withoutColon(f)
  throw new HistoryError(`line ${line} has no "f", such as "read" or "write"`)
}

function keyIn({ key }: Fields, line: number): Datum | undefined {
  return key === undefined ? undefined : datumFrom(key, line, '"key"')
}

function timeIn(
  fields: Fields,
  names: readonly string[],
  line: number,
): number | bigint | undefined {
  const name = names.find((known) => (fields[known] ?? null) !== null)
  if (name === undefined) return undefined
  const time = fields[name]
  if (typeof time === 'bigint' || (typeof time === 'number' && Number.isFinite(time))) return time
  throw new HistoryError(
    `line ${line} has the "${name}" ${typeof time === 'number' ? time : JSON.stringify(time)}; expected a number`,
  )
}

function datumFrom(value: unknown, line: number, what: string, depth = 0): Datum {
  if (depth > maxDepth) throw new HistoryError(`line ${line} nests its ${what} too deeply`)
  const next = (item: unknown) => datumFrom(item, line, what, depth + 1)
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'bigint':
    case 'boolean':
      return value
    default:
      if (value === null || value === undefined) return null
      if (Array.isArray(value)) return { kind: 'vector', items: value.map(next) }
      return { kind: 'map', entries: Object.entries(value).map(([key, item]) => [key, next(item)]) }
  }
}

/** The start of a text that is JSON, and no EDN: an object with a name in quotes and a colon. */
export function looksLikeJson(text: string): boolean {
  // As much as the first name may take, and no more than a regular expression can hold.
  return /^\s*\[?\s*\{\s*(?:"(?:[^"\\]|\\.)*"\s*:|\})/.test(text.trimStart().slice(0, 1000))
}
