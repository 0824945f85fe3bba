import { HistoryError } from '../../history.ts'
import { type Datum, datumText } from './datum.ts'
import {
  type RecordedEvent,
  type RecordedFile,
  type WholeOperation,
  withoutColon,
} from './recorded-event.ts'

/** An operation as the file has it. */
export interface RecordedOperation {
  readonly process: string
  /** The process by number. */
  readonly client: number
  readonly f: string
  readonly key: Datum | undefined
  /** What it was called with. */
  readonly value: Datum
  /** Whether the file says so; otherwise `value` is nil. */
  readonly hasValue: boolean
  /** `info`: nobody knows, it stays open. */
  readonly outcome: 'ok' | 'fail' | 'info'
  /** What it was answered. */
  readonly result: Datum
  /** Whether the file says so, in the place of the value or in one of its own; otherwise `result` is nil. */
  readonly resultIn: 'value' | 'answer' | undefined
  readonly hasError: boolean
  readonly callLine: number
  readonly returnLine: number | undefined
  /** Places in the common order of all events; events of the same time share theirs. */
  readonly call: number
  readonly return: number | undefined
}

/** Something that a process did which is no client: Jepsen's nemesis. */
export interface RecordedFault {
  readonly process: string
  readonly f: string
  readonly value: Datum
  readonly line: number
  readonly place: number
}

export interface RecordedHistory {
  /** In the order of calls. */
  readonly operations: readonly RecordedOperation[]
  readonly faults: readonly RecordedFault[]
  /** The names of the processes, by number of client. */
  readonly clients: readonly string[]
}

type Time = number | bigint

/** An operation whose end may still come. */
type Begun = { -readonly [Field in keyof RecordedOperation]: RecordedOperation[Field] }

/**
 * Puts beginnings and ends of operations together. A process has one operation at a time; one whose
 * outcome is unknown (`info`), or that never ends, stays open, and a process that goes on after such
 * an operation leaves it behind.
 *
 * @throws HistoryError if a process begins an operation before the end of another, or ends one that it
 * did not begin.
 */
export function recordedHistory(file: RecordedFile): RecordedHistory {
  const events = inOrder(file)
  const times = new Places(file, events)
  const pairing = new Pairing(file.isTimed)
  for (const [index, event] of events.entries()) pairing.event(event, times.ofEvent(event, index))
  for (const operation of file.operations) {
    const end = operation.return === undefined ? undefined : times.of(operation.return)
    pairing.whole(operation, times.of(operation.call), end)
  }
  const operations = pairing.operations.sort((a, b) => a.call - b.call)
  return { operations, faults: pairing.faults, clients: [...pairing.clients.keys()] }
}

/** Events by their times or, if these decide nothing and all are numbered, by their numbers. */
function inOrder({ events, isTimed }: RecordedFile): readonly RecordedEvent[] {
  if (isTimed) return [...events].sort((a, b) => comparison(a.time as Time, b.time as Time))
  const numbered = events.every(({ index }) => index !== undefined)
  // Jepsen numbers them -1 as long as it did not number them.
  if (!numbered || events.every(({ index }) => index === -1)) return events
  const sorted = [...events].sort((a, b) => (a.index as number) - (b.index as number))
  for (const [place, { index, line }] of sorted.entries()) {
    const before = sorted[place - 1]
    if (before?.index !== index) continue
    throw new HistoryError(
      `line ${line} has the index ${index}, as has line ${before?.line}: each event needs one of its own, or none`,
    )
  }
  return sorted
}

function comparison(a: Time, b: Time): number {
  if (a < b) return -1
  return a > b ? 1 : 0
}

/** Where in the order of all events something is. */
class Places {
  private readonly places = new Map<Time, number>()
  private readonly isTimed: boolean

  constructor(file: RecordedFile, events: readonly RecordedEvent[]) {
    this.isTimed = file.isTimed
    if (!file.isTimed) return
    const times: Time[] = events.map(({ time }) => time as Time)
    for (const operation of file.operations) {
      times.push(operation.call)
      if (operation.return !== undefined) times.push(operation.return)
    }
    // A set knows equal numbers, but no number equal to a bigint.
    for (const time of new Set(times.sort(comparison))) {
      this.places.set(time, this.places.size + 1)
    }
  }

