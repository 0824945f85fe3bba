import { describe, expect, test } from 'vitest'
import { Experiment, planOf, type RunReport, type Scenario } from '../../experiments/index.ts'
import { nakamotoAttacks } from './nakamoto.attacks.ts'
import { nakamotoBeyond } from './nakamoto.beyond.ts'

function run(scenario: Partial<Scenario>, seed: number): RunReport {
  const experiment = new Experiment(planOf({ protocol: 'nakamoto', seed, ...scenario }))
  while (!experiment.advance(10_000));
  return experiment.report(0)
}

describe('beyond the promise', () => {
  test.each(nakamotoBeyond)('$name', ({ scenario, seeds }) => {
    const shown = Array.from({ length: seeds }, (_, i) => run(scenario, i + 1).asExpected)
    expect(shown).toContain(true)
  })
})

describe('within the promise', () => {
  const minority = { nodes: 4, network: 'lan', until: 150, parameters: { confirmations: 20 } }

  test.each(nakamotoAttacks)('$name with a tenth of the hash power breaks nothing', ({ name }) => {
    const scenario = { ...minority, byzantine: [`0=${name}`], hashPower: [10, 30, 30, 30] }
    expect(run(scenario, 1)).toMatchObject({ verdict: 'held' })
  })

  test('a minority that double spends against one confirmation succeeds now and then', () => {
    const parameters = { chain: 1, attackConfirmations: 1 }
    const scenario = { ...minority, byzantine: ['0=double-spend'], hashPower: [30, 70, 0, 0] }
    const { chain, verdict } = run({ ...scenario, parameters, until: 400 }, 1)
    expect(verdict).toBe('held')
    expect(chain?.maxReorgDepth).toBeGreaterThan(0)
  })
})
