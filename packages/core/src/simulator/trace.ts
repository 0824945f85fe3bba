import { mix } from '../model/index.ts'

/** What an event was, in a trace. The numbers are part of the trace format and of the trace hash: only ever append. */
export const eventKinds = [
  'start',
  'deliver',
  'timeout',
  'durable',
  'propose',
  'reply',
  'mined',
  'crash',
  'restart',
  'fault',
  'lost',
] as const
export type EventKind = (typeof eventKinds)[number]

/** The place of each kind in `eventKinds`. */
export const eventCode = Object.fromEntries(eventKinds.map((kind, code) => [kind, code])) as {
  readonly [K in EventKind]: number
}

/** One event of a trace. Ids and hashes only: payloads are rebuilt by running the scenario again. */
export interface TraceEvent {
  readonly event: number
  readonly timeMicros: number
  readonly kind: EventKind
  readonly node: number
  /** The sender of a message, the client of a request; -1 where there is none. */
  readonly peer: number
  /** The kind of message, or the number of the timer; -1 where there is none. */
  readonly detail: number
  /** The hash of the payload. */
  readonly payload: number
}

/** Bytes of one recorded event: time (8), node (4), peer (4), payload (4), detail (2), kind (1), unused (1). */
export const traceEventBytes = 24
const eventsPerChunk = 1 << 14

/**
 * The running hash of every event, and optionally the events themselves in fixed-size records.
 * Recording is in chunks of typed arrays, so that it costs neither garbage nor copying as it grows.
 */
export class Trace {
  /** Events seen so far. */
  length = 0
  /** The event whose step goes on: the latest, but for messages that were lost in it. */
  current = 0
  readonly #recording: boolean
  readonly #chunks: DataView[] = []
  #first = 0x9e3779b9 | 0
  #second = 0x85ebca6b | 0

  constructor(recording: boolean) {
    this.#recording = recording
  }

  add(
    kind: number,
    timeMicros: number,
    node: number,
    peer: number,
    detail: number,
    payload: number,
  ): void {
    const who = (node << 16) ^ (peer & 0xffff)
    const what = (kind << 16) ^ (detail & 0xffff)
    const low = timeMicros | 0
    const first = mix(
      mix(this.#first, low ^ Math.imul(payload, 0x27d4eb2f)),
      who ^ Math.imul(what, 0x165667b1),
    )
    // Each field reaches one lane by itself, so that no change of one is lost; and the lanes combine
    // the fields in different ways, so that both collide together by chance alone.
    this.#second = mix(
      mix(this.#second, payload ^ Math.floor(timeMicros / 0x1_0000_0000)),
      first ^ what,
    )
    this.#first = first
    if (this.#recording) this.#store(kind, timeMicros, node, peer, detail, payload)
    if (kind !== eventCode.lost) this.current = this.length
    this.length += 1
  }

  /** Sixteen hexadecimal digits: equal runs give equal hashes, on every machine. */
  get hash(): string {
    return hexWord(this.#first) + hexWord(this.#second)
  }

  get recorded(): boolean {
    return this.#recording
  }

  /** The recorded event of this number. */
  at(event: number): TraceEvent {
    const chunk = this.#chunks[Math.floor(event / eventsPerChunk)]
    if (!chunk || event >= this.length)
      throw new RangeError(`no event ${event}: the trace has ${this.length}`)
    return readTraceEvent(chunk, (event % eventsPerChunk) * traceEventBytes, event)
  }

  /** All recorded events, `traceEventBytes` each. */
  bytes(): Uint8Array {
    const all = new Uint8Array(this.length * traceEventBytes)
    this.#chunks.forEach((chunk, i) => {
      const start = i * eventsPerChunk * traceEventBytes
      const length = Math.min(chunk.byteLength, all.length - start)
      all.set(new Uint8Array(chunk.buffer, 0, length), start)
    })
    return all
  }

  #store(
    kind: number,
    timeMicros: number,
    node: number,
    peer: number,
    detail: number,
    payload: number,
  ): void {
    const place = this.length % eventsPerChunk
    if (place === 0)
      this.#chunks.push(new DataView(new ArrayBuffer(eventsPerChunk * traceEventBytes)))
    const chunk = this.#chunks[this.#chunks.length - 1] as DataView
    const offset = place * traceEventBytes
    chunk.setFloat64(offset, timeMicros, true)
    chunk.setInt32(offset + 8, node, true)
    chunk.setInt32(offset + 12, peer, true)
    chunk.setInt32(offset + 16, payload, true)
    chunk.setInt16(offset + 20, detail, true)
    chunk.setUint8(offset + 22, kind)
  }
}

/**
 * Reads one fixed-size record.
 * @throws RangeError if it is none
 */
export function readTraceEvent(view: DataView, offset: number, event: number): TraceEvent {
  const kind = eventKinds[view.getUint8(offset + 22)]
  if (kind === undefined) throw new RangeError(`event ${event} is of no known kind`)
  return {
    event,
    timeMicros: view.getFloat64(offset, true),
    kind,
    node: view.getInt32(offset + 8, true),
    peer: view.getInt32(offset + 12, true),
    detail: view.getInt16(offset + 20, true),
    payload: view.getInt32(offset + 16, true),
  }
}

function hexWord(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0')
}
