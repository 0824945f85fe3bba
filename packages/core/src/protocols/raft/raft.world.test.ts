import { describe, expect, test } from 'vitest'
import { campaignScenario, Experiment, planOf } from '../../experiments/index.ts'

/** Chaos that a seed draws: settings, faults, changes of members; then the world heals. */
function chaos(seed: number, passing = 'reference') {
  const plan = planOf({ ...campaignScenario('raft', seed), membershipChanges: true, passing })
  return new Experiment(plan, { verifyFold: true }).complete().report(0)
}

const seeds = Array.from({ length: 30 }, (_, i) => i + 1)

describe('in a world of chaos Raft', () => {
  test('keeps every promise, and goes on when the world has healed', () => {
    for (const seed of seeds) {
      const { verdict, properties } = chaos(seed)
      const broken = properties.filter(({ held }) => !held)
      expect({ seed, verdict, broken }).toEqual({ seed, verdict: 'held', broken: [] })
    }
  })

  test('does the same whether messages pass by reference, frozen or encoded', () => {
    for (const seed of seeds.slice(0, 5)) {
      const { traceHash } = chaos(seed)
      expect(chaos(seed, 'frozen').traceHash).toBe(traceHash)
      expect(chaos(seed, 'encoded').traceHash).toBe(traceHash)
    }
  })
})
