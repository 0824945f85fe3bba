import { describe, expect, test } from 'vitest'
import { hunt } from '../campaign.ts'
import { Experiment } from '../experiment.ts'
import { planOf } from '../plan.ts'
import type { Scenario } from '../scenario.ts'
import { explicitScenario } from './explicit-scenario.ts'
import { withoutNodes } from './fewer-nodes.ts'
import { Shrinking, type Shrunk, shrink } from './shrinking.ts'

/** Planted bugs of several families whose runs are reduced quickly, and to how many events at most. */
const bugs = [
  ['raft+vote-not-persisted', 20],
  ['raft+two-votes-in-a-term', 24],
  ['paxos+promise-not-persisted', 20],
  ['paxos+ballots-shared', 20],
  ['multi-paxos+gaps-skipped', 40],
  ['ben-or+majority-of-those-heard', 20],
  ['dls+lock-not-persisted', 20],
  ['pbft+prepare-skipped', 20],
  ['tendermint+vote-not-persisted', 40],
  ['hotstuff+lock-not-persisted', 20],
] as const

/** The reduced run of the first seed that shows a planted bug. */
function shrunkRunOf(variant: string): { given: Scenario; shrunk: Shrunk } {
  const { found } = hunt(variant, 300)
  if (!found) throw new Error(`${variant} was not found`)
  return { given: found.scenario, shrunk: shrink(found.scenario) as Shrunk }
}

/** Whether a scenario shows the violation of a property. */
function shows(scenario: Scenario, property: string): boolean {
  const { expect: _expect, ...rest } = scenario
  const report = new Experiment(planOf(rest)).complete().report(0)
  return report.properties.some(({ name, witness }) => name === property && witness !== undefined)
}

describe.each(bugs)('a run of %s', (variant, mostEvents) => {
  const { given, shrunk } = shrunkRunOf(variant)
  const { scenario, property, from, to } = shrunk

  test('is reduced to a few events that show the same violation, as its data alone says', () => {
    expect(shrunk.complete).toBe(true)
    expect(to.events).toBeLessThanOrEqual(mostEvents)
    expect(to.nodes).toBeLessThanOrEqual(from.nodes)
    expect(to.faults).toBeLessThanOrEqual(from.faults)
    const copy = JSON.parse(JSON.stringify(scenario)) as Scenario
    const report = new Experiment(planOf(copy)).complete().report(0)
    expect(report).toMatchObject({ verdict: 'violated', asExpected: true })
    expect(report.because).toBe(shrunk.because)
    expect(report.metrics.events).toBe(to.events)
  })

  test('has no fault, step, liar or node left that it could do without', () => {
    const { faults = [], steps = [], byzantine = [] } = scenario
    for (const fault of faults)
      expect(
        shows({ ...scenario, faults: faults.filter((other) => other !== fault) }, property),
      ).toBe(false)
    for (let i = 0; i < steps.length; i++)
      expect(shows({ ...scenario, steps: steps.toSpliced(i, 1) }, property), steps[i]).toBe(false)
    for (let i = 0; i < byzantine.length; i++)
      expect(shows({ ...scenario, byzantine: byzantine.toSpliced(i, 1) }, property)).toBe(false)
    const plan = planOf(scenario)
    if (variant.startsWith('raft') || variant.startsWith('paxos')) {
      for (let node = 0; node < plan.nodes && plan.nodes > 1; node++)
        expect(shows(withoutNodes(plan, new Set([node])), property), `node ${node}`).toBe(false)
    }
  })

  test('is as small as it gets: reduced again it is the same', () => {
    expect(shrink(scenario)?.scenario).toEqual(scenario)
  })

  test('is reduced to the same every time, in slices of any length', () => {
    const sliced = new Shrinking(given)
    while (!sliced.advance(97));
    expect(sliced.result).toEqual(shrunk)
  })
})

test('a run that is not violated is not reduced', () => {
  expect(shrink({ protocol: 'raft', for: '1s' })).toBeUndefined()
})

test('whoever interrupts has the best so far', () => {
  const { found } = hunt('raft+stale-log-elected', 300)
  const shrinking = new Shrinking(found?.scenario as Scenario)
  expect(shrinking.result).toBeUndefined()
  const isShorter = ({ from, to }: Shrunk) => to.events < from.events
  while (!(shrinking.result && isShorter(shrinking.result))) shrinking.advance(1_000)
  const soFar = shrinking.result
  expect(soFar.complete).toBe(false)
  expect(soFar.to.events).toBeLessThan(soFar.from.events)
  expect(shows(soFar.scenario, soFar.property)).toBe(true)
})

