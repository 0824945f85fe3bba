import { HistoryError } from '../../history.ts'
import { type Datum, datumText, nameOf } from './datum.ts'
import { EdnReader } from './edn-reader.ts'
import {
  isClientName,
  isEventType,
  type RecordedEvent,
  type RecordedFile,
  withoutColon,
} from './recorded-event.ts'

const example = '{:process 0, :type :invoke, :f :write, :value 3}'

/**
 * Reads a history in EDN, as Jepsen writes history.edn: a map an event, one after the other or in one
 * vector, with `:process`, `:type`, `:f`, `:value`, and if there are such `:key`, `:error`, `:time` and
 * `:index`.
 *
 * @throws HistoryError at the first line that makes no sense.
 */
export function readEdnHistory(text: string): RecordedFile {
  const reader = new EdnReader(text)
  const events: RecordedEvent[] = []
  reader.skipTag()
  const close = reader.enter('[') ? ']' : reader.enter('(') ? ')' : ''
  for (;;) {
    const next = reader.peek()
    if (next === close) break
    if (next === '') throw reader.error(`ends before the history does, with ${close}`)
    reader.skipTag()
    const line = reader.lineNumber
    if (reader.peek() !== '{') {
      throw new HistoryError(`line ${line} has no map; expected an event such as ${example}`)
    }
    events.push(eventFrom(reader.read(), line))
  }
  if (close !== '') {
    reader.enter(close)
    if (reader.peek() !== '') throw reader.error('goes on after the end of the history')
  }
  return { events, operations: [], isTimed: false }
}

function eventFrom(map: Datum, line: number): RecordedEvent {
  const fields = new Map<string, Datum>()
  if (typeof map === 'object' && map !== null && map.kind === 'map') {
    for (const [key, value] of map.entries) {
      const name = nameOf(key)
      if (fields.has(name)) throw new HistoryError(`line ${line} has :${name} twice`)
      fields.set(name, value)
    }
  }
  const required = (name: string): Datum => {
    const value = fields.get(name)
    if (value !== undefined) return value
    throw new HistoryError(`line ${line} has no :${name}; expected an event such as ${example}`)
  }
  const { process, isClient } = processIn(required('process'), line)
  const type = nameIn(required('type'))
  if (!isEventType(type)) {
    throw new HistoryError(
      `line ${line} has the :type ${type}; expected :invoke, :ok, :fail or :info`,
    )
  }
  const time = fields.get('time')
  const index = fields.get('index')
  return {
    line,
    process,
    isClient,
    type,
    f: nameIn(required('f')),
    key: fields.get('key'),
    value: fields.get('value'),
    hasError: (fields.get('error') ?? fields.get('exception') ?? null) !== null,
    time: typeof time === 'number' || typeof time === 'bigint' ? time : undefined,
    index: typeof index === 'number' ? index : undefined,
  }
}

function processIn(
  process: Datum,
  line: number,
): { readonly process: string; readonly isClient: boolean } {
  if (process === null || typeof process === 'boolean' || process === '') {
    throw new HistoryError(
      `line ${line} has the :process ${datumText(process)}; expected a number or a name`,
    )
  }
  if (typeof process === 'string') return { process, isClient: isClientName(process) }
  return { process: datumText(process), isClient: typeof process !== 'object' }
}

/** A keyword, or what stands for one. */
function nameIn(datum: Datum): string {
  if (typeof datum === 'string') return withoutColon(datum)
  if (typeof datum !== 'object' || datum === null || !('text' in datum)) return datumText(datum)
  return datum.text
}
