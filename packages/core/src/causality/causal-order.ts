import { noEvent } from '../simulator/causes.ts'

/** The process of what happens to no process: faults, and messages that are lost on their way. */
export const noProcess = -1

/** How one event stands to another. */
export type EventOrder = 'before' | 'after' | 'concurrent' | 'same'

/** The events of a run that may have caused one of them. */
export interface CausalPast {
  /** Their numbers, in ascending order, without the event itself. */
  readonly events: readonly number[]
  /** The longest chain of them, each having happened before the next, and the event at its end: its length is the causal depth. */
  readonly chain: readonly number[]
  /** The most messages that any chain to the event has, in their order: so many message delays lie behind it. */
  readonly messages: readonly SentMessage[]
}

/** A message by the event of its sending and that of its receipt. */
export interface SentMessage {
  readonly sentIn: number
  readonly receivedIn: number
}

/** How many pairs of steps are ordered, and how many are concurrent. */
export interface PairCount {
  readonly steps: number
  readonly ordered: number
  readonly concurrent: number
}

/**
 * The order of the events of a run, as it is without a common clock: a happened before b if both are
 * steps of one process and a came first, or a sent what b received, or by a chain of these (Lamport,
 * "Time, Clocks, and the Ordering of Events in a Distributed System", 1978). What is not ordered so is
 * concurrent, and neither can have caused the other, whatever the times say.
 *
 * Events are numbered as in the trace, so that causes come before effects.
 */
export class CausalOrder {
  readonly events: number
  readonly #processes: number
  /** Of each event: its process, the step before it there, and the event that sent what it received. */
  readonly #process: Int32Array
  readonly #previous: Int32Array
  readonly #sentIn: Int32Array

  /**
   * @param processOf the process of each event, from 0; `noProcess` for an event that is no step
   * @param sentIn of each event the earlier one that sent what it received, or `noEvent`
   */
  constructor(processOf: readonly number[], sentIn: readonly number[]) {
    this.events = processOf.length
    this.#process = Int32Array.from(processOf)
    this.#sentIn = Int32Array.from(sentIn)
    this.#previous = new Int32Array(this.events).fill(noEvent)
    const latest: number[] = []
    for (let event = 0; event < this.events; event += 1) {
      const process = this.processOf(event)
      const sending = this.sentIn(event)
      if (sending >= event) throw new RangeError(`event ${event} was sent in event ${sending}`)
      if (process === noProcess) continue
      this.#previous[event] = latest[process] ?? noEvent
      latest[process] = event
    }
    this.#processes = latest.length
  }

  processOf(event: number): number {
    return this.#process[event] as number
  }

  /** The step before this one in its process. */
  previousOf(event: number): number {
    return this.#previous[event] as number
  }

  /** The event that sent what this one received. */
  sentIn(event: number): number {
    return this.#sentIn[event] as number
  }

  /** How a stands to b. It takes time in the number of events between the two. */
  order(a: number, b: number): EventOrder {
    this.#mustExist(a)
    this.#mustExist(b)
    if (a === b) return 'same'
    if (a > b) return this.#isBefore(b, a) ? 'after' : 'concurrent'
    return this.#isBefore(a, b) ? 'before' : 'concurrent'
  }

