import { expect, test } from 'vitest'
import { Random } from '../model/random.ts'
import type { Step } from '../simulator/steps/step.ts'
import { formatStep } from '../simulator/steps/step-spec.ts'
import { campaignScenario } from './campaign.ts'
import { Experiment } from './experiment.ts'
import { planOf } from './plan.ts'
import type { Scenario } from './scenario.ts'
import { explicitScenario, tidied } from './shrinking/explicit-scenario.ts'
import { recordedSteps } from './shrinking/recorded-steps.ts'

/** Protocols in which messages and timeouts may come late, whatever it does to their progress. */
const asynchronousEnough = [
  'paxos',
  'multi-paxos',
  'raft',
  'ben-or',
  'ben-or-byzantine',
  'dls',
  'pbft',
  'tendermint',
  'hotstuff',
  'lamport-clocks',
  'vector-clocks',
  'failure-detector',
]

/** A chaos run of one second, told apart from what was drawn for it. */
function recorded(protocol: string, seed: number): { run: Experiment; scenario: Scenario } {
  const drawn = campaignScenario(protocol, seed)
  // Its variety may ask for minutes, and for an administrator: his attempts that never arrived are in
  // no list, so that those after them have other numbers.
  const { membershipChanges: _, ...rest } = drawn
  const chaos = new Experiment(planOf({ ...rest, for: '1s' })).complete()
  const scenario = explicitScenario(chaos)
  const options = { recordTrace: true, recordCauses: true, recordSendings: true }
  return { run: new Experiment(planOf({ ...scenario, for: '1s' }), options).complete(), scenario }
}

function stepsOf(run: Experiment): Step[] {
  return recordedSteps(run).map(({ step }) => step)
}

function withSteps(run: Experiment, scenario: Scenario, steps: readonly Step[]): Scenario {
  return tidied({ ...scenario, for: '1s', steps: steps.map(formatStep) }, run.plan)
}

/** What each node and each client went through, in its order; without what was lost, which no node knows. */
function livesOf({ world }: Experiment): { [who: string]: string[] } {
  const lives: { [who: string]: string[] } = {}
  for (let event = 0; event < world.trace.length; event++) {
    const { kind, node, peer, detail, payload, timeMicros } = world.trace.at(event)
    if (kind === 'fault' || kind === 'lost') continue
    const who = kind === 'reply' ? `client ${peer}` : `node ${node}`
    lives[who] ??= []
    lives[who].push(`${timeMicros} ${kind} ${peer} ${detail} ${payload}`)
  }
  return lives
}

test.each(['paxos', 'multi-paxos', 'raft', 'dls', 'ben-or', 'failure-detector'])(
  'a run of nothing but the recorded steps of a run of %s is the same for every node and client',
  (protocol) => {
    for (const seed of [1, 2, 3]) {
      const { run, scenario } = recorded(protocol, seed)
      const again = new Experiment(planOf(withSteps(run, scenario, stepsOf(run)))).complete()
      expect(Object.keys(livesOf(again)).length).toBeGreaterThan(1)
      for (const [who, life] of Object.entries(livesOf(run))) {
        // Two things of one microsecond may change places.
        expect(livesOf(again)[who]?.sort(), `${who}, seed ${seed}`).toEqual(life.sort())
      }
    }
  },
)

test.each(asynchronousEnough)(
  'whatever is withheld from a run of %s, nothing happens that must not',
  (protocol) => {
    for (const seed of [1, 2, 3]) {
      const { run, scenario } = recorded(protocol, seed)
      const steps = stepsOf(run)
      const random = new Random(seed)
      for (const share of [1, 0.95, 0.8, 0.5, 0.2, 0]) {
        const left = steps.filter(() => random.bernoulli(share))
        const withheld = new Experiment(planOf(withSteps(run, scenario, left))).complete()
        const report = withheld.report(0)
        expect(report.verdict, `seed ${seed}, ${share}: ${report.because}`).not.toBe('violated')
      }
    }
  },
)

test('what steps do not list does not happen', () => {
  const scenario: Scenario = {
    protocol: 'raft',
    nodes: 3,
    clients: 1,
    steps: ['ask:0.1>2:put k1 v1@1s+1ms', 'answer:2>0@1001ms+2ms', 'timeout:0:election@2s'],
  }
  const experiment = new Experiment(planOf(scenario), { recordTrace: true }).complete()
  const { trace } = experiment.world
  const events = Array.from({ length: trace.length }, (_, event) => trace.at(event))
  expect(events.map(({ kind, node, timeMicros }) => `${kind} ${node} ${timeMicros}`)).toEqual([
    'start 0 0',
    'start 1 0',
    'start 2 0',
    'propose 2 1001000',
    'reply 2 1003000',
    'timeout 0 2000000',
  ])
  expect(experiment.report(0).verdict).toBe('held')
})

test('what was refused every time did not take place, and what has no answer may have', () => {
  const steps = [
    'ask:0.1>0:put k1 v1@1s+1ms',
    'answer:0>0@1001ms+1ms',
    'ask:0.1>2:put k1 v1@2s+1ms',
  ]
  const scenario = (listed: string[]): Scenario => ({
    protocol: 'raft',
    nodes: 3,
    clients: 1,
    steps: listed,
  })
  const operations = (listed: string[]) =>
    new Experiment(planOf(scenario(listed))).complete().clients.listed?.history.history().length
  expect(operations(steps)).toBe(1)
  expect(operations([...steps, 'answer:2>0@2001ms+1ms'])).toBe(0)
  expect(operations(steps.slice(0, 2))).toBe(0)
  expect(operations(steps.slice(0, 1))).toBe(1)
})

test('a timer that is not due does not go off, and one that is goes off when it is listed', () => {
  const timeouts = (at: string) => {
    const scenario = { protocol: 'raft', nodes: 3, clients: 0, steps: [`timeout:0:election@${at}`] }
    const run = new Experiment(planOf(scenario), { recordTrace: true }).complete()
    return run.world.trace.length - 3
  }
  expect(timeouts('1us')).toBe(0)
  expect(timeouts('10s')).toBe(1)
})

test.each([
  [{ chaos: true }, 'steps: chaos draws what steps list: give one of the two'],
  [{ protocol: 'nakamoto' }, 'steps: Nakamoto consensus needs every message in time'],
  [{ steps: ['timeout:9:election@1s'] }, "step 'timeout:9:election@1s': there is no node 9"],
  [{ steps: ['ask:0.1>0:jump@1s'] }, "step 'ask:0.1>0:jump@1s': 'jump' is nothing to ask for"],
  [
    { steps: ['ask:0.1>0:propose x@1s'] },
    "step 'ask:0.1>0:propose x@1s': Raft has no such command",
  ],
] as const)('%o is refused, and why', (changes, why) => {
  const scenario = { protocol: 'raft', steps: ['timeout:0:election@1s'], ...changes }
  expect(() => planOf(scenario)).toThrow(why)
})
