import { describe, expect, test } from 'vitest'
import { causalOrderOf } from '../causality/index.ts'
import { Experiment, planOf, type Scenario } from '../experiments/index.ts'
import { diagramOfRun } from './index.ts'
import { momentWords } from './message-diagram.ts'
import { run } from './testing/sample-diagrams.ts'

const lossy: Scenario = {
  protocol: 'raft',
  nodes: 3,
  seed: 2,
  clients: 2,
  for: '3s',
  faults: ['loss:10%@0s', 'duplicate:10%@0s', 'crash:0@2s+200ms'],
}

describe('the diagram of a run', () => {
  const experiment = run(lossy)
  const { trace, causes } = experiment.world
  const last = trace.length - 1
  const diagram = diagramOfRun(experiment, {
    shown: { kind: 'range', from: 0, to: last },
    most: Number.POSITIVE_INFINITY,
  })
  const events = Array.from({ length: trace.length }, (_, event) => trace.at(event))

  test('has exactly one arrow for every message that arrived or was lost, request and reply', () => {
    for (const [kind, fate] of [
      ['deliver', 'delivered'],
      ['lost', 'lost'],
      ['propose', 'delivered'],
      ['reply', 'delivered'],
    ] as const) {
      const wanted = events.filter((event) => event.kind === kind)
      expect(wanted.length).toBeGreaterThan(0)
      for (const { event } of wanted) {
        const place = diagram.moments.findIndex(({ number }) => number === event)
        const ended = diagram.arrows.filter((arrow) => arrow.ended === place)
        expect(ended.map((arrow) => arrow.fate)).toEqual([fate])
      }
    }
  })

  test('sends every message where its cause is, and never after it ends', () => {
    for (const { ended = 0, sent, label } of diagram.arrows) {
      const { number } = diagram.moments[ended] ?? { number: 0 }
      const cause = causes?.of(number)
      if (trace.at(number).kind === 'propose') expect(sent).toBe(ended)
      else expect(diagram.moments[sent ?? -1]?.number, label).toBe(cause)
      expect(sent).toBeLessThanOrEqual(ended)
    }
  })

  test('knows the copies that the network made', () => {
    const copies = diagram.arrows.filter(({ copy }) => copy)
    expect(copies.length).toBeGreaterThan(0)
    for (const { ended = 0, sent, fromLane, toLane, label } of copies) {
      const before = diagram.arrows.filter(
        (other) =>
          other.sent === sent &&
          other.fromLane === fromLane &&
          other.toLane === toLane &&
          other.label === label &&
          (other.ended ?? 0) < ended,
      )
      expect(before.length).toBeGreaterThan(0)
    }
  })

  test('says what messages, requests and faults say', () => {
    const words = diagram.moments.flatMap((_, place) => momentWords(diagram, place))
    const text = words.join('\n').replaceAll('\u00a0', ' ')
    expect(text).toMatch(/node \d receives requestVote from \d.*: term 1, lastLogIndex 0/)
    expect(text).toMatch(/node \d is asked (?:write|read) by client \d+: body '(?:put|get) k\d+/)
    expect(text).toMatch(/node \d commits entry \d+, term \d+: 'put k\d+ = v\d+' of client \d+/)
    expect(text).toMatch(/client \d+ is told that it is done by node \d/)
    expect(text).toMatch(/appendEntries.* from node \d to node \d is lost/)
    expect(text).toContain('fault: crash:0@2s+200ms')
    expect(text).toContain('node 0 crashes')
    expect(text).toContain('node 0 restarts')
  })

  test('of a past has the events that may have caused one, and its faults and losses', () => {
    const event = events.findLast(({ kind }) => kind === 'reply')?.event ?? 0
    const past = causalOrderOf(experiment.world).past(event).events
    const { moments, omitted } = diagramOfRun(experiment, {
      shown: { kind: 'past', of: [event] },
      most: Number.POSITIVE_INFINITY,
    })
    const numbers = moments.map(({ number }) => number)
    expect(numbers.at(-1)).toBe(event)
    for (const number of past) {
      if (trace.at(number).kind !== 'start') expect(numbers).toContain(number)
    }
    const others = numbers.filter((number) => number !== event && !past.includes(number))
    for (const number of others) expect(['fault', 'lost']).toContain(trace.at(number).kind)
    expect(omitted).toMatch(/^\d+ of \d+ events: those that may have caused the last\.$/)
  })

  test('of too many events has the last, and says so', () => {
    const { moments, omitted, arrows } = diagramOfRun(experiment, {
      shown: { kind: 'range', from: 0, to: 99 },
      most: 30,
    })
    expect(moments.map(({ number }) => number)).toEqual(
      Array.from({ length: 30 }, (_, i) => 70 + i),
    )
    expect(omitted).toBe('Of 100 events the last 30 are shown.')
    expect(arrows.some(({ sent }) => sent === undefined)).toBe(true)
  })

  test('is the same where the run kept no trace of its own', () => {
    const shown = { kind: 'range', from: 10, to: 40 } as const
    const plain = diagramOfRun(new Experiment(planOf(lossy)).complete(), { shown })
    expect(plain).toEqual(diagramOfRun(experiment, { shown }))
  })

  test('of events that are not there is refused', () => {
    const beyond = { shown: { kind: 'range', from: 0, to: last + 1 } } as const
    expect(() => diagramOfRun(experiment, beyond)).toThrow(
      new RangeError(`no event ${last + 1}: the run has ${last + 1}`),
    )
  })
})

describe('the diagram of a violated run', () => {
  test('ends with what is broken, and shows what led to it alone', () => {
    const scenario = { protocol: 'raft+read-without-quorum', chaos: true, seed: 3 }
    const experiment = run(scenario)
    const witness = experiment.report(0).properties.find((property) => property.witness)?.witness
    const event = Math.max(...(witness?.events ?? []))
    const diagram = diagramOfRun(experiment)
    expect(diagram.moments).toHaveLength(160)
    expect(diagram.moments.at(-1)?.number).toBe(event)
    expect(diagram.moments.at(-1)?.notes).toEqual([
      { kind: 'violation', text: `linearizability: ${witness?.message}` },
    ])
    expect(diagram.omitted).toMatch(
      /may have caused the last\. Of \d+ events the last 160 are shown/,
    )
  })

  test('marks the lanes of those who lie', () => {
    const { lanes } = diagramOfRun(
      run({ protocol: 'pbft', nodes: 4, for: '50ms', byzantine: ['3=twins'] }),
    )
    expect(lanes[3]).toMatchObject({ name: 'node 3', note: expect.stringMatching(/^lies: twins/) })
  })
})
