import { describe, expect, test } from 'vitest'
import { campaignScenario, Experiment, planOf, type Scenario } from '../../experiments/index.ts'
import { usualHotStuffParameters } from './hotstuff.parameters.ts'

function runOf(scenario: Scenario) {
  return new Experiment(planOf(scenario), { verifyFold: true }).complete().report(0)
}

test('in a world of chaos and liars HotStuff keeps every promise, and goes on when the world has healed', () => {
  for (let seed = 1; seed <= 8; seed += 1) {
    const { verdict, because } = runOf(campaignScenario('hotstuff', seed))
    expect({ seed, verdict, because }).toEqual({ seed, verdict: 'held', because: undefined })
  }
})

test('where f of ten leaders are silent and the network was long broken, timeouts stay short enough', () => {
  const { verdict, because } = runOf({
    protocol: 'hotstuff',
    nodes: 10,
    byzantine: ['1=silent', '5=silent', '8=silent'],
    network: 'wan',
    chaos: true,
    seed: 5,
    for: '20s',
  })
  expect({ verdict, because }).toEqual({ verdict: 'held', because: undefined })
})

describe('the usual timeouts', () => {
  test('grow with the bound of the network, and a little with the nodes', () => {
    expect(usualHotStuffParameters(4, 180)).toEqual({ viewTimeoutMs: 22, fetchTimeoutMs: 11 })
    expect(usualHotStuffParameters(100, 180).viewTimeoutMs).toBe(46)
    expect(usualHotStuffParameters(4, 500_000).viewTimeoutMs).toBe(1_021)
  })

  test.each([
    ['lan', 100],
    ['zones', 200],
  ] as const)('make a silent leader cheap on %s: no request takes %d ms', (network, limitMs) => {
    const { verdict, metrics } = runOf({
      protocol: 'hotstuff',
      network,
      byzantine: ['2=silent'],
      for: '2s',
    })
    expect(verdict).toBe('held')
    expect(metrics.decisions).toBeGreaterThan(100)
    expect(metrics.latencyMs?.max).toBeLessThan(limitMs)
  })

  test.each([
    ['lan', '200ms'],
    ['zones', '500ms'],
    ['wan', '5s'],
  ])('let no view of a correct leader end too early on %s', (network, duration) => {
    for (let seed = 5; seed <= 9; seed += 1) {
      const plan = planOf({ protocol: 'hotstuff', network, seed, for: duration })
      const experiment = new Experiment(plan).complete()
      const { viewTimeoutMs = 0 } = plan.parameters
      expect(experiment.report(0).metrics.latencyMs?.max).toBeLessThan(viewTimeoutMs)
    }
  })
})
