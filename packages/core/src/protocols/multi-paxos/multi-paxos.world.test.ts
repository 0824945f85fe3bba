import { describe, expect, test } from 'vitest'
import {
  campaignScenario,
  Experiment,
  hunt,
  planOf,
  type Scenario,
} from '../../experiments/index.ts'
import { multiPaxosMutants } from './multi-paxos.mutants.ts'

function run(scenario: Scenario): Experiment {
  return new Experiment(planOf(scenario), { verifyFold: true }).complete()
}

test('in a world of chaos Multi-Paxos keeps every promise, and goes on when the world has healed', () => {
  for (let seed = 1; seed <= 30; seed += 1) {
    const { verdict, properties } = run(campaignScenario('multi-paxos', seed)).report(0)
    const broken = properties.filter(({ held }) => !held)
    expect({ seed, verdict, broken }).toEqual({ seed, verdict: 'held', broken: [] })
  }
})

describe('in the steady state', () => {
  const messagesAWrite = (nodes: number): number => {
    const { metrics } = run({
      protocol: 'multi-paxos',
      nodes,
      // Open, so that every client acts at its own time, and writes do not share messages.
      rate: 100,
      for: '20s',
      parameters: { heartbeatMs: 900 },
    }).report(0)
    return metrics.messagesPerDecision ?? 0
  }

  test('messages grow with the number of nodes, and no faster', () => {
    const [five, nine, seventeen] = [5, 9, 17].map(messagesAWrite) as [number, number, number]
    expect(nine / five).toBeCloseTo(2, 0)
    expect(seventeen / nine).toBeCloseTo(2, 0)
  })
})

describe('chaos finds the planted bug', () => {
  // The others take hundreds of runs: the campaign and the exploration find them.
  const quick = multiPaxosMutants.filter(
    ({ name }) => name !== 'lowest-ballot' && name !== 'read-before-recovery',
  )
  test.for(quick.map(({ name, breaks }) => [name, breaks] as const))('%s', ([name, breaks]) => {
    const { found } = hunt(`multi-paxos+${name}`, 100)
    const shown = found?.properties
      .filter(({ witness }) => witness)
      .map((property) => property.name)
    expect(breaks).toContain(shown?.[0])
  })
})
