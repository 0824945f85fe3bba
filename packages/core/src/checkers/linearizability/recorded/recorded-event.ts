import type { Datum } from './datum.ts'

/** How Jepsen's events begin and end operations. */
export type EventType = 'invoke' | 'ok' | 'fail' | 'info'

export function isEventType(text: string): text is EventType {
  return text === 'invoke' || text === 'ok' || text === 'fail' || text === 'info'
}

/** `:ok` and `ok` alike. */
export function withoutColon(text: string): string {
  return text.replace(/^:/, '')
}

/** Whether the name of a process is that of a client: not `:nemesis`, with the colon or without. */
export function isClientName(process: string): boolean {
  return !/^:|^nemesis$/.test(process)
}

/** An event of a recorded history: an operation begins or ends, or somebody who is no client acts. */
export interface RecordedEvent {
  /** Where it is in the file. */
  readonly line: number
  /** A client's name or number; of others, such as `:nemesis`, with the colon. */
  readonly process: string
  readonly isClient: boolean
  readonly type: EventType
  /** The function, without a colon: `read`. */
  readonly f: string
  /** Undefined: the event names none. */
  readonly key: Datum | undefined
  /** Undefined: the event has none. */
  readonly value: Datum | undefined
  /** What was answered, if it stands beside the value. */
  readonly answer?: Datum
  /** Whether it says what went wrong. */
  readonly hasError: boolean
  /** When it happened, by the file's clock. */
  readonly time: number | bigint | undefined
  /** Its place among all events, if the file numbers them. */
  readonly index: number | undefined
}

/** An operation of which the file says at once when it began and ended, and what came of it. */
export interface WholeOperation {
  readonly line: number
  readonly process: string
  readonly f: string
  readonly key: Datum | undefined
  /** Undefined: the file has none. */
  readonly value: Datum | undefined
  readonly call: number | bigint
  /** Undefined: it was not answered. */
  readonly return: number | bigint | undefined
  readonly type: 'ok' | 'fail' | 'info'
  /** What was answered, if it stands beside the value. */
  readonly answer?: Datum
  readonly hasError: boolean
}

/** What a file has. */
export interface RecordedFile {
  readonly events: readonly RecordedEvent[]
  readonly operations: readonly WholeOperation[]
  /** Whether the order of events is that of their times, if all have one. */
  readonly isTimed: boolean
}
