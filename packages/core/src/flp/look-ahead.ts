import type { NodeId } from '../model/identity.ts'
import type { Random } from '../model/random.ts'
import {
  type AsynchronousSystem,
  BrokenPromise,
  type Coin,
  type ScheduleEvent,
} from './asynchronous-system.ts'
import type { Configuration } from './configuration.ts'

export type Schedule = readonly ScheduleEvent[]

/**
 * For each of the two values, a schedule after which some process has decided it; undefined where none
 * was found. Both are there: the configuration is bivalent, for certain. One alone proves nothing of
 * the other value.
 */
export type Witnesses = readonly [Schedule | undefined, Schedule | undefined]

/** One way of going on. */
interface Policy {
  /** Who takes part; the others are as silent as if they had crashed. */
  readonly participants: readonly NodeId[]
  /** Whose timers fire, and first, once no message is left. */
  readonly favoured: NodeId
  /** Messages from and to the favoured process go before all others. */
  readonly star: boolean
  /** The timers of the favoured process alone fire. */
  readonly alone: boolean
}

const stepsPerNode = 60

/** How many runs of random order are tried beside the orderly ones. */
const randomRuns = { quick: 12, thorough: 150 } as const
export type Effort = keyof typeof randomRuns

/**
 * Looks ahead from a configuration: runs the processes on, in one way after another, until some process
 * decides. What it finds is a witness, that anybody may replay; what it does not find may exist.
 */
export class LookAhead {
  readonly #system: AsynchronousSystem
  readonly #coin: Coin
  readonly #random: Random
  readonly #limit: number
  readonly #policies: Policy[]
  /** Everybody takes part, and what has waited longest comes first. */
  readonly #fair: Policy

  /** @param coin how coins fall in what may come */
  constructor(system: AsynchronousSystem, coin: Coin, random: Random) {
    this.#system = system
    this.#coin = coin
    this.#random = random
    this.#limit = stepsPerNode * system.nodes.length
    this.#policies = policiesFor(system)
    this.#fair = { participants: system.nodes, favoured: 0, star: false, alone: false }
  }

  /**
   * @param hints schedules that decided from a configuration nearby, and may do so from here
   */
  witnesses(
    configuration: Configuration,
    effort: Effort,
    hints: readonly (Schedule | undefined)[] = [],
  ): Witnesses {
    const found: [Schedule | undefined, Schedule | undefined] = [undefined, undefined]
    const decision = configuration.decision
    if (decision !== undefined) {
      found[decision] = []
      return found
    }
    const isComplete = (run: Run | undefined): boolean => {
      if (run) found[run.value] ??= run.schedule
      return found[0] !== undefined && found[1] !== undefined
    }
    for (const hint of hints) {
      if (hint && isComplete(this.#follow(configuration, hint))) return found
    }
    for (const [place, policy] of this.#policies.entries()) {
      const known = found[0] ?? found[1]
      const run = this.#run(configuration, (ahead) => this.#next(ahead, policy))
      const complete = isComplete(run)
      // What has worked will soon be tried again, from a configuration that is much the same.
      if (complete && known) this.#policies.unshift(...this.#policies.splice(place, 1))
      if (complete) return found
    }
    for (let i = 0; i < randomRuns[effort]; i += 1) {
      if (isComplete(this.#run(configuration, (ahead) => this.#anyNext(ahead)))) return found
    }
    return found
  }

  /** Takes the events of a schedule that can still happen, in its order. */
  #follow(configuration: Configuration, hint: Schedule): Run | undefined {
    let at = 0
    return this.#run(configuration, (ahead) => {
      while (at < hint.length) {
        const event = hint[at] as ScheduleEvent
        at += 1
        if (this.#system.isApplicable(ahead, event)) return event
      }
      return undefined
    })
  }

  #run(
    configuration: Configuration,
    next: (ahead: Configuration) => ScheduleEvent | undefined,
  ): Run | undefined {
    const ahead = configuration.copy()
    const schedule: ScheduleEvent[] = []
    while (schedule.length < this.#limit) {
      const event = next(ahead)
      if (!event) return undefined
      schedule.push(event)
      this.#take(ahead, schedule)
      const { decision } = ahead
      if (decision !== undefined) return { schedule, value: decision }
    }
    return undefined
  }

  /** Takes the last step of a schedule. */
  #take(ahead: Configuration, schedule: Schedule): void {
    try {
      this.#system.take(ahead, schedule.at(-1) as ScheduleEvent, this.#coin)
    } catch (error) {
      if (error instanceof BrokenPromise) error.schedule.unshift(...schedule)
      throw error
    }
  }

  /**
   * Goes on after a witness, in order, until every process has decided or none ever will.
   * @throws BrokenPromise where they do not decide alike
   */
  toTheEnd(configuration: Configuration, witness: Schedule): void {
    const ahead = configuration.copy()
    const schedule: ScheduleEvent[] = []
    const policy = this.#fair
    for (let step = 0; step < witness.length + this.#limit; step += 1) {
      if (!ahead.decisions.includes(undefined)) return
      const event = witness[step] ?? this.#next(ahead, policy)
      if (!event || !this.#system.isApplicable(ahead, event)) return
      schedule.push(event)
      this.#take(ahead, schedule)
    }
  }

  #next(ahead: Configuration, policy: Policy): ScheduleEvent | undefined {
    const system = this.#system
    const { participants, favoured, star, alone } = policy
    let first: number | undefined
    for (const message of ahead.messages) {
      const [from, to] = [system.from(message), system.to(message)]
      if (!participants.includes(from) || !participants.includes(to)) continue
      first ??= message
      if (!star) break
      if (from === favoured || to === favoured) return system.receipt(message)
    }
    if (first !== undefined) return system.receipt(first)
    const own = system.oldestTimer(ahead, favoured)
    if (alone) return own
    let oldest = own
    for (const node of participants) {
      const timer = system.oldestTimer(ahead, node)
      if (!timer) continue
      if (!oldest || system.since(ahead, timer) < system.since(ahead, oldest)) oldest = timer
    }
    return oldest
  }

  /** Any message or timer, messages more often. */
  #anyNext(ahead: Configuration): ScheduleEvent | undefined {
    const { messages } = ahead
    if (messages.length > 0 && this.#random.bernoulli(0.9)) {
      return this.#system.receipt(this.#random.pick(messages))
    }
    const timers = this.#system.nodes.flatMap((node) => this.#system.oldestTimer(ahead, node) ?? [])
    if (timers.length > 0) return this.#random.pick(timers)
    return messages.length > 0 ? this.#system.receipt(this.#random.pick(messages)) : undefined
  }
}

interface Run {
  readonly schedule: Schedule
  readonly value: number
}

/** All together, or all but one as if it had crashed; in order of age, or with each of them in favour. */
function policiesFor({ nodes, hasTimers }: AsynchronousSystem): Policy[] {
  const groups = [nodes, ...nodes.map((silent) => nodes.filter((node) => node !== silent))]
  const starAlone = [true, false].flatMap((star) => [true, false].map((alone) => ({ star, alone })))
  return groups.flatMap((participants) => {
    const starred = participants.flatMap((favoured) =>
      starAlone.map((how) => ({ participants, favoured, ...how })),
    )
    // Without timers, whoever is in favour is so by the messages alone.
    const [favoured = 0] = participants
    const first = { participants, favoured, star: false, alone: false }
    return hasTimers ? starred : [first, ...starred.filter(({ star, alone }) => star && !alone)]
  })
}