test('a run of one node, whose chaos parts nobody, is told apart like any other', () => {
  const { shrunk } = shrunkRunOf('dls+lock-not-persisted')
  const { chaos: _, ...rest } = shrunk.scenario
  expect(rest).toEqual(shrunk.scenario)
  const scenario: Scenario = {
    protocol: 'dls',
    nodes: 1,
    for: '100ms',
    chaos: true,
    seed: 2147341149,
  }
  const drawn = new Experiment(planOf(scenario)).complete()
  expect(() => planOf(explicitScenario(drawn))).not.toThrow()
})

test('a limit is kept to, and said', () => {
  const { found } = hunt('raft+stale-log-elected', 300)
  const limited = shrink(found?.scenario as Scenario, { maximumEvents: 20_000 }) as Shrunk
  expect(limited.complete).toBe(false)
  // The run itself, a last test, both without the bug too, and the run that makes sure of the result come on top.
  expect(limited.testedEvents).toBeLessThan(20_000 + 5 * (limited.from.events * 1.25 + 300))
  expect(shows(limited.scenario, limited.property)).toBe(true)
})

test('what must happen at last is not reduced by withholding it', () => {
  const { found } = hunt('ben-or+stops-at-once', 300)
  const shrunk = shrink(found?.scenario as Scenario) as Shrunk
  expect(shrunk.property).toBe('termination')
  expect(shrunk.scenario.steps).toBeUndefined()
  expect(shrunk.to.events).toBeLessThan(shrunk.from.events)
})

test.each(['failure-detector+never-trusts-again', 'perfect-failure-detector+one-heard-for-all'])(
  'what %s must do by some time is waited for no longer, and no fault is left that it could do without',
  (variant) => {
    const { given, shrunk } = shrunkRunOf(variant)
    const { scenario, property } = shrunk
    expect(shrunk.complete).toBe(true)
    expect(planOf(scenario).endMicros).toBeLessThan(planOf(given).endMicros)
    const { faults = [] } = scenario
    for (const fault of faults)
      expect(
        shows({ ...scenario, faults: faults.filter((other) => other !== fault) }, property),
      ).toBe(false)
  },
)

test.each(['ben-or+stops-at-once', 'paxos+ballots-shared'])(
  'what is left of a run of %s holds without the planted bug',
  (variant) => {
    const { shrunk } = shrunkRunOf(variant)
    const { scenario, property } = shrunk
    const { protocol, mutant } = planOf(scenario)
    const honest: Scenario = {
      ...(mutant?.scenario as Partial<Scenario> | undefined),
      ...scenario,
      protocol: protocol.name,
      parameters: { ...mutant?.parameters, ...scenario.parameters },
    }
    expect(shows(scenario, property)).toBe(true)
    expect(shows(honest, property)).toBe(false)
  },
)

test('where every message must come in time none is withheld, and no more nodes lie than may', () => {
  const { given, shrunk } = shrunkRunOf('byzantine-generals+commander-believed')
  const { from, to, scenario } = shrunk
  expect(scenario.steps).toBeUndefined()
  expect(to.events).toBeLessThan(from.events)
  const { protocol } = planOf(given)
  expect(to.byzantine).toBeLessThanOrEqual(protocol.resilience.maximumFaulty(to.nodes))
})

test('a run beyond the model may be reduced to one', () => {
  const beyond: Scenario = {
    protocol: 'pbft',
    nodes: 4,
    byzantine: ['0=twins', '1=twins'],
    allowExcessFaults: true,
    for: '5s',
  }
  const seed = [1, 2, 3, 4, 5, 6, 7, 8].find((tried) => shrink({ ...beyond, seed: tried }))
  expect(seed).toBeDefined()
})

test('what a hand on the controls did becomes a fault of its own time', () => {
  const { shrunk } = shrunkRunOf('raft+vote-not-persisted')
  const { faults: _faults, steps: _steps, expect: _expect, ...rest } = shrunk.scenario
  const given: Scenario = {
    ...rest,
    nodes: 3,
    for: '3s',
    interventions: [
      { event: 40, fault: 'crash:all@0s+50ms' },
      { event: 60, fault: 'crash:all@0s+50ms' },
    ],
  }
  const found = [1, 2, 3, 4, 5, 6, 7, 8, 9].find((seed) =>
    shows({ ...given, seed }, shrunk.property),
  )
  const reduced = shrink({ ...given, seed: found as number }) as Shrunk
  expect(reduced.scenario.interventions).toBeUndefined()
  expect(reduced.to.faults).toBe(1)
})
