import { describe, expect, test } from 'vitest'
import { campaignRun } from '../../experiments/campaign.ts'
import { campaignScenario, Experiment, planOf } from '../../experiments/index.ts'
import { powerCuts } from './pbft.mutants.ts'

/** Chaos that a seed draws: settings, faults, who lies and how; then the world heals. */
function chaos(seed: number, settings: object = {}) {
  const plan = planOf({ ...campaignScenario('pbft', seed), ...settings })
  return new Experiment(plan).complete().report(0)
}

describe('in a world of chaos PBFT', () => {
  test('keeps every promise, whoever lies, and goes on when the world has healed', () => {
    for (let seed = 1; seed <= 15; seed += 1) {
      const { verdict, properties } = chaos(seed)
      const broken = properties.filter(({ held }) => !held)
      expect({ seed, verdict, broken }).toEqual({ seed, verdict: 'held', broken: [] })
    }
  })
})

describe('kill -9 of all replicas, again and again, with slow disks', () => {
  test('loses nothing that was committed, where a replica that forgets what it prepared does', () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const { scenario, parameters } = powerCuts
      const { verdict, properties, metrics } = chaos(seed, { ...scenario, parameters })
      const broken = properties.filter(({ held }) => !held)
      expect({ seed, verdict, broken }).toEqual({ seed, verdict: 'held', broken: [] })
      expect(metrics.decisions).toBeGreaterThan(0)
    }
    const lost = Array.from({ length: 20 }, (_, i) =>
      campaignRun('pbft+prepared-not-persisted', i + 1),
    )
    expect(lost.map(({ verdict }) => verdict)).toContain('violated')
  })
})

describe('among replicas that follow it PBFT', () => {
  test('decides in three message delays and two more for the client', () => {
    const network = {
      name: 'even',
      regions: ['here'],
      roundTripMs: [[20]],
    }
    const plan = planOf({ protocol: 'pbft', network, clients: 1, for: '2s', disk: 'none' })
    const experiment = new Experiment(plan).complete()
    const p50 = experiment.report(0).metrics.latencyMs?.p50
    expect(p50).toBeGreaterThan(45)
    expect(p50).toBeLessThan(60)
  })
})
