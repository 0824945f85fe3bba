import { describe, expect, test } from 'vitest'
import { campaignScenario, Experiment, planOf, type Scenario } from '../../experiments/index.ts'

function runOf(scenario: Scenario) {
  return new Experiment(planOf(scenario), { verifyFold: true }).complete().report(0)
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

describe('no committed entry is lost', () => {
  const powerCuts = (everyMs: number) =>
    Array.from({ length: 150 }, (_, cut) => `crash:all@${everyMs * (cut + 1)}ms+2ms`)
  const timeouts = { timeoutProposeMs: 40, timeoutPrevoteMs: 20, timeoutPrecommitMs: 20 }
  const parameters = { ...timeouts, timeoutDeltaMs: 10, statusMs: 30, snapshotBlocks: 20 }

  test.each([
    ['all at once, in the middle of whatever they do', []],
    ['all at once, while one of them lies', ['3=leaves-one-decided']],
    ['all at once, while one of them signs for both sides', ['0=equivocates']],
  ])('when validators crash and restart 150 times, %s', (_, byzantine) => {
    for (const [seed, everyMs] of [61, 67, 71, 83, 97].entries()) {
      const faults = powerCuts(everyMs)
      const world = { protocol: 'tendermint', seed, disk: '3ms', faults, byzantine, parameters }
      const { verdict, because, metrics } = runOf({ ...world, for: '30s', clients: 3 })
      expect({ seed, verdict, because }).toEqual({ seed, verdict: 'held', because: undefined })
      expect(metrics.decisions).toBeGreaterThan(150)
    }
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
  // Its round takes timeoutPropose and timeoutPrecommit, short ones on a fast network.
  expect(metrics.latencyMs?.max).toBeLessThan(150)
})
