import type { AnyNode } from '../model/machine.ts'
import type { Fingerprints } from './fingerprint.ts'
import type { StateStore } from './state-store.ts'

/** What is to become of a state on the stack. */
export const waiting = 0
/** Its events are being taken, or were. */
export const expanded = 1
/** Nothing follows it, or somebody else follows it up. */
export const left = 2
export type Fate = typeof waiting | typeof expanded | typeof left

const nowhere = -1

/**
 * The states between the first and where a search is, and those beside that way which are still to be
 * looked at: all that a search that goes into the depth keeps of its states.
 */
export class SearchStack<N extends AnyNode> implements StateStore {
  count = 0
  added = false
  end = 0
  /** By place, the place of the state from which each was reached; below zero for the first. */
  readonly parents: number[] = []
  /** How many events led to each on this way. */
  readonly depths: number[] = []
  readonly fates: Fate[] = []
  readonly lows: number[] = []
  readonly highs: number[] = []
  /** The place of the state that is being expanded. */
  parent = nowhere
  /** Whether no state is kept, whatever it is. */
  closed = false
  #words = new Int32Array(1 << 12)
  readonly #starts: number[] = [0]
  readonly #fingerprints: Fingerprints<N>
  readonly #admits: (low: number, high: number, depth: number) => boolean

  /** @param admits whether the state with this fingerprint, reached by so many events, is to be kept */
  constructor(
    fingerprints: Fingerprints<N>,
    admits: (low: number, high: number, depth: number) => boolean,
  ) {
    this.#fingerprints = fingerprints
    this.#admits = admits
  }

  reserve(length: number): Int32Array {
    if (this.end + length > this.#words.length) {
      const larger = new Int32Array(Math.max(this.#words.length * 2, this.end + length))
      larger.set(this.#words)
      this.#words = larger
    }
    return this.#words
  }

  /** @returns the place, or −1 where the state is not kept */
  enter(length: number): number {
    const fingerprints = this.#fingerprints
    fingerprints.take(this.#words, this.end, length)
    const { low, high } = fingerprints
    const depth = this.parent === nowhere ? 0 : (this.depths[this.parent] as number) + 1
    this.added = !this.closed && this.#admits(low, high, depth)
    if (!this.added) return nowhere
    const place = this.count
    this.parents[place] = this.parent
    this.depths[place] = depth
    this.fates[place] = waiting
    this.lows[place] = low
    this.highs[place] = high
    this.count += 1
    this.end += length
    this.#starts[this.count] = this.end
    return place
  }

  wordsOf(_place: number): Int32Array {
    return this.#words
  }

  start(place: number): number {
    return this.#starts[place] as number
  }

  stop(place: number): number {
    return this.#starts[place + 1] as number
  }

  /** Whether the state that was entered last, kept or not, is the one at a place. */
  isLatest(place: number): boolean {
    const { low, high } = this.#fingerprints
    return this.lows[place] === low && this.highs[place] === high
  }

  /** Takes all states from a place on off the top, but for one of them, which comes to that place. */
  keepOnly(kept: number, place: number): void {
    const start = this.start(kept)
    const stop = this.stop(kept)
    this.#words.copyWithin(this.start(place), start, stop)
    for (const column of [this.parents, this.depths, this.fates, this.lows, this.highs]) {
      column[place] = column[kept] as never
    }
    this.count = place + 1
    this.end = this.start(place) + stop - start
    this.#starts[this.count] = this.end
  }

  /** Takes states off the top until so many are left. */
  cutTo(count: number): void {
    this.count = count
    this.end = this.#starts[count] as number
  }

  /** The states on the way to one, the first state left out and itself included. */
  wayTo(place: number): number[] {
    const way: number[] = []
    for (
      let at = place;
      (this.parents[at] as number) !== nowhere;
      at = this.parents[at] as number
    ) {
      way.push(at)
    }
    return way.reverse()
  }
}
