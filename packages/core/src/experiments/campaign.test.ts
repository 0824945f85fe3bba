import { expect, test } from 'vitest'
import { variantNamed } from '../protocols/catalogue.ts'
import { campaignRun, campaignScenario, campaignVariants, hunt } from './campaign.ts'

/** Every planted bug is found well within these runs; the full campaign allows many more. */
const maximumRuns = 600

const variants = campaignVariants()
const honest = variants.filter(({ planted }) => !planted).map(({ variant }) => variant)
const planted = variants.filter((known) => known.planted).map(({ variant }) => variant)

test('a seed draws the same scenario each time, and seeds differ', () => {
  for (const variant of honest) {
    expect(campaignScenario(variant, 1)).toEqual(campaignScenario(variant, 1))
    expect(campaignScenario(variant, 2)).not.toEqual({ ...campaignScenario(variant, 1), seed: 2 })
  }
})

test.each(honest)('%s holds through chaos, whatever the seed draws', (variant) => {
  for (let seed = 1; seed <= 20; seed++) {
    const { verdict, because, replay, metrics } = campaignRun(variant, seed)
    expect(verdict, `${because}: ${replay}`).toBe('held')
    expect(metrics.events).toBeGreaterThan(20)
  }
})

test.each(planted)('%s is found, by a property that it is known to break', (variant) => {
  const mutant = variantNamed(variant).mutant
  const { found, runs } = hunt(variant, maximumRuns)
  expect(found, `not found in ${runs} runs`).toBeDefined()
  const broken = found?.properties.filter((property) => property.witness).map(({ name }) => name)
  // One mistake may break more than it is known for.
  expect(
    broken?.some((name) => mutant?.breaks.includes(name)),
    broken?.join(', '),
  ).toBe(true)
  for (const witness of found?.properties.flatMap(({ witness }) => witness ?? []) ?? []) {
    expect(witness.message).not.toContain('\n')
  }
  // The same scenario gives the same run: the replay shows the same violation.
  expect(campaignRun(variant, found?.seed ?? 0).traceHash).toBe(found?.traceHash)
})
