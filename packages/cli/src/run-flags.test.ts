import { execFileSync } from 'node:child_process'
import { planOf, replayCommand, type Scenario, ScenarioError } from '@quorate/core/experiments'
import { catalogue } from '@quorate/core/protocols'
import { Command } from 'commander'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addScenarioFlags, type RunFlags, scenarioOf } from './run-flags.ts'

/** What the flags of `quorate run` make of these words. */
function scenarioBy(words: readonly string[]): Scenario {
  let scenario: Scenario | undefined
  const command = addScenarioFlags(new Command('run').argument('<subject>'))
    .exitOverride()
    .action((subject: string, flags: RunFlags) => {
      scenario = scenarioOf(subject, flags)
    })
  command.parse([...words], { from: 'user' })
  return scenario as Scenario
}

/** The words that a shell makes of each of these command lines. */
function shellWords(lines: readonly string[]): string[][] {
  const script = lines.map((line) => `printf '%s\\0' ${line}; printf '\\1'`).join('\n')
  const output = execFileSync('sh', ['-s'], { input: script, encoding: 'utf8' })
  return output
    .split('\x01')
    .slice(0, -1)
    .map((words) => words.split('\0').slice(0, -1))
}

const time = fc
  .tuple(fc.integer({ min: 1, max: 5_000 }), fc.constantFrom('us', 'ms', 's', 'min'))
  .map(([count, unit]) => `${count}${unit}`)
const share = fc.integer({ min: 0, max: 1_000 }).map((tenths) => `${tenths / 10}%`)
const faultSubject = fc.oneof(
  fc.constantFrom('crash:leader', 'pause:0,2', 'partition:0,1|2', 'cut:0>1,2', 'isolate:random'),
  fc.constantFrom('slow:all:2.5x', 'clock:1:+3s', 'clock:1:-3s', 'drift:0:-20ppm', 'disk-lies:1'),
  share.map((text) => `loss:${text}`),
)
const fault = fc
  .tuple(faultSubject, time, fc.option(time))
  .map(([what, at, duration]) => `${what}@${at}${duration === null ? '' : `+${duration}`}`)

/** Any scenario of Raft with three nodes, but for what its parts exclude each other. */
const scenario: fc.Arbitrary<Scenario> = fc
  .record(
    {
      protocol: fc.constantFrom('raft', 'raft+two-votes-in-a-term', 'raft+joint-consensus-skipped'),
      nodes: fc.constant(3),
      title: fc.string(),
      seed: fc.maxSafeNat(),
      network: fc.oneof(
        fc.constantFrom('lan', 'wan', 'bitcoin'),
        fc.constant({ name: "it's", regions: ['ä'], roundTripMs: [[1.5]] }),
      ),
      synchrony: fc.oneof(
        fc.constantFrom('sync', 'async'),
        time.map((gst) => `partial:${gst}`),
      ),
      faults: fc.array(fault, { maxLength: 3 }),
      chaos: fc.boolean(),
      byzantine: fc.constantFrom([], ['1=silent'], ['2=delayed:5ms', '0=silent']),
      allowExcessFaults: fc.boolean(),
      for: time,
      until: fc.integer({ min: 1 }),
      workload: fc.constantFrom('key-value', 'none'),
      clients: fc.nat(20),
      thinkTime: time,
      rate: fc.double({ min: 0.001, max: 1e6, noNaN: true }),
      reads: fc.double({ min: 0, max: 1, noNaN: true }),
      parameters: fc.record({ heartbeatMs: fc.double({ min: 1, max: 60_000, noNaN: true }) }),
      passing: fc.constantFrom('reference', 'frozen', 'encoded'),
      disk: fc.oneof(fc.constantFrom('usual', 'none'), time),
      membershipChanges: fc.boolean(),
      interventions: fc.array(fc.record({ event: fc.nat(), fault }), { maxLength: 2 }),
    },
    { requiredKeys: ['protocol', 'nodes'] },
  )
  .filter((data) => {
    try {
      planOf(data)
      return true
    } catch (error) {
      if (error instanceof ScenarioError) return false
      throw error
    }
  })

test('the command that a report prints gives the same run, whatever the scenario says', () => {
  const scenarios = fc.sample(scenario, 300)
  const plans = scenarios.map((data) => planOf(data))
  const lines = plans.map((plan) => replayCommand(plan.scenario))
  const inline = lines.filter((line) => line.includes('{')).length
  expect(inline).toBeGreaterThan(20)
  expect(lines.length - inline).toBeGreaterThan(20)
  for (const [i, words] of shellWords(lines).entries()) {
    expect(words.slice(0, 2)).toEqual(['quorate', 'run'])
    const again = planOf(scenarioBy(words.slice(2)))
    expect({ ...again, scenario: undefined }, lines[i]).toEqual({
      ...plans[i],
      scenario: undefined,
    })
  }
})

test('the command that a report prints gives the same run one step outside every protocol, too', () => {
  const plans = catalogue.flatMap(({ name, beyond }) =>
    beyond.map((step) => planOf({ ...step.scenario, protocol: name, seed: 3 })),
  )
  const lines = plans.map((plan) => replayCommand(plan.scenario))
  for (const [i, words] of shellWords(lines).entries()) {
    const again = planOf(scenarioBy(words.slice(2)))
    expect({ ...again, scenario: undefined }, lines[i]).toEqual({
      ...plans[i],
      scenario: undefined,
    })
  }
})

test('a name is never taken for a file, whatever lies in the folder', () => {
  expect(scenarioBy(['packages', '--network', 'docs'])).toEqual({
    protocol: 'packages',
    network: 'docs',
  })
})
