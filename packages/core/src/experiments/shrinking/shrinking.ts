import { Experiment } from '../experiment.ts'
import { type Plan, planOf } from '../plan.ts'
import type { PropertyReport } from '../report.ts'
import { type Scenario, ScenarioError, scenarioSchema } from '../scenario.ts'
import { type Candidate, lengthOf, type Reductions, type Search } from './reduction.ts'
import { reductions } from './reductions.ts'
import { type RunSize, sizeOf } from './run-size.ts'
import { TriedScenarios } from './tried-scenarios.ts'
import { isWithinModel } from './within-model.ts'

/** What all tests together may simulate: so many times the events of the run, and at least and at most so many events. */
const budgetFactor = 20
const smallestBudget = 1_500_000
const largestBudget = 3_000_000
/** A test that outgrows the smallest run known by this factor and these events is no reduction. */
const longerFactor = 1.25
const longerEvents = 100
/** What it costs to set a world up, in events. */
const setupEvents = 200

export interface ShrinkOptions {
  /** What all tests together may simulate; left out, in proportion to the run. */
  readonly maximumEvents?: number
}

/** What a violated run was reduced to. */
export interface Shrunk {
  /** The reduced run, as data; it expects the violation. */
  readonly scenario: Scenario
  /** The property that is violated, in the given run and in the reduced one. */
  readonly property: string
  /** Why it is violated, in the reduced run. */
  readonly because: string
  readonly from: RunSize
  readonly to: RunSize
  /** Every reduction was tried on the result, and none of them shows the violation: false where the tests ran out. */
  readonly complete: boolean
  /** How many runs were tried. */
  readonly tests: number
  /** How many events they had. */
  readonly testedEvents: number
}

/** A run that was tried, and showed the violation. */
export interface Shown {
  readonly scenario: Scenario
  readonly plan: Plan
  readonly experiment: Experiment
  readonly property: PropertyReport
}

/**
 * Reduces a violated run: fewer nodes, liars, faults, clients and commands, a simpler world, a
 * shorter run, and where the protocol's model allows it only those deliveries and timeouts that
 * matter; until nothing can be left out, or the tests run out. What counts is that the same property
 * is violated. Deterministic; advances in slices, so that a caller can show progress or interrupt,
 * and has the best so far at any time.
 */
export class Shrinking {
  /** Runs tried so far, and what they simulated. */
  tests = 0
  testedEvents = 0
  over = false
  /** The smallest run known; undefined until the given one was run, and for one that is not violated. */
  best: Shown | undefined = undefined
  private from: RunSize | undefined
  /** The smallest run of those that nothing could be left out of any more. */
  private settled: Shown | undefined
  private readonly given: Scenario
  private readonly givenBudget: number | undefined
  private budget = Number.POSITIVE_INFINITY
  private mayLeaveModel = false
  /** What was tried in vain. */
  private readonly failed = new TriedScenarios()
  private search: Reductions | undefined
  private running: Experiment | undefined
  /** How many events the run that goes on may have. */
  private longest = Number.POSITIVE_INFINITY
  /** The last run goes on: the result's, from its data alone. */
  private verifying = false
  /** A run of a planted bug that shows the violation, while it is run without the bug. */
  private doubted: Shown | undefined
  /** Whether the given run shows nothing without its planted bug: then none may that it is reduced to. */
  private needsBug = true
  /** The run that goes on leaves out nothing but steps, after which nothing shows that did not before. */
  private isOfSteps = false

  /** @throws ScenarioError for a scenario that cannot be run */
  constructor(scenario: Scenario, options: ShrinkOptions = {}) {
    this.given = scenario
    this.givenBudget = options.maximumEvents
    this.running = experimentOf(planOf(scenario))
  }

  /**
   * Goes on for about so many events.
   * @returns true once it is over
   */
  advance(maximumEvents: number): boolean {
    let left = maximumEvents
    while (!this.over && left > 0) {
      if (!this.running) {
        this.over = true
        break
      }
      const { trace } = this.running.world
      const before = trace.length
      const room = this.longest - before
      const ended = room <= 0 || this.running.advance(Math.min(left, room))
      left -= trace.length - before
      if (ended || trace.length >= this.longest) {
        this.judge(this.running)
        left -= setupEvents
      }
    }
    return this.over
  }

  /** Goes on to the end. */
  finish(): this {
    while (!this.advance(Number.POSITIVE_INFINITY));
    return this
  }

  /** The best so far; undefined for a run that is not violated, or was not run yet. */
  get result(): Shrunk | undefined {
    const { from, settled } = this
    const best = settled ?? this.best
    if (!best || !from) return undefined
    const { name, witness } = best.property
    return {
      scenario: inReadingOrder({
        ...best.scenario,
        expect: { verdict: 'violated', property: name },
      }),
      property: name,
      because: `${name}: ${witness?.message}`,
      from,
      to: sizeOf(best.experiment),
      complete: settled !== undefined,
      tests: this.tests,
      testedEvents: this.testedEvents,
    }
  }

  private judge(experiment: Experiment): void {
    this.tests++
    this.testedEvents += lengthOf({ experiment }) + setupEvents
    const property = violatedIn(experiment, (this.doubted ?? this.best)?.property.name)
    const { plan } = experiment
    if (this.doubted) this.settleDoubt(this.doubted, property !== undefined)
    else if (this.verifying) this.verified(experiment, property)
    else if (!property) this.tried(undefined, plan.scenario)
    else {
      const shown = { scenario: plan.scenario, plan, experiment, property }
      if (plan.mutant && this.needsBug && !this.isOfSteps) this.doubt(shown)
      else this.tried(shown, plan.scenario)
    }
  }

