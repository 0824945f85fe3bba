import { describe, expect, test } from 'vitest'
import { campaignScenario, Experiment, planOf, type Scenario } from '../../experiments/index.ts'

function runOf(scenario: Scenario) {
  const experiment = new Experiment(planOf(scenario), { verifyFold: true })
  while (!experiment.advance(Number.POSITIVE_INFINITY));
  return experiment.report(0)
}

describe('in a world of chaos and Byzantine validators Tendermint', () => {
  test('keeps every promise, and goes on when the world has healed', () => {
    for (let seed = 1; seed <= 12; seed += 1) {
      const { verdict, because } = runOf(campaignScenario('tendermint', seed))
      expect({ seed, verdict, because }).toEqual({ seed, verdict: 'held', because: undefined })
    }
  })

  test('keeps them too where the messages of a round come in the wrong order', () => {
    const scenario = { protocol: 'tendermint', faults: ['reorder:50%@0s', 'duplicate:20%@0s'] }
    expect(runOf({ ...scenario, for: '1s' }).verdict).toBe('held')
  })
})

test('a decision takes messages in the square of the number of validators', () => {
  const perDecision = [4, 8, 16].map((nodes) => {
    const scenario = { protocol: 'tendermint', nodes, until: 100, clients: 1, for: '60s' }
    const { metrics } = runOf(scenario)
    return metrics.messages / metrics.decisions
  })
  // A proposal, and two votes of each validator to each other.
  for (const [i, nodes] of [4, 8, 16].entries()) {
    const expected = (nodes - 1) * (2 * nodes + 1)
    expect(perDecision[i]).toBeGreaterThan(0.95 * expected)
    expect(perDecision[i]).toBeLessThan(1.1 * expected)
  }
})

test('with a silent validator among four, the rounds that it should lead end by timeout, and the next decide', () => {
  const { verdict, metrics } = runOf({
    protocol: 'tendermint',
    byzantine: ['1=silent'],
    until: 50,
    for: '5min',
  })
  expect(verdict).toBe('held')
  expect(metrics.decisions).toBeGreaterThanOrEqual(50)
})