  ofEvent({ time }: RecordedEvent, index: number): number {
    return this.isTimed ? this.of(time as Time) : index + 1
  }

  of(time: Time): number {
    return this.places.get(time) as number
  }
}

class Pairing {
  readonly operations: Begun[] = []
  readonly faults: RecordedFault[] = []
  readonly clients = new Map<string, number>()
  private readonly open = new Map<string, Begun>()
  /** What to add where events stand in no order. */
  private readonly hint: string

  constructor(isTimed: boolean) {
    this.hint = isTimed ? '; events are in the order of their times' : ''
  }

  event(event: RecordedEvent, place: number): void {
    if (!event.isClient) {
      const { process, f, value = null, line, type } = event
      if (type !== 'info' && withoutColon(process) !== 'nemesis') {
        throw new HistoryError(
          `line ${line}: process ${process} has an event of type ${type}; a client is a number or a text, and others, such as :nemesis, have info alone`,
        )
      }
      this.faults.push({ process, f, value, line, place })
    } else if (event.type === 'invoke') {
      this.begin(event, place)
    } else {
      this.end(event, event.type, place)
    }
  }

  whole(operation: WholeOperation, call: number, end: number | undefined): void {
    const { process, f, key, value, type, answer, hasError, line } = operation
    this.operations.push({
      process,
      client: this.client(process),
      f,
      key,
      value: value ?? null,
      hasValue: value !== undefined,
      outcome: type,
      ...resultOf(value, answer),
      hasError,
      callLine: line,
      returnLine: end === undefined ? undefined : line,
      call,
      return: type === 'info' ? undefined : end,
    })
  }

  private begin({ process, f, key, value, line }: RecordedEvent, place: number): void {
    const open = this.open.get(process)
    if (open !== undefined) {
      throw new HistoryError(
        `line ${line}: process ${process} invokes ${f} while its ${open.f} of line ${open.callLine} is open; one that crashed ends with info${this.hint}`,
      )
    }
    const begun: Begun = {
      process,
      client: this.client(process),
      f,
      key,
      value: value ?? null,
      hasValue: value !== undefined,
      outcome: 'info',
      ...resultOf(undefined, undefined),
      hasError: false,
      callLine: line,
      returnLine: undefined,
      call: place,
      return: undefined,
    }
    this.open.set(process, begun)
    this.operations.push(begun)
  }

  private end(event: RecordedEvent, outcome: 'ok' | 'fail' | 'info', place: number): void {
    const { process, f, key, value, answer, line, hasError } = event
    const open = this.open.get(process)
    if (open === undefined) {
      throw new HistoryError(
        `line ${line}: process ${process} ends ${f} and has no operation open; an invoke comes first${this.hint}`,
      )
    }
    if (open.f !== f) {
      throw new HistoryError(
        `line ${line}: process ${process} ends ${f}, but what it has open since line ${open.callLine} is ${open.f}`,
      )
    }
    if (key !== undefined && (open.key === undefined || datumText(open.key) !== datumText(key))) {
      const other = open.key === undefined ? 'no key' : `the key ${datumText(open.key)}`
      throw new HistoryError(
        `line ${line}: process ${process} ends ${f} with the key ${datumText(key)}, but invoked it in line ${open.callLine} with ${other}`,
      )
    }
    this.open.delete(process)
    open.outcome = outcome
    Object.assign(open, resultOf(value, answer))
    open.hasError = hasError
    open.returnLine = line
    if (outcome !== 'info') open.return = place
  }

  private client(process: string): number {
    const known = this.clients.get(process)
    if (known !== undefined) return known
    this.clients.set(process, this.clients.size)
    return this.clients.size - 1
  }
}

/** An answer stands in a place of its own, or in that of the value. */
function resultOf(
  value: Datum | undefined,
  answer: Datum | undefined,
): Pick<RecordedOperation, 'result' | 'resultIn'> {
  if (answer !== undefined) return { result: answer, resultIn: 'answer' }
  return { result: value ?? null, resultIn: value === undefined ? undefined : 'value' }
}
