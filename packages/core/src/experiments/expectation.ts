import type { PropertyReport, Verdict } from './report.ts'
import type { Scenario } from './scenario.ts'

/** Whether a run showed what its scenario expects: the verdict, and of the property if it names one. */
export function isAsExpected(
  expect: NonNullable<Scenario['expect']>,
  verdict: Verdict,
  properties: readonly PropertyReport[],
): boolean {
  if (verdict !== expect.verdict) return false
  if (expect.property === undefined) return true
  const property = properties.find(({ name }) => name === expect.property)
  switch (verdict) {
    case 'held':
      // What only a broken run reports, such as an assertion, holds where it is not reported.
      return property?.held ?? true
    case 'violated':
      return property?.witness !== undefined
    case 'inconclusive':
      return property?.undecided !== undefined
  }
}
