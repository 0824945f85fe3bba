import { Random } from '../model/random.ts'
import { catalogue, variantNamed } from '../protocols/catalogue.ts'
import { Experiment } from './experiment.ts'
import { planOf } from './plan.ts'
import type { RunReport } from './report.ts'
import type { Scenario } from './scenario.ts'

/**
 * The scenario of one run of a campaign: chaos, with settings that the seed draws too. A planted bug
 * brings the settings that make it reachable.
 * @param variant `raft`, or `raft+vote-not-persisted`
 */
export function campaignScenario(variant: string, seed: number): Scenario {
  const { protocol, mutant } = variantNamed(variant)
  const variety = protocol.variety(new Random(seed).split('variety')) as Partial<Scenario>
  return {
    ...variety,
    ...(mutant?.scenario as Partial<Scenario> | undefined),
    protocol: variant,
    seed,
    chaos: true,
    parameters: { ...variety.parameters, ...mutant?.parameters },
  }
}

/** Every variant there is: each protocol, and each of its planted bugs. */
export function campaignVariants(): { readonly variant: string; readonly planted: boolean }[] {
  return catalogue.flatMap(({ name, mutants }) => [
    { variant: name, planted: false },
    ...mutants.map((mutant) => ({ variant: `${name}+${mutant.name}`, planted: true })),
  ])
}

/** One run of a campaign, to its end. */
export function campaignRun(variant: string, seed: number): RunReport {
  return new Experiment(planOf(campaignScenario(variant, seed))).complete().report(0)
}

/** What a search for a planted bug came to. */
export interface Hunt {
  readonly runs: number
  /** The run that showed it; undefined if none did. */
  readonly found: RunReport | undefined
}

/** Runs seeds one after the other until one shows a violation. */
export function hunt(variant: string, maximumRuns: number): Hunt {
  for (let seed = 1; seed <= maximumRuns; seed++) {
    const report = campaignRun(variant, seed)
    if (report.verdict === 'violated') return { runs: seed, found: report }
  }
  return { runs: maximumRuns, found: undefined }
}
