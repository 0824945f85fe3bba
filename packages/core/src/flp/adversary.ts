import type { NodeId } from '../model/identity.ts'
import type { AsynchronousSystem, Coin, ScheduleEvent } from './asynchronous-system.ts'
import type { Configuration } from './configuration.ts'
import { isBivalent } from './initial-configurations.ts'
import type { Effort, LookAhead, Schedule, Witnesses } from './look-ahead.ts'

/** A part of the schedule that ends with a step of the process whose turn it is. */
export interface Stage {
  readonly process: NodeId
  /** What the adversary lets happen first, so that the outcome stays open. */
  readonly before: Schedule
  /** What had waited longest for the process, a message or a timer; undefined where nothing had. */
  readonly event: ScheduleEvent | undefined
  /** How many steps that had been waiting. */
  readonly waitedSteps: number
  /** What can still be decided after the stage. */
  readonly witnesses: Witnesses
}

/** What the adversary lets happen, and where that leads. */
interface Plan {
  readonly before: Schedule
  readonly event: ScheduleEvent | undefined
  readonly witnesses: Witnesses
}

/**
 * The adversary of the theorem: a scheduler that keeps the outcome open, and yet is fair. It goes stage
 * by stage (Fischer, Lynch and Paterson 1985, theorem 1): the processes have their turns in order, and
 * each stage ends with what has waited longest for the process whose turn it is, a message or a timer,
 * so that in an infinite schedule every process takes infinitely many steps and every message is received.
 *
 * Which events come before that receipt is found as lemma 3 says. From a bivalent configuration there
 * is a schedule that decides 0 and one that decides 1. Go along the one whose value the receipt would
 * rule out: somewhere on the way, before the receipt, it does not rule out either.
 */
export class Adversary {
  readonly configuration: Configuration
  witnesses: Witnesses
  stages = 0
  received = 0
  /** The longest that any message had waited when it was received, and any timer when it fired. */
  longestWaitSteps = 0
  longestTimerSteps = 0
  /** All that has happened so far. */
  readonly history: ScheduleEvent[] = []
  readonly #system: AsynchronousSystem
  readonly #lookAhead: LookAhead
  /** How coins fall in what happens. */
  readonly #coin: Coin
  /** How the adversary supposes that they will. */
  readonly #supposedCoin: Coin

  constructor(
    system: AsynchronousSystem,
    lookAhead: LookAhead,
    start: { readonly configuration: Configuration; readonly witnesses: Witnesses },
    coins: { readonly real: Coin; readonly supposed: Coin },
  ) {
    this.#system = system
    this.#lookAhead = lookAhead
    this.#coin = coins.real
    this.#supposedCoin = coins.supposed
    this.configuration = start.configuration.copy()
    this.witnesses = start.witnesses
  }

  /**
   * Goes through one more stage. The outcome is still open if `isBivalent(stage.witnesses)`.
   * @param effort how hard it looks for a way to keep it open
   * @returns undefined, with nothing done, where it found none
   */
  extend(effort: Effort): Stage | undefined {
    const process = this.stages % this.#system.nodes.length
    const plan = this.#plan(process, effort)
    return plan && this.#execute(process, plan)
  }

  /** Goes through one stage without any regard to the outcome. */
  extendFairly(): Stage {
    const process = this.stages % this.#system.nodes.length
    const [event] = this.#due(process)
    return this.#execute(process, { before: [], event, witnesses: this.witnesses })
  }

  /** What has waited longest for a process, its oldest message and its oldest timer. */
  #due(process: NodeId): ScheduleEvent[] {
    const { configuration } = this
    const message = this.#system.oldestMessage(configuration, process)
    const timer = this.#system.oldestTimer(configuration, process)
    const due = [message, timer].filter((event) => event !== undefined)
    const since = (event: ScheduleEvent) => this.#system.since(configuration, event)
    return due.sort((left, right) => since(left) - since(right))
  }

  #execute(process: NodeId, plan: Plan): Stage {
    const { configuration } = this
    const before = plan.before.filter((event) => this.#take(event))
    const sentAt = plan.event && this.#system.since(configuration, plan.event)
    const event = plan.event && this.#take(plan.event) ? plan.event : undefined
    const waitedSteps = event && sentAt !== undefined ? configuration.steps - 1 - sentAt : 0
    this.stages += 1
    this.witnesses = this.#lookAhead.witnesses(configuration, 'quick', plan.witnesses)
    return { process, before, event, waitedSteps, witnesses: this.witnesses }
  }

  /** @returns false for what cannot happen, because a coin fell otherwise than supposed */
  #take(event: ScheduleEvent): boolean {
    const { configuration } = this
    if (!this.#system.isApplicable(configuration, event)) return false
    const waited = configuration.steps - this.#system.since(configuration, event)
    if (this.#system.isReceipt(event)) {
      this.received += 1
      this.longestWaitSteps = Math.max(this.longestWaitSteps, waited)
    } else this.longestTimerSteps = Math.max(this.longestTimerSteps, waited)
    this.history.push(event)
    this.#system.take(configuration, event, this.#coin)
    return true
  }

  #plan(process: NodeId, effort: Effort): Plan | undefined {
    const due = this.#due(process)
    const efforts: readonly Effort[] = effort === 'thorough' ? ['quick', 'thorough'] : ['quick']
    for (const how of efforts) {
      for (const event of due) {
        const plan = this.#planAlong(event, how)
        if (plan) return plan
        // A timer may wait a little longer. A message must be received before what is younger.
        if (this.#system.isReceipt(event)) break
      }
    }
    if (due.some((event) => this.#system.isReceipt(event))) return undefined
    // A process for which no message waits may take a step that changes nothing.
    return { before: [], event: undefined, witnesses: this.witnesses }
  }

  /** Lemma 3, along the witnesses of both values. */
  #planAlong(event: ScheduleEvent, effort: Effort): Plan | undefined {
    for (const [value, witness] of this.witnesses.entries()) {
      const ahead = this.configuration.copy()
      for (let length = 0; ; length += 1) {
        // The way begins at the same place for both values.
        if (length > 0 || value === 0) {
          const witnesses = this.#witnessesAfter(ahead, event, length, effort)
          if (isBivalent(witnesses)) {
            return { before: witness?.slice(0, length) ?? [], event, witnesses }
          }
        }
        const next = witness?.[length]
        if (!next || this.#isSame(next, event)) break
        // A coin may now be supposed to fall otherwise than when the witness was found.
        if (!this.#system.isApplicable(ahead, next)) break
        this.#system.take(ahead, next, this.#supposedCoin)
        if (!this.#system.isApplicable(ahead, event)) break
      }
    }
    return undefined
  }

  #witnessesAfter(
    ahead: Configuration,
    event: ScheduleEvent,
    length: number,
    effort: Effort,
  ): Witnesses {
    const after = ahead.copy()
    this.#system.take(after, event, this.#supposedCoin)
    const hints = this.witnesses.map((schedule) => schedule?.slice(length))
    return this.#lookAhead.witnesses(after, effort, [...hints, ...this.witnesses])
  }

  #isSame(left: ScheduleEvent, right: ScheduleEvent): boolean {
    return left.node === right.node && left.local === right.local
  }
}
