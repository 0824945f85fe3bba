import { describe, expect, test } from 'vitest'
import { campaignScenario, Experiment, hunt, planOf } from '../../experiments/index.ts'
import { hotStuffMutants } from './hotstuff.mutants.ts'
import { HotStuff } from './hotstuff.ts'

describe('a campaign finds', () => {
  test.each(hotStuffMutants.map((mutant) => [mutant.name, mutant] as const))(
    '%s',
    (name, mutant) => {
      const { found } = hunt(`hotstuff+${name}`, 300)
      expect(mutant.breaks).toContain(found?.because?.split(':')[0])
    },
  )
})

describe('HotStuff itself holds in the settings that show', () => {
  const settled = hotStuffMutants.filter(({ scenario }) => scenario !== undefined)
  test.each(settled.map((mutant) => [mutant.name, mutant] as const))('%s', (_, mutant) => {
    for (let seed = 1; seed <= 10; seed += 1) {
      const { parameters, ...settings } = campaignScenario(`hotstuff+${mutant.name}`, seed)
      const scenario = { ...settings, protocol: 'hotstuff', parameters: parameters ?? {} }
      const experiment = new Experiment(planOf(scenario)).complete()
      const { verdict, because } = experiment.report(0)
      expect({ seed, verdict, because }).toEqual({ seed, verdict: 'held', because: undefined })
    }
  })
})

test('every planted bug has a name of its own, and a class of its own', () => {
  expect(new Set(hotStuffMutants.map(({ name }) => name)).size).toBe(hotStuffMutants.length)
  expect(new Set(hotStuffMutants.map(({ node }) => node)).size).toBe(hotStuffMutants.length)
  for (const { node } of hotStuffMutants) expect(Object.getPrototypeOf(node)).toBe(HotStuff)
})
