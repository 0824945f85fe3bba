import { Experiment } from '../experiments/experiment.ts'
import { planOf } from '../experiments/plan.ts'
import type { Verdict } from '../experiments/report.ts'
import { ScenarioError } from '../experiments/scenario.ts'
import type { Step } from '../explorer/step.ts'
import { Random } from '../model/random.ts'
import { Adversary, type Stage } from './adversary.ts'
import {
  AsynchronousSystem,
  BrokenPromise,
  noCoin,
  RandomisedProtocol,
  type ScheduleEvent,
} from './asynchronous-system.ts'
import { CoinRuns } from './coin-runs.ts'
import { unarmed } from './configuration.ts'
import {
  type InitialConfiguration,
  initialConfigurations,
  isBivalent,
} from './initial-configurations.ts'
import { LookAhead, type Schedule, type Witnesses } from './look-ahead.ts'
import type { BoundedReport, FlpReport, ScheduleReport, StepsToDecide, Valency } from './report.ts'
import type { FlpSettings } from './settings.ts'

const coinRuns = 100

/** How it ended. */
interface Ending {
  readonly verdict: Verdict
  readonly because?: string
  readonly violation?: NonNullable<FlpReport['violation']>
}

/**
 * The impossibility of Michael J. Fischer, Nancy A. Lynch and Michael S. Paterson, "Impossibility of
 * Distributed Consensus with One Faulty Process" (Journal of the ACM, 1985), shown on a protocol: a
 * schedule in which every message is received, nobody crashes, and nobody ever decides. Then the two
 * ways around it: a bound on delays, and coins.
 *
 * It advances piece by piece, so that a caller can show how far it is, or end it.
 */
export class FlpDemonstration {
  readonly settings: FlpSettings
  readonly #system: AsynchronousSystem
  readonly #lookAhead: LookAhead
  readonly #initial: InitialConfiguration[] = []
  readonly #stages: Stage[] = []
  #start: InitialConfiguration | undefined = undefined
  #adversary: Adversary | undefined = undefined
  #bounded: BoundedReport | undefined = undefined
  #coins: CoinRuns | undefined = undefined
  #ending: Ending | undefined = undefined
  readonly #work: Iterator<void>

  constructor(settings: FlpSettings) {
    const { protocol, node: nodeClass, nodes, seed, values } = settings
    this.settings = settings
    this.#system = new AsynchronousSystem({ protocol, nodeClass, nodes, values })
    const random = new Random(seed).split('look ahead')
    this.#lookAhead = new LookAhead(this.#system, noCoin, random)
    this.#work = this.#demonstrate()
  }

  /**
   * Goes on for a piece.
   * @returns true once it is over
   * @throws ScenarioError for a protocol that tosses coins
   */
  advance(): boolean {
    if (this.#ending) return true
    try {
      this.#work.next()
    } catch (error) {
      if (error instanceof RandomisedProtocol) {
        const { title } = this.settings.protocol
        throw new ScenarioError(
          `${title} tosses coins, and the theorem is about protocols without: give one such as paxos`,
        )
      }
      if (!(error instanceof BrokenPromise)) throw error
      this.#ending = this.#broken(error)
    }
    return this.#ending !== undefined
  }

  /** How far it is, in a few words. */
  get progress(): string {
    const { nodes, steps } = this.settings
    if (this.#coins) return `${this.#coins.count} of ${coinRuns} runs with coins`
    if (this.#adversary) return `${this.#adversary.configuration.steps} of ${steps} steps`
    return `${this.#initial.length} of ${2 ** nodes} initial configurations`
  }

  *#demonstrate(): Generator<void> {
    const system = this.#system
    for (const initial of initialConfigurations(system, this.#lookAhead, noCoin)) {
      this.#initial.push(initial)
      if (isBivalent(initial.witnesses)) this.#start ??= initial
      yield
    }
    if (!this.#start) {
      this.#ending = {
        verdict: 'inconclusive',
        because: 'no initial configuration was found from which both values can be decided',
      }
      return
    }
    const coins = { real: noCoin, supposed: noCoin }
    this.#adversary = new Adversary(system, this.#lookAhead, this.#start, coins)
    while (this.#adversary.configuration.steps < this.settings.steps) {
      const stage = this.#adversary.extend('thorough')
      if (!stage) {
        const because = `no way was found to keep the outcome open beyond step ${this.#adversary.configuration.steps}`
        this.#ending = { verdict: 'inconclusive', because }
        return
      }
      if (!isBivalent(stage.witnesses)) throw new Error('what a look ahead found cannot be done')
      this.#stages.push(stage)
      yield
    }
    this.#bounded = this.#runBounded()
    yield
    this.#coins = new CoinRuns()
    for (let run = 0; run < coinRuns; run += 1) {
      this.#coins.run(this.settings.seed + run)
      yield
    }
    this.#ending = this.#conclude(this.#bounded)
  }

  #conclude(bounded: BoundedReport): Ending {
    if (bounded.verdict !== 'held') {
      const { verdict, because } = bounded
      return { verdict, because: `where delays are bounded: ${because}` }
    }
    const coins = this.#coins?.report()
    if (coins && coins.decided < coins.runs) {
      const because = `${coins.runs - coins.decided} runs with coins ended undecided`
      return { verdict: 'inconclusive', because }
    }
    return { verdict: 'held' }
  }

  #broken(error: BrokenPromise): Ending {
    const { property, message, proposals, schedule } = error
    const path = this.#viewAll([...(this.#adversary?.history ?? []), ...schedule])
    const { title, synchrony } = this.settings.protocol
    // Whoever assumes a bound on delays promises nothing without it.
    const outside =
      synchrony === 'synchronous' ? `${title} needs a bound on delays, and here is none: ` : ''
    return {
      verdict: 'violated',
      because: `${outside}${property}: ${message}`,
      violation: { property, message, proposals: this.#valuesAt(proposals), path },
    }
  }

  /** The same protocol on a network that keeps its bound. */
  #runBounded(): BoundedReport {
    const { name: protocol, nodes, seed } = this.settings
    const experiment = new Experiment(
      planOf({ protocol, nodes, seed, synchrony: 'sync' }),
    ).complete()
    const { verdict, because, metrics, virtualSeconds, replay } = experiment.report(0)
    return {
      verdict,
      ...(because === undefined ? {} : { because }),
      decisions: metrics.decisions,
      virtualSeconds,
      replay,
    }
  }

