import { type Scenario, ScenarioError } from '../scenario.ts'
import { scenarioFrom } from '../scenario-shape.ts'

/** How large a run is. */
export interface RunSize {
  readonly nodes: number
  readonly faults: number
  readonly events: number
}

/** A failing run of a sweep, made as small as it goes, as a line of the sweep's results. */
export interface ShrunkRow {
  /** The number of the run that was shrunk. */
  readonly run: number
  /** What both runs violate. */
  readonly property: string
  readonly from: RunSize
  readonly to: RunSize
  /** The smaller run. */
  readonly scenario: Scenario
  /** The command that shows it. */
  readonly replay: string
}

/**
 * Checks that data from outside (a file, another machine) is a shrunk run.
 * @throws ScenarioError that says what is wrong
 */
export function shrunkRowFrom(data: unknown): ShrunkRow {
  const row = (data ?? {}) as { readonly [field: string]: unknown }
  const fits =
    isCount(row.run) &&
    typeof row.property === 'string' &&
    isSize(row.from) &&
    isSize(row.to) &&
    typeof row.replay === 'string'
  if (!fits) throw new ScenarioError('this is not a shrunk run')
  scenarioFrom(row.scenario)
  return data as ShrunkRow
}

function isSize(value: unknown): boolean {
  const { nodes, faults, events } = (value ?? {}) as { readonly [field: string]: unknown }
  return isCount(nodes) && isCount(faults) && isCount(events)
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0
}
