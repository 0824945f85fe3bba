import { expect, test } from 'vitest'
import { campaignRun } from '../../experiments/campaign.ts'
import { pbftMutants } from './pbft.mutants.ts'
import { Pbft } from './pbft.ts'

/** The property that the first run of a campaign breaks which breaks any. */
function firstBroken(name: string, maximumRuns: number): string | undefined {
  for (let seed = 1; seed <= maximumRuns; seed += 1) {
    const { verdict, properties } = campaignRun(`pbft+${name}`, seed)
    if (verdict !== 'violated') continue
    return properties.find(({ held, undecided }) => !held && undecided === undefined)?.name
  }
  return undefined
}

test.each(pbftMutants.map((mutant) => [mutant.name, mutant]))(
  'a campaign finds %s',
  (name, mutant) => {
    expect(mutant.breaks).toContain(firstBroken(name, 60))
  },
)

test('every planted bug has a name of its own, and a class of its own', () => {
  expect(new Set(pbftMutants.map(({ name }) => name)).size).toBe(pbftMutants.length)
  expect(new Set(pbftMutants.map(({ node }) => node)).size).toBe(pbftMutants.length)
  for (const { node } of pbftMutants) expect(Object.getPrototypeOf(node)).toBe(Pbft)
})
