import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { eventCode, eventKinds, readTraceEvent, Trace, traceEventBytes } from './trace.ts'

/** Kind, time, node, peer, detail and payload, each over all that it may be. */
const event = fc.tuple(
  fc.nat(eventKinds.length - 1),
  fc.maxSafeNat(),
  fc.nat(9_999),
  fc.integer({ min: -1, max: 19_999 }),
  fc.integer({ min: -1, max: 0x7fff }),
  fc.integer(),
)
type Event = [number, number, number, number, number, number]

function traceOf(events: readonly Event[], recording = false): Trace {
  const trace = new Trace(recording)
  for (const fields of events) trace.add(...fields)
  return trace
}

describe('the trace hash', () => {
  test('depends on every field of every event', () => {
    const others = fc.array(event, { maxLength: 4 })
    fc.assert(
      fc.property(
        others,
        event,
        event,
        others,
        fc.nat(5),
        (before, changed, donor, after, field) => {
          fc.pre(changed[field] !== donor[field])
          const other = changed.slice() as Event
          other[field] = donor[field] as number
          expect(traceOf([...before, other, ...after]).hash).not.toBe(
            traceOf([...before, changed, ...after]).hash,
          )
        },
      ),
      { numRuns: 3_000 },
    )
  })

  test('tells apart all the kinds, nodes, peers and details of a small world', () => {
    const hashes = new Set<string>()
    let events = 0
    for (let kind = 0; kind < eventKinds.length; kind++) {
      for (let node = 0; node < 10; node++) {
        for (let peer = -1; peer < 12; peer++) {
          for (let detail = -1; detail < 20; detail++) {
            hashes.add(traceOf([[kind, 5, node, peer, detail, 7]]).hash)
            events++
          }
        }
      }
    }
    expect(hashes.size).toBe(events)
  })

  test('depends on the order of events', () => {
    fc.assert(
      fc.property(fc.array(event), event, event, (before, one, other) => {
        fc.pre(one.some((field, i) => field !== other[i]))
        expect(traceOf([...before, one, other]).hash).not.toBe(
          traceOf([...before, other, one]).hash,
        )
      }),
    )
  })

  test('depends on how many events there are, and not on whether they are recorded', () => {
    const still: Event = [0, 0, 0, 0, 0, 0]
    const hashes = Array.from(
      { length: 50 },
      (_, n) => traceOf(new Array<Event>(n).fill(still)).hash,
    )
    expect(new Set(hashes).size).toBe(50)
    const recorded = Array.from(
      { length: 50 },
      (_, n) => traceOf(new Array<Event>(n).fill(still), true).hash,
    )
    expect(recorded).toEqual(hashes)
  })

  test('is sixteen hexadecimal digits, leading zeros included', () => {
    for (let n = 0; n < 200; n++) {
      expect(traceOf([[0, n, 0, 0, 0, 0]]).hash).toMatch(/^[0-9a-f]{16}$/)
    }
  })
})

describe('a recorded trace', () => {
  test('gives back what was added, across the borders of its chunks', () => {
    const trace = new Trace(true)
    const length = 3 * 16_384 + 5
    const fieldsOf = (i: number): Event => [
      i % eventKinds.length,
      i * 1_000_003 * 4_096,
      i % 9_999,
      (i % 300) - 1,
      (i % 30) - 1,
      Math.imul(i, 0x9e3779b9),
    ]
    for (let i = 0; i < length; i++) trace.add(...fieldsOf(i))
    expect(trace.length).toBe(length)
    const bytes = trace.bytes()
    expect(bytes.length).toBe(length * traceEventBytes)
    const view = new DataView(bytes.buffer)
    for (let i = 0; i < length; i += i % 16_384 > 3 && i % 16_384 < 16_380 ? 1_091 : 1) {
      const [kind, timeMicros, node, peer, detail, payload] = fieldsOf(i)
      const wanted = { event: i, kind: eventKinds[kind], timeMicros, node, peer, detail, payload }
      expect(trace.at(i)).toEqual(wanted)
      expect(readTraceEvent(view, i * traceEventBytes, i)).toEqual(wanted)
    }
  })

  test('has no event beyond its last, nor any where nothing was recorded', () => {
    const still: Event = [0, 0, 0, 0, 0, 0]
    expect(() => traceOf([still], true).at(1)).toThrow('no event 1: the trace has 1')
    expect(() => traceOf([still], true).at(-1)).toThrow(RangeError)
    expect(() => traceOf([still], false).at(0)).toThrow(RangeError)
    expect(traceOf([], true).bytes()).toEqual(new Uint8Array(0))
  })

  test('of an unknown kind is refused', () => {
    const record = new DataView(new ArrayBuffer(traceEventBytes))
    record.setUint8(22, eventKinds.length)
    expect(() => readTraceEvent(record, 0, 3)).toThrow('event 3 is of no known kind')
  })

  test('numbers its kinds in an order that never changes', () => {
    expect(eventKinds).toEqual(
      'start deliver timeout durable propose reply mined crash restart fault lost'.split(' '),
    )
    expect(eventKinds.map((kind) => eventCode[kind])).toEqual(eventKinds.map((_, code) => code))
  })
})

test('the current event is the one whose step goes on, not a message that was lost in it', () => {
  const trace = traceOf([
    [eventCode.start, 0, 0, 0, 0, 0],
    [eventCode.deliver, 0, 0, 0, 0, 0],
    [eventCode.lost, 0, 0, 0, 0, 0],
  ])
  expect(trace.current).toBe(1)
})
