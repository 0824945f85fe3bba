import { encode, mixBytes, natural, Reader, text, Writer } from '../model/index.ts'
import { readTraceEvent, type Trace, type TraceEvent, traceEventBytes } from '../simulator/trace.ts'
import { type Scenario, ScenarioError } from './scenario.ts'
import { scenarioFrom } from './scenario-shape.ts'

/** The first line of a trace file: what it is, for people and for `file`. */
const magic = 'quorate trace 1\n'
const checksumBytes = 4

/** A recorded run: what was run, each event in 24 bytes, and the hash of them all. */
export interface RecordedRun {
  readonly scenario: Scenario
  /** False for a run that was interrupted. */
  readonly complete: boolean
  readonly events: number
  readonly traceHash: string
  at(event: number): TraceEvent
}

/**
 * A run as a trace file: the first line, the scenario as JSON, whether the run is complete (1 or 0),
 * the number of events, the events, the trace hash, and four bytes of a checksum of all that.
 */
export function encodeTraceFile(scenario: Scenario, trace: Trace, complete: boolean): Uint8Array {
  const writer = new Writer()
  writer.raw(encode(text, magic).subarray(1))
  writer.text(JSON.stringify(scenario))
  writer.natural(complete ? 1 : 0)
  writer.natural(trace.length)
  writer.raw(trace.bytes())
  writer.text(trace.hash)
  const content = writer.finish()
  const file = new Uint8Array(content.length + checksumBytes)
  file.set(content)
  new DataView(file.buffer).setInt32(content.length, mixBytes(0, content), true)
  return file
}

/** @throws ScenarioError, one line, for anything but a whole trace file */
export function decodeTraceFile(bytes: Uint8Array): RecordedRun {
  const start = encode(text, magic).subarray(1)
  if (!start.every((byte, i) => bytes[i] === byte)) {
    throw new ScenarioError('not a trace file: it does not begin with "quorate trace 1"')
  }
  const end = bytes.length - checksumBytes
  const checksum = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (end < start.length || checksum.getInt32(end, true) !== mixBytes(0, bytes.subarray(0, end))) {
    throw new ScenarioError(
      'the trace is truncated or damaged (its checksum is wrong): record it again with run --trace',
    )
  }
  try {
    return readRun(new Reader(bytes, start.length, end))
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new ScenarioError(`the trace cannot be read (${why}): record it again with run --trace`)
  }
}

function readRun(reader: Reader): RecordedRun {
  const scenario = scenarioFrom(JSON.parse(reader.text()))
  const complete = natural.read(reader) === 1
  const events = natural.read(reader)
  const records = reader.raw(events * traceEventBytes)
  const traceHash = reader.text()
  if (reader.left > 0) throw new RangeError(`${reader.left} bytes after its end`)
  const view = new DataView(records.buffer, records.byteOffset, records.byteLength)
  return {
    scenario,
    complete,
    events,
    traceHash,
    at(event) {
      if (!(event >= 0 && event < events))
        throw new RangeError(`no event ${event}: the trace has ${events}`)
      return readTraceEvent(view, event * traceEventBytes, event)
    },
  }
}
