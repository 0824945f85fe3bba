import { causalOrderOf } from '../../causality/index.ts'
import type { Step } from '../../simulator/steps/step.ts'
import { formatStep } from '../../simulator/steps/step-spec.ts'
import { type RecordedStep, recordedSteps } from './recorded-steps.ts'
import { type Candidate, edited, fewest, type Reductions, type Search } from './reduction.ts'
import type { Shown } from './shrinking.ts'
import { happensMicros, inOrder, sortsOf } from './step-sorts.ts'

/** Pieces are cut into so many each time. */
const finer = 4

/**
 * The reductions of a list of steps: first the list is made, then whatever can be is left out. What
 * goes takes along what cannot happen without it, and what cannot have caused the violation any more.
 */
export class FewerSteps {
  private readonly search: Search
  /** So many steps outside of the causal past of the violation were seen to matter: a checker may compare with what its evidence does not name. */
  private outsiders = 0

  constructor(search: Search) {
    this.search = search
  }

  private get list(): readonly Step[] {
    return this.search.best().plan.steps ?? []
  }

  /** The same run as the list of its steps. */
  *listed(): Reductions {
    const { search } = this
    if (!(yield { scenario: search.best().scenario, recordSendings: true })) return
    const recorded = recordedSteps(search.best().experiment)
    const past = stepsIn(recorded, pastOfViolation(search.best()))
    for (const steps of [past, stepsIn(recorded, undefined)]) {
      const candidate = edited(search.best(), { steps: texts(steps) })
      if (yield { ...candidate, recordSendings: true }) return
    }
  }

  /** Without whole sorts of steps, without commands and what they brought about, and without pieces, which get shorter down to single steps. */
  *inPieces(): Reductions {
    yield* this.thoseOfPast()
    for (const sort of sortsOf(this.list)) {
      const left = this.list.filter((step) => !sort(step))
      if (left.length < this.list.length && (yield this.with(left))) yield* this.thoseOfPast()
    }
    const asks = this.list.filter(({ kind }) => kind === 'ask')
    const others = this.list.filter(({ kind }) => kind !== 'ask')
    yield* fewest(this.search, asks, (part) => this.with(inOrder([...part, ...others])))
    yield* this.thoseOfPast()
    for (let size = this.list.length; size > 1; ) {
      size = Math.ceil(size / finer)
      for (let end = this.list.length; end > 0; )
        end = yield* this.withoutPiece(Math.max(0, end - size), end)
    }
  }

  /**
   * Without any single step. Steps are gone through from the end, round and round, until each was
   * tried on what is left: what comes late has fewer consequences.
   */
  *oneByOne(): Reductions {
    let end = this.list.length
    for (let inVain = 0; inVain < this.list.length; ) {
      const { length } = this.list
      if (end === 0) end = length
      end = yield* this.withoutPiece(end - 1, end)
      inVain = this.list.length < length ? 0 : inVain + 1
    }
  }

  /** @returns where the piece was, in the list that is left */
  private *withoutPiece(start: number, end: number): Generator<Candidate, number, boolean> {
    const { list } = this
    const sinceMicros = happensMicros(list[start] as Step)
    if (!(yield this.with([...list.slice(0, start), ...list.slice(end)]))) return start
    yield* this.thoseOfPast()
    const before = this.list.findIndex((step) => happensMicros(step) >= sinceMicros)
    return Math.min(start, before < 0 ? this.list.length : before)
  }

  /** Only those listed steps that may have caused the violation; or else those that do happen, which one that waits for another that was left out does not. */
  private *thoseOfPast(): Reductions {
    const { experiment } = this.search.best()
    if (!experiment.world.journal) return
    const recorded = recordedSteps(experiment)
    const past = stepsIn(recorded, pastOfViolation(this.search.best()))
    const { length } = this.list
    const others = recorded.length - past.length
    if (others > this.outsiders && past.length < length) {
      if (yield this.with(past)) return
      this.outsiders = others
    }
    if (recorded.length < length) yield this.with(stepsIn(recorded, undefined))
  }

  private with(steps: readonly Step[]): Candidate {
    const best = this.search.best()
    const { scenario } = edited(best, { steps: texts(steps) })
    return { scenario, plan: { ...best.plan, scenario, steps }, recordSendings: true }
  }
}

/** The events that may have caused the violation; undefined where it names none. */
function pastOfViolation({ experiment, property }: Shown): ReadonlySet<number> | undefined {
  const { world } = experiment
  const events = (property.witness?.events ?? []).filter((event) => event < world.trace.length)
  if (events.length === 0) return undefined
  const order = causalOrderOf(world)
  return new Set(events.flatMap((event) => [...order.past(event).events, event]))
}

/** The steps that have their events among these; all of them where there is no telling. */
function stepsIn(
  recorded: readonly RecordedStep[],
  events: ReadonlySet<number> | undefined,
): Step[] {
  return inOrder(
    recorded
      .filter(({ event }) => !events || event === undefined || events.has(event))
      .map(({ step }) => step),
  )
}

function texts(steps: readonly Step[]): string[] {
  return steps.map((step) => formatStep(step))
}
