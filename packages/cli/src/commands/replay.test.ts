import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  decodeTraceFile,
  Experiment,
  encodeTraceFile,
  planOf,
  type RecordedRun,
  type Scenario,
} from '@quorate/core/experiments'
import type { TraceEvent } from '@quorate/core/simulator'
import { describe, expect, test } from 'vitest'
import { quorate, quorateJson, temporaryFolder } from '../testing/command.ts'

const scenario: Scenario = {
  protocol: 'raft',
  nodes: 3,
  for: '9s',
  thinkTime: '50ms',
  faults: ['crash:0@3s+200ms'],
}

function eventsOf(trace: RecordedRun): TraceEvent[] {
  return Array.from({ length: trace.events }, (_, event) => trace.at(event))
}

/** A file with this run's trace, as `quorate run --trace` writes it. */
function recorded(run: Scenario = scenario, said: Scenario = run): string {
  const experiment = new Experiment(planOf(run), { recordTrace: true })
  while (!experiment.advance(1e9));
  const path = join(temporaryFolder(), 'run.trace')
  writeFileSync(path, encodeTraceFile(said, experiment.world.trace, true))
  return path
}

describe('quorate replay', () => {
  test('runs a recording again, to the same events and verdict', async () => {
    const path = join(temporaryFolder(), 'a.trace')
    const flags = [
      '--nodes',
      '3',
      '--for',
      '9s',
      '--think-time',
      '50ms',
      '--fault',
      'crash:0@3s+200ms',
    ]
    const run = await quorateJson('run', 'raft', ...flags, '--trace', path)
    const { exitCode, stdout, stderr } = await quorate('replay', path)
    expect([exitCode, stderr]).toEqual([0, ''])
    expect(stdout).toContain(`trace hash   ${run.traceHash}\n`)
    expect(stdout).toMatch(/\n {2}[\d,]+ events, the same as recorded\n$/)
    const { metrics, ...rest } = await quorateJson('replay', path)
    expect({ ...rest, decisions: metrics.decisions }).toEqual({
      ...run,
      decisions: run.metrics.decisions,
      metrics: undefined,
    })
  })

  test('lists the recorded events of a range, as text or as JSON', async () => {
    const path = recorded()
    const trace = decodeTraceFile(readFileSync(path))
    const { exitCode, stdout } = await quorate('replay', path, '--events', '0-200')
    const lines = stdout.trimEnd().split('\n')
    expect(exitCode).toBe(0)
    expect(lines).toHaveLength(201)
    expect(lines[0]).toBe('  0  0.000000 s  node 0  start')
    expect(stdout).toMatch(/ node \d {2}timeout election\n/)
    expect(stdout).toMatch(/ node \d {2}deliver \w+ from \d\n/)
    const { schema, events } = await quorateJson('replay', path, '--events', '30-999999999')
    expect(schema).toBe('quorate.events/1')
    expect(events).toHaveLength(trace.events - 30)
    expect(events[5]).toEqual(trace.at(35))
    const all = await quorate('replay', path, '--events', `0-${trace.events - 1}`)
    expect(all.stdout).toMatch(/ s {2}fault\n.* node 0 {2}crash\n/)
    expect(all.stdout).toMatch(/ node \d {2}propose (read|write) of client \d+\n/)
    expect(all.stdout).toMatch(/ node \d {2}reply to client \d\n/)
    expect(all.stdout).not.toMatch(/undefined|NaN/)
  })

  test('shows every node at one moment', async () => {
    const path = recorded()
    const { exitCode, stdout } = await quorate('replay', path, '--to', '40')
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/^event 4\d at [\d.]+ s: /)
    expect(stdout).toMatch(/\n {2}node 0, \w+\n/)
    expect(stdout).toMatch(/\n {4}currentTerm {2,}\d+\n/)
    const crash = decodeTraceFile(readFileSync(path))
    const at = Array.from({ length: crash.events }, (_, i) => crash.at(i)).find(
      ({ kind }) => kind === 'crash',
    )
    const moment = await quorateJson('replay', path, '--to', `${(at?.event ?? 0) + 1}`)
    expect(moment).toMatchObject({ schema: 'quorate.moment/1', virtualSeconds: 3 })
    expect(moment.nodes[0]).toEqual({ node: 0, role: 'down' })
    expect(moment.nodes[1].state.currentTerm).toBeGreaterThan(0)
    const beginning = await quorateJson('replay', path, '--to', '0')
    expect(beginning.nodes).toHaveLength(3)
  })

  test('lists what may have caused an event, and the messages that lie behind it', async () => {
    const path = recorded()
    const trace = decodeTraceFile(readFileSync(path))
    const reply = eventsOf(trace).find(({ kind, event }) => kind === 'reply' && event > 60)
    const event = reply?.event ?? 0
    const document = await quorateJson('replay', path, '--past', `${event}`)
    expect(document).toMatchObject({ schema: 'quorate.past/1', event: reply })
    expect(document.causalDepth).toBe(document.longestChain.length)
    expect(document.longestChain.at(-1)).toBe(event)
    expect(document.messageDelays).toBe(document.messages.length)
    expect(document.messages.at(-1).receivedIn).toBe(event)
    expect(document.past).toEqual([...document.past].sort((a, b) => a - b))
    // The messages are steps from the past to the event, and the node that answered is in it.
    for (const { sentIn } of document.messages) expect(document.past).toContain(sentIn)
    const { exitCode, stdout } = await quorate('replay', path, '--past', `${event}`)
    expect(exitCode).toBe(0)
    const [title, , , ...lines] = stdout.trimEnd().split('\n')
    expect(title).toMatch(
      new RegExp(`^event ${event}: [\\d.]+ s {2}node \\d {2}reply to client \\d$`),
    )
    expect(lines.slice(0, document.messages.length).every((line) => / → /.test(line))).toBe(true)
    expect(lines.slice(document.messages.length + 2)).toHaveLength(document.past.length)
    const { stdout: first } = await quorate('replay', path, '--past', '0')
    expect(first).toBe('event 0: 0.000000 s  node 0  start\nNothing happened before it.\n')
  })

  test('shows of a long past the end, and as JSON all of it', async () => {
    const path = recorded()
    const { stdout } = await quorate('replay', path, '--past', '2000')
    const { past } = await quorateJson('replay', path, '--past', '2000')
    expect(stdout).toContain(
      `\n  … ${(past.length - 200).toLocaleString('en-US')} earlier events (--json has them all)\n`,
    )
    expect(stdout.trimEnd().split('\n').at(-1)).toContain(` ${past.at(-1)}  `)
  })

  test('says how two events stand to each other, and counts the pairs of a run', async () => {
    const path = recorded()
    const order = (events: string) => quorateJson('replay', path, '--order', events)
    // The first three events start three nodes, which know nothing of each other.
    expect(await order('0,2')).toMatchObject({ order: 'concurrent', messages: [] })
    expect((await quorate('replay', path, '--order', '0,2')).stdout).toMatch(
      /^event 0: .*\nevent 2: .*\nThey are concurrent: .*\n$/,
    )
    const trace = decodeTraceFile(readFileSync(path))
    const delivery = eventsOf(trace).find(({ kind }) => kind === 'deliver')
    const event = delivery?.event ?? 0
    const [sender, receiver] = [delivery?.peer ?? 0, event]
    const before = await order(`${sender},${receiver}`)
    expect(before).toMatchObject({ schema: 'quorate.order/1', order: 'before' })
    expect(before.messages).toEqual([{ sentIn: expect.any(Number), receivedIn: event }])
    expect(await order(`${receiver},${sender}`)).toEqual({
      ...before,
      order: 'after',
      events: [...before.events].reverse(),
    })
    expect((await quorate('replay', path, '--order', `${sender},${receiver}`)).stdout).toContain(
      `\nEvent ${sender} happened before event ${receiver}: 1 message leads from the one to the other:\n`,
    )
    expect(await order('5,5')).toMatchObject({ order: 'same' })
    const { pairs } = await quorateJson('replay', path, '--concurrency')
    expect(pairs.ordered + pairs.concurrent).toBe((pairs.steps * (pairs.steps - 1)) / 2)
    expect(pairs.concurrent).toBeGreaterThan(0)
    const { stdout } = await quorate('replay', path, '--concurrency')
    expect(stdout).toMatch(
      /^[\d,]+ steps of 3 nodes and 5 clients: [\d,]+ pairs\n {2}ordered .*%\n/,
    )
  })

  test('of a recording that another run made says where it differs, and fails', async () => {
    const path = recorded({ ...scenario, faults: ['crash:1@3s+200ms'] }, scenario)
    const { exitCode, stdout, stderr } = await quorate('replay', path)
    expect([exitCode, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(
      /^quorate: the replay differs from the recording at event \d+ \(its payload at 3\.000000 s {2}fault\): .*\n$/,
    )
    const longer = recorded({ ...scenario, for: '9100ms' }, scenario)
    const more = await quorate('replay', longer)
    expect([more.exitCode, more.stdout]).toEqual([1, ''])
    expect(more.stderr).toContain('(now nothing more, recorded ')
  })

  test('of a file that was cut or changed is refused in one line', async () => {
    const path = recorded()
    const file = readFileSync(path)
    const changed = Buffer.from(file)
    changed[file.length >> 1] = (changed[file.length >> 1] as number) ^ 4
    const damage = [
      file.subarray(0, -20),
      file.subarray(0, 300),
      changed,
      Buffer.from('protocol: raft'),
    ]
    for (const bytes of damage) {
      writeFileSync(path, bytes)
      const { exitCode, stdout, stderr } = await quorate('replay', path)
      expect([exitCode, stdout]).toEqual([2, ''])
      expect(stderr).toMatch(
        /^quorate: .*run\.trace: (the trace is truncated or damaged|not a trace file)[^\n]*\n$/,
      )
    }
  })

  test('of a fault asks for a step instead, for nothing is ordered with what comes from outside', async () => {
    const path = recorded()
    const fault = eventsOf(decodeTraceFile(readFileSync(path))).find(({ kind }) => kind === 'fault')
    const { exitCode, stderr } = await quorate('replay', path, '--past', `${fault?.event}`)
    expect(exitCode).toBe(2)
    expect(stderr).toContain(`event ${fault?.event} is a fault, which comes from outside`)
  })

  test('of what is not there, or of events that are not, is refused in one line', async () => {
    const path = recorded({ ...scenario, for: '100ms', faults: [] })
    for (const [args, reason] of [
      [['nowhere.trace'], "cannot read 'nowhere.trace': there is no such file or folder"],
      [[path, '--to', '99999'], "--to '99999': the trace has the events 0 to "],
      [[path, '--to', 'x'], "--to 'x': the trace has the events 0 to "],
      [[path, '--events', '40'], "--events '40': write it like 100-140"],
      [[path, '--events', '9-4'], "--events '9-4': write it like 100-140"],
      [[path, '--events', '99999-100000'], "--events '99999-100000': the trace has the events"],
      [[path, '--events', '1-2', '--to', '3'], '--to and --events: give one of them'],
      [[path, '--past', '1', '--order', '2,3'], '--past and --order: give one of them'],
      [[path, '--past', '99999'], "--past '99999': the trace has the events 0 to "],
      [[path, '--past', 'first'], "--past 'first': the trace has the events 0 to "],
      [[path, '--order', '1'], "--order '1': write it like 100,140"],
      [[path, '--order', '1,99999'], "--order '99999': the trace has the events 0 to "],
    ] as const) {
      const { exitCode, stdout, stderr } = await quorate('replay', ...args)
      expect([exitCode, stdout]).toEqual([2, ''])
      expect(stderr).toMatch(/^quorate: [^\n]+\n$/)
      expect(stderr).toContain(reason)
    }
  })
})
