import type { Micros } from '../../model/index.ts'
import type { Fault } from '../../simulator/faults/fault.ts'
import { formatFault } from '../../simulator/faults/fault-spec.ts'
import { formatDuration } from '../../simulator/faults/units.ts'
import type { Step } from '../../simulator/steps/step.ts'
import { formatStep } from '../../simulator/steps/step-spec.ts'
import type { Plan } from '../plan.ts'
import type { Scenario } from '../scenario.ts'

const millisecond = 1_000

/** The times at which anything happens in a run whose steps are listed, and between them the gaps: the first is that from the start. */
export class TimeTable {
  /** The numbers of the gaps that are longer than the shortest one. */
  readonly longGaps: readonly number[]
  private readonly plan: Plan
  private readonly times: readonly Micros[]

  constructor(plan: Plan) {
    this.plan = plan
    this.times = timesOf(plan)
    this.longGaps = this.times.flatMap((_, place) => (this.gap(place) > millisecond ? [place] : []))
  }

  /**
   * The same happens in the same order, and every gap is a millisecond: but for these, which are as
   * long as they were, in milliseconds.
   */
  with(keptGaps: readonly number[]): Scenario {
    const kept = new Set(keptGaps)
    const moved = new Map<Micros, Micros>([[0, 0]])
    let now = 0
    for (const [place, micros] of this.times.entries()) {
      now += kept.has(place) ? Math.ceil(this.gap(place) / millisecond) * millisecond : millisecond
      moved.set(micros, now)
    }
    return this.movedTo((micros) => moved.get(micros) as Micros)
  }

  /** The same happens in the same order: each timer goes off at its time, and whatever follows, a millisecond after the other. */
  withTimeoutsInTheirTime(): Scenario {
    const due = new Set<Micros>()
    for (const step of this.plan.steps ?? []) if (step.kind === 'timeout') due.add(step.atMicros)
    const moved = new Map<Micros, Micros>([[0, 0]])
    let now = 0
    for (const micros of this.times) {
      now += millisecond
      if (due.has(micros)) now = Math.max(now, Math.ceil(micros / millisecond) * millisecond)
      moved.set(micros, now)
    }
    return this.movedTo((micros) => moved.get(micros) as Micros)
  }

  private gap(place: number): Micros {
    return (this.times[place] as Micros) - (this.times[place - 1] ?? 0)
  }

  private movedTo(to: (micros: Micros) => Micros): Scenario {
    const { scenario, faults, steps = [], endMicros } = this.plan
    return {
      ...scenario,
      ...(faults.length > 0
        ? { faults: faults.map((fault) => formatFault(faultAt(fault, to))) }
        : {}),
      steps: steps.map((step) => formatStep(stepAt(step, to))),
      for: formatDuration(to(endMicros)),
    }
  }
}

function timesOf({ faults, steps = [], endMicros }: Plan): Micros[] {
  const times = new Set<Micros>([endMicros])
  const note = (micros: Micros) => {
    times.add(micros)
    return micros
  }
  for (const fault of faults) faultAt(fault, note)
  for (const step of steps) stepAt(step, note)
  times.delete(0)
  return [...times].sort((left, right) => left - right)
}

function faultAt(fault: Fault, to: (micros: Micros) => Micros): Fault {
  const { atMicros, forMicros } = fault
  const movedMicros = to(atMicros)
  if (forMicros === undefined) return { ...fault, atMicros: movedMicros }
  return { ...fault, atMicros: movedMicros, forMicros: to(atMicros + forMicros) - movedMicros }
}

function stepAt(step: Step, to: (micros: Micros) => Micros): Step {
  if ('atMicros' in step) return { ...step, atMicros: to(step.atMicros) }
  const sentMicros = to(step.sentMicros)
  return { ...step, sentMicros, takesMicros: to(step.sentMicros + step.takesMicros) - sentMicros }
}
