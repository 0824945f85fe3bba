import { describe, expect, test } from 'vitest'
import { quorate, quorateJson, type Result } from '../testing/command.ts'

const flp = ['run', 'flp'] as const

/** Wrong use: one line on stderr, nothing on stdout, exit code 2. Returns the line. */
function refusal({ exitCode, stdout, stderr }: Result): string {
  expect(stdout).toBe('')
  expect(stderr).toMatch(/^quorate: [^\n]+\n$/)
  expect(exitCode).toBe(2)
  return stderr
}

describe('quorate run flp', () => {
  test('shows the beginning, the schedule, its figures and the ways around', async () => {
    const { exitCode, stdout, stderr } = await quorate(
      ...flp,
      '--protocol',
      'paxos',
      '--steps',
      '40',
    )
    expect([exitCode, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/^flp {2}paxos, 3 processes, seed 1, in .*\n✓ held: \d+ steps in which /)
    expect(stdout).toMatch(/\n {2}0 0 0 {3}0 in \d+ steps\n/)
    expect(stdout).toMatch(
      /\n {2}\d \d \d {3}0 in \d+ steps, 1 in \d+ {3}← the schedule begins here\n/,
    )
    expect(stdout).toMatch(/\n {6}1 [* ] node \d .*\n/)
    expect(stdout).toMatch(/\n {6}┊ {3}\d+ more stages: --json has them all\n/)
    expect(stdout).toMatch(
      /\n {2}steps {8}\d+ in \d+ stages: \d+ messages received, \d+ timers? fired\n/,
    )
    expect(stdout).toMatch(/\n {2}fairness {5}no message waited more than \d+ steps, and no timer /)
    expect(stdout).toContain('\n  ✓ paxos: all 3 processes decide within ')
    expect(stdout).toContain('\n  ✓ ben-or, 3 processes: all decide in 100 of 100 runs\n')
  })

  test('prints one JSON document, whose first key is its schema', async () => {
    const report = await quorateJson(...flp, '--steps', '20', '--nodes', '3', '--seed', '3')
    expect(Object.keys(report)[0]).toBe('schema')
    expect(report).toMatchObject({
      schema: 'quorate.flp/1',
      protocol: 'paxos',
      nodes: 3,
      seed: 3,
      stepsAsked: 20,
      verdict: 'held',
    })
    expect(report.initial).toHaveLength(8)
    const step = expect.objectContaining({ kind: expect.stringMatching(/^(deliver|timeout)$/) })
    for (const { event } of report.stages) expect(event).toEqual(step)
    expect(report.schedule.witnesses['0']).toContainEqual(step)
    expect(report.schedule.witnesses['1']).toContainEqual(step)
  })

  test('shows how a protocol contradicts itself that needs a bound on delays', async () => {
    const { exitCode, stdout } = await quorate(...flp, '--protocol', 'byzantine-generals')
    expect(exitCode).toBe(1)
    expect(stdout).toContain('× violated: Byzantine Generals needs a bound on delays')
    expect(stdout).toMatch(
      /\nThe steps that lead there, where the processes propose .*\n {6}1 {3}node /,
    )
  })

  test('refuses what it cannot show, in one line', async () => {
    const refused = async (...flags: string[]) => refusal(await quorate(...flp, ...flags))
    expect(await refused('--protocol', 'ben-or')).toContain('Ben-Or tosses coins')
    expect(await refused('--protocol', 'raft')).toContain('raft is no protocol that decides once')
    expect(await refused('--protocol', 'nobody')).toContain("unknown protocol 'nobody'")
    expect(await refused('--steps', 'many')).toContain(
      "--steps is 'many': it must be a whole number",
    )
    expect(await refused('--think-time', '5ms')).toContain('--think-time means nothing to flp')
  })
})

test('quorate run says that --protocol and --steps are for flp', async () => {
  expect(refusal(await quorate('run', 'raft', '--steps', '5'))).toContain('--steps goes with flp')
})
