import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  decodeTraceFile,
  Experiment,
  encodeTraceFile,
  planOf,
  type Scenario,
} from '@quorate/core/experiments'
import { describe, expect, test } from 'vitest'
import { quorate, quorateJson, temporaryFolder } from '../testing/command.ts'

const scenario: Scenario = {
  protocol: 'raft',
  nodes: 3,
  for: '9s',
  thinkTime: '50ms',
  faults: ['crash:0@3s+200ms'],
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
    ] as const) {
      const { exitCode, stdout, stderr } = await quorate('replay', ...args)
      expect([exitCode, stdout]).toEqual([2, ''])
      expect(stderr).toMatch(/^quorate: [^\n]+\n$/)
      expect(stderr).toContain(reason)
    }
  })
})
