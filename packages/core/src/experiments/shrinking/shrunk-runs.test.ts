import fc from 'fast-check'
import { expect, test } from 'vitest'
import { diagramOfRun, textDiagram } from '../../diagram/index.ts'
import { campaignScenario, campaignVariants } from '../campaign.ts'
import { Experiment } from '../experiment.ts'
import { planOf } from '../plan.ts'
import type { Scenario } from '../scenario.ts'
import { decodeTraceFile, encodeTraceFile } from '../trace-file.ts'
import { withoutNodes } from './fewer-nodes.ts'
import { type Shrunk, shrink } from './shrinking.ts'

const planted = campaignVariants().flatMap(({ variant, planted }) => (planted ? [variant] : []))

/** Runs that are violated are looked for among so many seeds. */
const mostSeeds = 4
const anyRun = fc.record({
  variant: fc.constantFrom(...planted),
  seed: fc.integer({ min: 1, max: 1e6 }),
})

function violated(variant: string, firstSeed: number): Scenario | undefined {
  for (let seed = firstSeed; seed < firstSeed + mostSeeds; seed++) {
    const scenario = { ...campaignScenario(variant, seed), for: '2s' }
    if (new Experiment(planOf(scenario)).complete().report(0).verdict === 'violated')
      return scenario
  }
  return undefined
}

function shows(scenario: Scenario, property: string): boolean {
  const { expect: _expect, ...rest } = scenario
  const { properties } = new Experiment(planOf(rest)).complete().report(0)
  return properties.some(({ name, witness }) => name === property && witness !== undefined)
}

/** What could be left out of a reduced run, and the violation would still be there. */
function needless({ scenario, property }: Shrunk): string[] {
  const { faults = [], steps = [], byzantine = [] } = scenario
  const plan = planOf(scenario)
  const nodes = plan.steps && plan.nodes > 1 ? Array.from({ length: plan.nodes }, (_, i) => i) : []
  const without: [string, Scenario][] = [
    ...faults.map((fault, i): [string, Scenario] => [
      fault,
      { ...scenario, faults: faults.toSpliced(i, 1) },
    ]),
    ...steps.map((step, i): [string, Scenario] => [
      step,
      { ...scenario, steps: steps.toSpliced(i, 1) },
    ]),
    ...byzantine.map((liar, i): [string, Scenario] => [
      liar,
      { ...scenario, byzantine: byzantine.toSpliced(i, 1) },
    ]),
    ...nodes.map((node): [string, Scenario] => [
      `node ${node}`,
      withoutNodes(plan, new Set([node])),
    ]),
  ]
  return without.flatMap(([what, smaller]) => (isShown(smaller, property) ? [what] : []))
}

/** Some protocols are not to be had with so few nodes. */
function isShown(scenario: Scenario, property: string): boolean {
  try {
    return shows(scenario, property)
  } catch (error) {
    if (error instanceof Error && error.name === 'ScenarioError') return false
    throw error
  }
}

test('whatever run is reduced: it shows its violation again, from a trace file too, is drawn, and needs all that is left', () => {
  fc.assert(
    fc.property(anyRun, ({ variant, seed }) => {
      const given = violated(variant, seed)
      fc.pre(given !== undefined)
      const shrunk = shrink(given as Scenario, { maximumEvents: 40_000 }) as Shrunk
      const { scenario, property, to } = shrunk
      const run = new Experiment(planOf(scenario), { recordTrace: true, recordCauses: true })
      const report = run.complete().report(0)
      expect(report).toMatchObject({ verdict: 'violated', asExpected: true })
      expect(report.metrics.events).toBe(to.events)
      const recorded = decodeTraceFile(encodeTraceFile(scenario, run.world.trace, true))
      expect(shows(recorded.scenario, property)).toBe(true)
      expect(textDiagram(diagramOfRun(run), { columns: 120 }).length).toBeGreaterThan(1)
      if (shrunk.complete && to.events <= 100) expect(needless(shrunk)).toEqual([])
    }),
    { numRuns: 3 },
  )
})
