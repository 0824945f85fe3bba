import { HistoryError } from '../../history.ts'
import type { Datum } from './datum.ts'
import { EdnReader } from './edn-reader.ts'
import {
  type EventType,
  isEventType,
  type RecordedEvent,
  type RecordedFile,
} from './recorded-event.ts'

/**
 * A process, a type, a function, and what follows, wherever in the line they begin. Of those that are no
 * clients, such as `:nemesis`, all is `:info`.
 */
const eventLine =
  /(?:^|\s)(?:(\d+|:nemesis)\s+:(invoke|ok|fail|info)|(:[a-z][\w-]*)\s+:(info))\s+:(\S+)(?:\s+(\S.*)|\s*)$/
/** What looks like an event of a client and is none. */
const nearlyEvent = /(?:^|\bjepsen\.util\b.*)\s*\b\d+\s+:[a-zA-Z]\S*(?:\s|$)/
const example = 'INFO  jepsen.util - 0\t:invoke\t:write\t3'

/** Whether some line of a text is an event of a Jepsen log. */
export function hasJepsenEvent(text: string): boolean {
  return new RegExp(eventLine, 'm').test(text)
}

/**
 * Reads the log that a Jepsen test writes, whatever its logger puts in front of a line. An event has a
 * process, a type (`:invoke`, `:ok`, `:fail`, `:info`), a function and a value, with an error behind or
 * in place of it. What else is logged is skipped.
 *
 * @throws HistoryError at the first line that looks like an event and is none.
 */
export function readJepsenLog(text: string): RecordedFile {
  const events: RecordedEvent[] = []
  let line = 0
  for (const content of text.split(/\r?\n/)) {
    line++
    const event = eventIn(content, line)
    if (event !== undefined) events.push(event)
  }
  if (!events.some(({ isClient }) => isClient)) {
    throw new HistoryError(
      `no line of the log is an event of a client; expected lines such as ${JSON.stringify(example)}`,
    )
  }
  return { events, operations: [], isTimed: false }
}

function eventIn(content: string, line: number): RecordedEvent | undefined {
  const [, client, clientType, other, otherType, f, rest] = eventLine.exec(content) ?? []
  const process = client ?? other
  const type = clientType ?? otherType
  if (process === undefined || type === undefined || f === undefined || !isEventType(type)) {
    if (!nearlyEvent.test(content)) return undefined
    throw new HistoryError(
      `line ${line}: ${JSON.stringify(shortened(content))} is no event; expected a line such as ${JSON.stringify(example)}`,
    )
  }
  const isClient = !process.startsWith(':')
  if (type === 'ok' && rest === undefined) {
    throw new HistoryError(`line ${line}: the ${f} is :ok and has no value; nil is a value too`)
  }
  const { value, hasError } = isClient
    ? valueIn(rest, type, line)
    : { value: rest ?? null, hasError: false }
  return {
    line,
    process,
    isClient,
    type,
    f,
    key: undefined,
    value,
    hasError,
    time: undefined,
    index: undefined,
  }
}

/**
 * The value, and whether there is an error: whatever follows, or where something went wrong a keyword in
 * place of the value (`:timed-out`).
 */
function valueIn(
  text: string | undefined,
  type: EventType,
  line: number,
): { readonly value: Datum | undefined; readonly hasError: boolean } {
  if (text === undefined) return { value: undefined, hasError: false }
  const reader = new EdnReader(text, line)
  const value = reader.read()
  const isKeyword = typeof value === 'object' && value !== null && value.kind === 'keyword'
  const wentWrong = type === 'fail' || type === 'info'
  if (isKeyword && wentWrong) return { value: undefined, hasError: true }
  return { value, hasError: reader.rest.trim() !== '' }
}

function shortened(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text
}
