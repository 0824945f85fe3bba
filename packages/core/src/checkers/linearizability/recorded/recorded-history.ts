import { HistoryError } from '../../history.ts'
import type { Datum } from './datum.ts'
import type { RecordedEvent, RecordedFile, WholeOperation } from './recorded-event.ts'

/** An operation as the file has it. */
export interface RecordedOperation {
  readonly process: string
  /** The process by number. */
  readonly client: number
  readonly f: string
  readonly key: Datum | undefined
  /** What it was called with. */
  readonly value: Datum
  /** `info`: nobody knows, it stays open. */
  readonly outcome: 'ok' | 'fail' | 'info'
  /** What it was answered. */
  readonly result: Datum
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
  const pairing = new Pairing()
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
  return numbered ? [...events].sort((a, b) => (a.index as number) - (b.index as number)) : events
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

  event(event: RecordedEvent, place: number): void {
    if (!event.isClient) {
      const { process, f, value, line } = event
      this.faults.push({ process, f, value, line, place })
    } else if (event.type === 'invoke') {
      this.begin(event, place)
    } else {
      this.end(event, event.type, place)
    }
  }

  whole(operation: WholeOperation, call: number, end: number | undefined): void {
    const { process, f, key, value, type, result, hasError, line } = operation
    this.operations.push({
      process,
      client: this.client(process),
      f,
      key,
      value,
      outcome: type,
      result,
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
        `line ${line}: process ${process} invokes ${f} while its ${open.f} of line ${open.callLine} is open; one that crashed ends with info`,
      )
    }
    const begun: Begun = {
      process,
      client: this.client(process),
      f,
      key,
      value,
      outcome: 'info',
      result: null,
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
    const { process, f, value, line, hasError } = event
    const open = this.open.get(process)
    if (open === undefined) {
      throw new HistoryError(
        `line ${line}: process ${process} ends ${f} and has no operation open; an invoke comes first`,
      )
    }
    if (open.f !== f) {
      throw new HistoryError(
        `line ${line}: process ${process} ends ${f}, but what it has open since line ${open.callLine} is ${open.f}`,
      )
    }
    this.open.delete(process)
    open.outcome = outcome
    open.result = value
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
