import { Minimisation } from '../../shrinking/minimise.ts'
import { formatDuration } from '../../simulator/faults/units.ts'
import type { Plan } from '../plan.ts'
import { faultsEndOf } from '../plan-figures.ts'
import { progressBoundMicros } from '../progress.ts'
import type { Scenario } from '../scenario.ts'
import { tidied } from './explicit-scenario.ts'
import type { Shown } from './shrinking.ts'

/** A run to try. */
export interface Candidate {
  readonly scenario: Scenario
  /** The scenario's plan, where it is known from another one's: the lists of steps may be long, and are tried by the hundred. */
  readonly plan?: Plan
  /** What is sent is to be recorded, for a list of the steps. */
  readonly recordSendings?: boolean
  /** The run is of use only if it shows the violation within so many events; left out, if it is not much longer than the best. */
  readonly longest?: number
}

/** Yields runs to try, and is told whether they show the violation too: then the best is the one that was tried. */
export type Reductions = Generator<Candidate, void, boolean>

/** What reductions know of how far the search is. */
export interface Search {
  /** The run that is reduced: of those that showed the violation, the last. */
  best(): Shown
  /** Nothing can be left out of the best any more: it is the result, unless a smaller one is found from another start. */
  settle(): void
  /** What all runs that were tried had, and what it cost to set them up, in events. */
  spentEvents(): number
  /** The share of what may be tried that is spent. */
  spentShare(): number
}

/** The events of a run. */
export function lengthOf({ experiment }: Pick<Shown, 'experiment'>): number {
  return experiment.world.trace.length
}

export function edited({ scenario, plan }: Shown, changes: Partial<Scenario>): Candidate {
  return { scenario: tidied({ ...scenario, ...changes }, plan) }
}

/** The run ends where the violation is complete. */
export function* untilViolation(search: Search): Reductions {
  const { experiment, property, plan } = search.best()
  const { trace, nowMicros } = experiment.world
  const events = property.witness?.events ?? []
  const sawAll = events.length > 0 && events.every((event) => event < trace.length)
  const endMicros =
    property.kind === 'liveness'
      ? faultsEndOf(plan) + progressBoundMicros
      : sawAll
        ? Math.max(1, ...events.map((event) => trace.at(event).timeMicros))
        : nowMicros
  if (endMicros < plan.endMicros) yield edited(search.best(), { for: formatDuration(endMicros) })
}

/** Elements of one list of the scenario, as few as show the violation. */
export function* fewest<T>(
  search: Search,
  list: readonly T[],
  withList: (part: readonly T[]) => Candidate,
  smallest = 1,
): Reductions {
  const minimisation = new Minimisation(list, smallest)
  while (!minimisation.over) minimisation.answer(yield withList(minimisation.candidate))
  yield* untilViolation(search)
}
