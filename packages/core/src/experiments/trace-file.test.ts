import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encode, natural, text, Writer } from '../model/index.ts'
import { mixBytes } from '../model/schema/hash.ts'
import { Trace } from '../simulator/trace.ts'
import { Experiment } from './experiment.ts'
import { planOf } from './plan.ts'
import { type Scenario, ScenarioError } from './scenario.ts'
import { decodeTraceFile, encodeTraceFile } from './trace-file.ts'

const scenario: Scenario = {
  protocol: 'raft',
  nodes: 3,
  for: '300ms',
  faults: ['crash:0@100ms+1ms'],
  title: 'Grüße – 你好',
}

const recorded = (() => {
  const experiment = new Experiment(planOf(scenario), { recordTrace: true })
  while (!experiment.advance(1e9));
  return experiment.world.trace
})()
const file = encodeTraceFile(scenario, recorded, true)

/** What is said of bytes that are no trace file, which must be one line. */
function refusal(bytes: Uint8Array): string | undefined {
  try {
    decodeTraceFile(bytes)
    return undefined
  } catch (error) {
    expect(error).toBeInstanceOf(ScenarioError)
    const { message } = error as ScenarioError
    expect(message).not.toMatch(/\p{Cc}/u)
    return message
  }
}

describe('a trace file', () => {
  test('gives back what was run and every event', () => {
    const run = decodeTraceFile(file)
    expect(run.scenario).toEqual(scenario)
    expect([run.events, run.complete]).toEqual([recorded.length, true])
    expect(run.traceHash).toBe(recorded.hash)
    expect(run.events).toBeGreaterThan(20)
    for (let event = 0; event < run.events; event++)
      expect(run.at(event)).toEqual(recorded.at(event))
    for (const event of [-1, run.events, Number.NaN]) {
      expect(() => run.at(event)).toThrow(`the trace has ${run.events}`)
    }
  })

  test('may lie anywhere in a larger buffer', () => {
    const larger = new Uint8Array(file.length + 13)
    larger.set(file, 5)
    const run = decodeTraceFile(larger.subarray(5, 5 + file.length))
    expect(run.at(7)).toEqual(recorded.at(7))
  })

  test('may hold no event at all', () => {
    const run = decodeTraceFile(encodeTraceFile(scenario, new Trace(true), false))
    expect([run.events, run.complete, run.traceHash]).toEqual([0, false, new Trace(true).hash])
  })

  test('that was cut anywhere is refused in one line', () => {
    for (let length = 0; length < file.length; length += length < 400 ? 1 : 37) {
      expect(refusal(file.subarray(0, length)), `cut at ${length}`).toMatch(
        length < 16 ? /^not a trace file/ : /^the trace is truncated or damaged/,
      )
    }
  })

  test('of which any byte was changed is refused in one line', () => {
    fc.assert(
      fc.property(fc.nat(file.length - 1), fc.integer({ min: 1, max: 255 }), (place, change) => {
        const damaged = file.slice()
        damaged[place] = (damaged[place] as number) ^ change
        expect(refusal(damaged)).toMatch(
          place < 16 ? /^not a trace file/ : /^the trace is truncated or damaged/,
        )
      }),
      { numRuns: 1_000 },
    )
  })

  test('with something after its end is refused', () => {
    expect(refusal(Uint8Array.of(...file, 0))).toContain('truncated or damaged')
  })

  test('that somebody made up is refused in one line, and nothing is allocated for what it claims', () => {
    const made = (json: string, events: number, rest: Uint8Array): Uint8Array => {
      const writer = new Writer()
      writer.raw(encode(text, 'quorate trace 1\n').subarray(1))
      writer.text(json)
      writer.raw(encode(natural, 1))
      writer.raw(encode(natural, events))
      writer.raw(rest)
      const content = writer.finish()
      const checksum = new Uint8Array(4)
      new DataView(checksum.buffer).setInt32(0, mixBytes(0, content), true)
      return Uint8Array.of(...content, ...checksum)
    }
    const hash = encode(text, '0123456789abcdef')
    const right = JSON.stringify(scenario)
    expect(refusal(made(right, 0, hash))).toBeUndefined()
    for (const bytes of [
      made('{', 0, hash),
      made('{"a":\n"\n"', 0, hash),
      made('{"protocol":"raft","nodes":0}', 0, hash),
      made('"raft"', 0, hash),
      made(right, 1, hash),
      made(right, Number.MAX_SAFE_INTEGER, hash),
      made(right, 0, Uint8Array.of(...hash, 1, 2)),
      made(right, 0, new Uint8Array(0)),
    ]) {
      expect(refusal(bytes)).toMatch(/^the trace cannot be read \(.+\): record it again/)
    }
  })
})
