import { finish, mix } from '../model/schema/hash.ts'
import type { LocalEvent } from './local-event.ts'
import type { StepOutcome } from './step-outcome.ts'

const initialSteps = 256
const slotWords = 3

/** In place of the next state, where the protocol threw. */
export const threw = -1

/** Where what is known of an outcome stands, from its first word. The envelopes come last. */
export const outcomeWord = 0
export const nextWord = 1
export const traceWord = 2
export const sentWord = 3
export const envelopesWord = 4

/**
 * The steps of one node that are known, laid out in integers for a search that asks for them again
 * and again: at the place of a step stands how many outcomes it has, and then of each outcome
 *
 *     its place in `outcomes` · the node's next state, or `threw` · 1 where it may leave a trace in
 *     histories · how many envelopes left · those, in ascending order
 */
export class StepTable {
  words = new Int32Array(initialSteps * 8)
  readonly outcomes: StepOutcome[] = []
  #end = 0
  #count = 0
  /** A hash table at most half full: in each slot a state, an event, and the step's place plus one; 0 is free. */
  #slots = new Int32Array(initialSteps * 2 * slotWords)
  #mask = initialSteps * 2 - 1

  /** The place of the step; below zero where it is not known. */
  find(local: number, event: LocalEvent): number {
    const slots = this.#slots
    let slot = finish(mix(local, event)) & this.#mask
    for (;;) {
      const at = slot * slotWords
      const place = (slots[at + 2] as number) - 1
      if (place < 0 || (slots[at] === local && slots[at + 1] === event)) return place
      slot = (slot + 1) & this.#mask
    }
  }

  /**
   * Adds a step that is not known yet. Returns its place.
   * @param leavesTrace whether an outcome may change a history
   */
  add(
    local: number,
    event: LocalEvent,
    outcomes: readonly StepOutcome[],
    leavesTrace: (outcome: StepOutcome) => boolean,
  ): number {
    const place = this.#end
    this.#write(outcomes.length)
    for (const outcome of outcomes) {
      this.#write(this.outcomes.push(outcome) - 1)
      this.#write(outcome.thrown === undefined ? outcome.next : threw)
      this.#write(outcome.thrown === undefined && leavesTrace(outcome) ? 1 : 0)
      this.#write(outcome.sent.length)
      for (const envelope of outcome.sent) this.#write(envelope)
    }
    this.#count += 1
    if (this.#count * 2 > this.#mask) this.#growSlots()
    this.#fill(local, event, place + 1)
    return place
  }

  #write(word: number): void {
    if (this.#end === this.words.length) {
      const larger = new Int32Array(this.words.length * 2)
      larger.set(this.words)
      this.words = larger
    }
    this.words[this.#end] = word
    this.#end += 1
  }

  #fill(local: number, event: LocalEvent, content: number): void {
    let slot = finish(mix(local, event)) & this.#mask
    while (this.#slots[slot * slotWords + 2] !== 0) slot = (slot + 1) & this.#mask
    const at = slot * slotWords
    this.#slots[at] = local
    this.#slots[at + 1] = event
    this.#slots[at + 2] = content
  }

  #growSlots(): void {
    const before = this.#slots
    this.#slots = new Int32Array(before.length * 2)
    this.#mask = this.#mask * 2 + 1
    for (let at = 0; at < before.length; at += slotWords) {
      const content = before[at + 2] as number
      if (content > 0) this.#fill(before[at] as number, before[at + 1] as number, content)
    }
  }
}
