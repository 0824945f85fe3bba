import { describe, expect, test } from 'vitest'
import {
  campaignScenario,
  Experiment,
  hunt,
  planOf,
  type Scenario,
} from '../../experiments/index.ts'
import { paxosMutants } from './paxos.mutants.ts'
import type { Paxos } from './paxos.ts'

function run(scenario: Scenario): Experiment {
  return new Experiment(planOf(scenario), { verifyFold: true }).complete()
}

test('in a world of chaos Paxos keeps every promise, and decides when the world has healed', () => {
  for (let seed = 1; seed <= 100; seed += 1) {
    const { verdict, properties } = run(campaignScenario('paxos', seed)).report(0)
    const broken = properties.filter(({ held }) => !held)
    expect({ seed, verdict, broken }).toEqual({ seed, verdict: 'held', broken: [] })
  }
})

test('a distinguished proposer decides in four message delays: two phases of two', () => {
  const plan = planOf({
    protocol: 'paxos',
    nodes: 5,
    network: { regions: ['one'], oneWayLatencyMs: [[10]], jitter: 0 },
    disk: 'none',
    parameters: { proposers: 1 },
  })
  const experiment = new Experiment(plan)
  const { world } = experiment
  const begun = () => (world.alive().get(0) as Paxos | undefined)?.phase === 'prepare'
  while (!begun() && !experiment.advance(1));
  const beganMicros = world.nowMicros
  while (experiment.decisions < 5 && !experiment.advance(1));
  expect(Math.floor((world.nowMicros - beganMicros) / 10_000)).toBe(4)
  // Prepare, promise, accept; and every acceptor tells every learner.
  const others = 4
  expect(experiment.report(0).metrics.messages).toBe(3 * others + 5 * others)
})

describe('two proposers that hear of each other after equal times', () => {
  const duel = (backoffMs: number): Scenario => ({
    protocol: 'paxos',
    nodes: 3,
    network: { regions: ['one'], oneWayLatencyMs: [[20]], jitter: 0 },
    for: '61s',
    parameters: { proposers: 2, backoffMs },
  })
  const highest = ({ world }: Experiment): number =>
    Math.max(...[...world.alive().values()].map((node) => Number(Reflect.get(node, 'promised'))))

  test('duel for as long as anyone watches if they strike back at once', () => {
    for (let seed = 1; seed <= 5; seed += 1) {
      const experiment = run({ ...duel(0), seed })
      const { verdict, properties } = experiment.report(0)
      const broken = properties.filter(({ held }) => !held).map(({ name }) => name)
      expect({ verdict, broken }).toEqual({ verdict: 'violated', broken: ['termination'] })
      expect(highest(experiment)).toBeGreaterThan(3_000)
    }
  })

  test('decide soon if they wait for random times', () => {
    for (let seed = 1; seed <= 5; seed += 1) {
      const experiment = run({ ...duel(10), seed })
      expect(experiment.report(0)).toMatchObject({ verdict: 'held' })
      expect(highest(experiment)).toBeLessThan(60)
    }
  })
})

describe('chaos finds the planted bug', () => {
  test.for(paxosMutants.map(({ name, breaks }) => [name, breaks] as const))(
    '%s',
    ([name, breaks]) => {
      const { found } = hunt(`paxos+${name}`, 1_000)
      const shown = found?.properties
        .filter(({ witness }) => witness)
        .map((property) => property.name)
      expect(breaks).toContain(shown?.[0])
    },
  )
})