  /** Runs the same without the planted bug, which must matter too. */
  private doubt(shown: Shown): void {
    const { plan } = shown
    this.doubted = shown
    if (this.best) this.longest = notMuchLonger(lengthOf(shown))
    this.running = experimentOf({ ...plan, node: plan.protocol.node, mutant: undefined })
  }

  private settleDoubt(doubted: Shown, isShownWithout: boolean): void {
    this.doubted = undefined
    const isGiven = !this.best
    if (isGiven) this.needsBug = !isShownWithout
    // A scenario is not tried again for more events either: the planted bug does not matter in it.
    if (isShownWithout && !isGiven) this.longest = Number.POSITIVE_INFINITY
    this.tried(isShownWithout && !isGiven ? undefined : doubted, doubted.plan.scenario)
  }

  private verified(experiment: Experiment, property: PropertyReport | undefined): void {
    const { plan } = experiment
    if (!property)
      throw new Error(`the reduced run does not show the violation of ${this.best?.property.name}`)
    const shown = { scenario: plan.scenario, plan, experiment, property }
    if (this.settled) this.settled = shown
    else this.best = shown
    this.running = undefined
  }

  private tried(shown: Shown | undefined, scenario: Scenario): void {
    const isGiven = !this.search
    if (shown) this.best = shown
    else this.failed.add(scenario, this.longest)
    if (shown && isGiven) this.begin(shown)
    this.running = this.next(shown !== undefined)
  }

  private begin({ experiment }: Shown): void {
    if (!this.best) return
    this.from = sizeOf(experiment)
    const { events } = this.from
    const usual = Math.min(largestBudget, Math.max(smallestBudget, events * budgetFactor))
    this.budget = this.testedEvents + (this.givenBudget ?? usual)
    this.mayLeaveModel = !isWithinModel(experiment.plan)
    this.best = { ...this.best, scenario: this.given }
    this.search = reductions(this.searchSoFar(this.best))
  }

  private searchSoFar(first: Shown): Search {
    const spentBefore = this.testedEvents
    const budget = Math.max(1, this.budget - spentBefore)
    return {
      best: () => this.best ?? first,
      settle: () => {
        if (this.best && (!this.settled || isSmaller(this.best, this.settled)))
          this.settled = this.best
      },
      spentEvents: () => this.testedEvents - spentBefore,
      spentShare: () => (this.testedEvents - spentBefore) / budget,
    }
  }

  /** The next run to try; undefined where there is none, or nothing may be tried any more. */
  private next(shown: boolean): Experiment | undefined {
    const { search } = this
    if (!search) return undefined
    let answer = shown
    while (this.testedEvents < this.budget) {
      const step = search.next(answer)
      if (step.done) break
      const { value: candidate } = step
      const { scenario, longest = notMuchLonger(this.best ? lengthOf(this.best) : 0) } = candidate
      const plan = this.failed.has(scenario, longest) ? undefined : this.planWithin(candidate)
      if (plan) {
        this.longest = longest
        this.isOfSteps = candidate.plan !== undefined
        return experimentOf(plan, candidate.recordSendings)
      }
      answer = false
    }
    return this.lastRun()
  }

  /** Whoever is given the result has its data and nothing else: so it is run from that. */
  private lastRun(): Experiment | undefined {
    const { result } = this
    this.verifying = true
    this.longest = notMuchLonger(result?.to.events ?? 0)
    return result && experimentOf(planOf(JSON.parse(JSON.stringify(result.scenario)) as Scenario))
  }

  /** A candidate's plan; undefined where it cannot be run, or would be outside what the given run kept to. */
  private planWithin(candidate: Candidate): Plan | undefined {
    try {
      const plan = candidate.plan ?? planOf(candidate.scenario)
      return this.mayLeaveModel || isWithinModel(plan) ? plan : undefined
    } catch (error) {
      if (error instanceof ScenarioError) return undefined
      throw error
    }
  }
}

/**
 * Reduces a violated run, to its end: see `Shrinking`.
 * @returns undefined where the run is not violated
 * @throws ScenarioError for a scenario that cannot be run
 */
export function shrink(scenario: Scenario, options: ShrinkOptions = {}): Shrunk | undefined {
  return new Shrinking(scenario, options).finish().result
}

function experimentOf(plan: Plan, recordSendings = false): Experiment {
  return new Experiment(plan, { recordTrace: true, recordCauses: recordSendings, recordSendings })
}

/** A run that outgrows another by more is no reduction of it. */
function notMuchLonger(events: number): number {
  return events * longerFactor + longerEvents
}

function isSmaller(one: Shown, other: Shown): boolean {
  return lengthOf(one) < lengthOf(other)
}

/** The settings in the order in which a person reads them, as the schema has them: who, where, what strikes, what happens. */
function inReadingOrder(scenario: Scenario): Scenario {
  const names = Object.keys(scenarioSchema.properties) as (keyof Scenario)[]
  const said = names.filter((name) => scenario[name] !== undefined)
  return Object.fromEntries(said.map((name) => [name, scenario[name]])) as unknown as Scenario
}

/** The property of this name, where it is violated; or, where none is named, the first that is. */
function violatedIn(experiment: Experiment, name: string | undefined): PropertyReport | undefined {
  return experiment
    .properties()
    .find((property) => property.witness && (name === undefined || property.name === name))
}
