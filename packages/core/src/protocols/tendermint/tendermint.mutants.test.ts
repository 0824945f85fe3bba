import { describe, expect, test } from 'vitest'
import { campaignScenario, Experiment, hunt, planOf } from '../../experiments/index.ts'
import { tendermintMutants } from './tendermint.mutants.ts'
import { Tendermint } from './tendermint.ts'

describe.each(tendermintMutants.map((mutant) => [mutant.name, mutant] as const))(
  '%s',
  (name, mutant) => {
    const variant = `tendermint+${name}`

    test('is found by a campaign, by a property that it breaks', () => {
      const { found } = hunt(variant, 60)
      const broken = found?.properties.filter(({ witness }) => witness !== undefined)
      expect(mutant.breaks).toContain(broken?.[0]?.name)
    })

    test('is all that is wrong: Tendermint itself holds in the same world', () => {
      for (const seed of [1, 2, 3]) {
        const scenario = { ...campaignScenario(variant, seed), protocol: 'tendermint' }
        const experiment = new Experiment(planOf(scenario)).complete()
        const { verdict, because } = experiment.report(0)
        expect({ seed, verdict, because }).toEqual({ seed, verdict: 'held', because: undefined })
      }
    })
  },
)

test('every planted bug has a name of its own, and a class of its own', () => {
  expect(new Set(tendermintMutants.map(({ name }) => name)).size).toBe(tendermintMutants.length)
  for (const { node } of tendermintMutants) expect(Object.getPrototypeOf(node)).toBe(Tendermint)
})