  /** Whether a, which has the lower number, happened before b. */
  #isBefore(a: number, b: number): boolean {
    return this.#pastSince(a, b)[0] === 1
  }

  /** Of each event from `first` to b whether it is in b's past or is b. */
  #pastSince(first: number, b: number): Uint8Array {
    const isPast = new Uint8Array(b - first + 1)
    isPast[b - first] = 1
    for (let event = b; event > first; event -= 1) {
      if (isPast[event - first] === 0) continue
      const previous = this.previousOf(event)
      const sending = this.sentIn(event)
      if (previous >= first) isPast[previous - first] = 1
      if (sending >= first) isPast[sending - first] = 1
    }
    return isPast
  }

  /** @throws RangeError for an event that is not */
  past(event: number): CausalPast {
    this.#mustExist(event)
    const isPast = this.#pastSince(0, event)
    const events: number[] = []
    const longest = new LongestChains(event + 1)
    const mostMessages = new LongestChains(event + 1)
    for (let at = 0; at <= event; at += 1) {
      if (isPast[at] === 0) continue
      if (at !== event) events.push(at)
      const previous = this.previousOf(at)
      const sending = this.sentIn(at)
      if (previous !== noEvent) longest.extend(at, previous, 1)
      if (sending !== noEvent) longest.extend(at, sending, 1)
      if (previous !== noEvent) mostMessages.extend(at, previous, 0)
      if (sending !== noEvent) mostMessages.extend(at, sending, 1)
    }
    return { events, chain: longest.to(event), messages: this.#messagesOf(mostMessages.to(event)) }
  }

  /** The messages of a chain of events, each of which leads to the next. */
  #messagesOf(chain: readonly number[]): SentMessage[] {
    const messages: SentMessage[] = []
    for (const [i, receivedIn] of chain.entries()) {
      const sentIn = chain[i - 1]
      if (sentIn !== undefined && this.sentIn(receivedIn) === sentIn)
        messages.push({ sentIn, receivedIn })
    }
    return messages
  }

  /**
   * How a may have caused b: the messages of a chain from a to b that has the fewest. There are none
   * where both are steps of one process.
   * @returns undefined unless a happened before b
   */
  messagesBetween(a: number, b: number): readonly SentMessage[] | undefined {
    if (this.order(a, b) !== 'before') return undefined
    // Of each event, how many messages lead from it to b. Whatever an event leads to comes after it, so
    // its own number is known when it is its turn.
    const messages = new Int32Array(b - a + 1).fill(-1)
    const next = new Int32Array(b - a + 1).fill(noEvent)
    messages[b - a] = 0
    const lead = (event: number, to: number, count: number): void => {
      if (event < a) return
      const known = messages[event - a] as number
      if (known >= 0 && known <= count) return
      messages[event - a] = count
      next[event - a] = to
    }
    for (let event = b; event > a; event -= 1) {
      const count = messages[event - a] as number
      if (count < 0) continue
      lead(this.previousOf(event), event, count)
      lead(this.sentIn(event), event, count + 1)
    }
    const chain: number[] = []
    for (let event = a; event !== noEvent; event = next[event - a] as number) chain.push(event)
    return this.#messagesOf(chain)
  }

  /**
   * Counts the pairs of steps that are ordered and those that are concurrent, by vector clocks: of each
   * step, how many steps of every process are in its past. It takes time in steps × processes, and
   * memory for what is on its way.
   */
  pairs(): PairCount {
    const lastReceipt = this.#lastReceipts()
    const clocks = Array.from({ length: this.#processes }, () => new Int32Array(this.#processes))
    const onTheirWay = new Map<number, Int32Array>()
    let steps = 0
    let ordered = 0
    for (let event = 0; event < this.events; event += 1) {
      const process = this.processOf(event)
      if (process === noProcess) continue
      const clock = clocks[process] as Int32Array
      const sending = this.sentIn(event)
      const carried = onTheirWay.get(sending)
      if (carried) raise(clock, carried)
      if (lastReceipt[sending] === event) onTheirWay.delete(sending)
      for (const count of clock) ordered += count
      clock[process] = (clock[process] as number) + 1
      steps += 1
      if (lastReceipt[event] !== noEvent) onTheirWay.set(event, clock.slice())
    }
    return { steps, ordered, concurrent: (steps * steps - steps) / 2 - ordered }
  }

  /** Of each event, the last that receives what it sends. */
  #lastReceipts(): Int32Array {
    const last = new Int32Array(this.events).fill(noEvent)
    for (let event = 0; event < this.events; event += 1) {
      const sending = this.sentIn(event)
      if (sending !== noEvent && this.processOf(event) !== noProcess) last[sending] = event
    }
    return last
  }

  #mustExist(event: number): void {
    if (Number.isInteger(event) && event >= 0 && event < this.events) return
    throw new RangeError(`no event ${event}: the run has ${this.events}`)
  }
}

/** Chains of events by their weight, each event coming after all that lead to it. */
class LongestChains {
  readonly #weights: Int32Array
  readonly #before: Int32Array

  constructor(events: number) {
    this.#weights = new Int32Array(events)
    this.#before = new Int32Array(events).fill(noEvent)
  }

  /** The chain to `event` may lead through `before`, and weighs so much more than the chain to there. */
  extend(event: number, before: number, weight: number): void {
    const through = (this.#weights[before] as number) + weight
    if (this.#before[event] !== noEvent && through <= (this.#weights[event] as number)) return
    this.#weights[event] = through
    this.#before[event] = before
  }

  to(event: number): number[] {
    const chain: number[] = []
    for (let at = event; at !== noEvent; at = this.#before[at] as number) chain.push(at)
    return chain.reverse()
  }
}

function raise(clock: Int32Array, other: Int32Array): void {
  for (let process = 0; process < clock.length; process += 1) {
    const count = other[process] as number
    if (count > (clock[process] as number)) clock[process] = count
  }
}