  /** What is known now; inconclusive until `advance` has returned true. */
  report(wallSeconds: number): FlpReport {
    const { name, nodes, seed, steps, values } = this.settings
    const ending = this.#ending ?? { verdict: 'inconclusive', because: 'interrupted' }
    return {
      schema: 'quorate.flp/1',
      protocol: name,
      nodes,
      seed,
      stepsAsked: steps,
      ...ending,
      values,
      initial: this.#initial.map(({ configuration, witnesses }) => ({
        proposals: this.#valuesAt(configuration.proposals),
        valency: valencyOf(witnesses),
        stepsToDecide: this.#stepsToDecide(witnesses),
      })),
      start: this.#start ? this.#initial.indexOf(this.#start) : null,
      stages: this.#stages.map(({ process, before, event, waitedSteps, witnesses }) => ({
        process,
        before: this.#viewAll(before),
        event: event ? this.#system.view(event) : null,
        waitedSteps,
        stepsToDecide: this.#stepsToDecide(witnesses),
      })),
      schedule: this.#adversary ? this.#scheduleReport(this.#adversary) : null,
      bounded: this.#bounded ?? null,
      coins: this.#coins && this.#coins.count > 0 ? this.#coins.report() : null,
      wallSeconds,
    }
  }

  #scheduleReport(adversary: Adversary): ScheduleReport {
    const { configuration, history, received, witnesses } = adversary
    const { steps, sentAt } = configuration
    const armed = configuration.armedAt.flat().filter((at) => at !== unarmed)
    const oldestPendingSteps = sentAt.length > 0 ? steps - Math.min(...sentAt) : 0
    return {
      steps,
      received,
      timeouts: steps - received,
      stepsOfProcess: this.#system.nodes.map(
        (process) => history.filter(({ node }) => node === process).length,
      ),
      longestWaitSteps: Math.max(adversary.longestWaitSteps, oldestPendingSteps),
      longestTimerSteps: Math.max(adversary.longestTimerSteps, ...armed.map((at) => steps - at)),
      pending: sentAt.length,
      oldestPendingSteps,
      witnesses: this.#byValue((value) => this.#viewAll(witnesses[value] ?? [])),
    }
  }

  #stepsToDecide(witnesses: Witnesses): StepsToDecide {
    return this.#byValue((value) => witnesses[value]?.length ?? null)
  }

  #byValue<T>(of: (value: 0 | 1) => T): { readonly [value: string]: T } {
    const [zero, one] = this.settings.values
    return { [zero]: of(0), [one]: of(1) }
  }

  #valuesAt(places: readonly number[]): string[] {
    return places.map((place) => this.settings.values[place] as string)
  }

  #viewAll(schedule: Schedule): Step[] {
    return schedule.map((event: ScheduleEvent) => this.#system.view(event))
  }
}

function valencyOf(witnesses: Witnesses): Valency {
  const found = witnesses.filter((schedule) => schedule !== undefined).length
  return found === 2 ? 'bivalent' : found === 1 ? 'univalent' : 'unknown'
}
