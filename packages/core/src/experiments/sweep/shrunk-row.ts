import { replayCommand } from '../replay-command.ts'
import type { Scenario } from '../scenario.ts'
import { checkData, scenarioFrom } from '../scenario-shape.ts'
import type { RunSize } from '../shrinking/run-size.ts'
import { shrink } from '../shrinking/shrinking.ts'
import { count, record, text } from './row-shape.ts'

/** A failing run of a sweep, made as small as it goes, as a line of the sweep's results. */
export interface ShrunkRow {
  /** The number of the run that was shrunk. */
  readonly run: number
  /** What both runs violate. */
  readonly property: string
  /** Why, in the smaller one. */
  readonly because: string
  readonly from: RunSize
  readonly to: RunSize
  /** Nothing more can be left out; false where the search was given up before. */
  readonly smallest: boolean
  /** The smaller run. */
  readonly scenario: Scenario
  /** The command that shows it. */
  readonly replay: string
}

/**
 * Makes a failing run of a sweep smaller, always to the same one.
 * @returns undefined where the run is not violated
 */
export function shrunkRun(run: number, scenario: Scenario): ShrunkRow | undefined {
  const shrunk = shrink(scenario)
  if (!shrunk) return undefined
  const { property, because, from, to, complete } = shrunk
  return {
    run,
    property,
    because,
    from,
    to,
    smallest: complete,
    scenario: shrunk.scenario,
    replay: replayCommand(shrunk.scenario),
  }
}

const size = record({
  nodes: count,
  byzantine: count,
  faults: count,
  commands: count,
  events: count,
})
const rowShape = record({
  run: count,
  property: text,
  because: text,
  from: size,
  to: size,
  smallest: { type: 'boolean' },
  scenario: { type: 'object' },
  replay: text,
})

/**
 * Checks that data from outside (a file, another machine) is a shrunk run.
 * @throws ScenarioError that names the place and says what would be right
 */
export function shrunkRowFrom(data: unknown): ShrunkRow {
  checkData(data, rowShape, 'the shrunk run')
  scenarioFrom((data as ShrunkRow).scenario)
  return data as ShrunkRow
}
