import { encode, natural, Reader, text, Writer } from '../model/index.ts'
import { readTraceEvent, type Trace, type TraceEvent, traceEventBytes } from '../simulator/trace.ts'
import { type Scenario, ScenarioError } from './scenario.ts'
import { scenarioFrom } from './scenario-shape.ts'

/** The first line of a trace file: what it is, for people and for `file`. */
const magic = 'quorate trace 1\n'

/** A recorded run: what was run, each event in 24 bytes, and the hash of them all. */
export interface RecordedRun {
  readonly scenario: Scenario
  readonly events: number
  readonly traceHash: string
  at(event: number): TraceEvent
}

/** A run as a trace file: the first line, the scenario as JSON, the number of events, the events, the trace hash. */
export function encodeTraceFile(scenario: Scenario, trace: Trace): Uint8Array {
  const writer = new Writer()
  writer.raw(encode(text, magic).subarray(1))
  writer.text(JSON.stringify(scenario))
  writer.natural(trace.length)
  writer.raw(trace.bytes())
  writer.text(trace.hash)
  return writer.finish()
}

/** @throws ScenarioError, one line, for anything but a whole trace file */
export function decodeTraceFile(bytes: Uint8Array): RecordedRun {
  const start = encode(text, magic).subarray(1)
  if (!start.every((byte, i) => bytes[i] === byte)) {
    throw new ScenarioError('not a trace file: it does not begin with "quorate trace 1"')
  }
  try {
    return readRun(new Reader(bytes, start.length))
  } catch (error) {
    if (error instanceof ScenarioError) throw error
    const why = error instanceof Error ? error.message : String(error)
    throw new ScenarioError(
      `the trace is truncated or damaged (${why}): record it again with run --trace`,
    )
  }
}

function readRun(reader: Reader): RecordedRun {
  const scenario = scenarioFrom(JSON.parse(reader.text()))
  const events = natural.read(reader)
  const records = reader.raw(events * traceEventBytes)
  const traceHash = reader.text()
  if (reader.left > 0) throw new RangeError(`${reader.left} bytes after its end`)
  const view = new DataView(records.buffer, records.byteOffset, records.byteLength)
  return {
    scenario,
    events,
    traceHash,
    at(event) {
      if (event < 0 || event >= events)
        throw new RangeError(`no event ${event}: the trace has ${events}`)
      return readTraceEvent(view, event * traceEventBytes, event)
    },
  }
}
