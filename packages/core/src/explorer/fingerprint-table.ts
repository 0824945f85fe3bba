// oxlint-disable no-restricted-globals -- Threads may share the table; who claims a state first changes no result.
import type { Certainty } from './certainty.ts'
import { fingerprintBits } from './fingerprint.ts'
import type { Claim, Expansion, Visited } from './visited.ts'

const initialSlots = 1 << 16
const bytesPerWord = 4
const twoTo65 = 36893488147419103232

/**
 * A set of fingerprints in one array: a hash table with open addressing and linear probing.
 *
 * It may be shared by threads. A slot is taken by its first word, atomically; whoever takes it then
 * writes the second, and who meets the slot in between waits for that. (The third word, where the
 * depth is bounded, is one more than the fewest events that led to the state, times two, plus one
 * once it was expanded.) What is there stays, so that to find a state again takes no lock.
 */
export class FingerprintTable implements Visited {
  /** How many fingerprints were claimed first through this object. */
  claimed = 0
  readonly #stride: number
  readonly #depthLimit: number
  readonly #fixed: boolean
  #words: Int32Array
  #mask: number

  /**
   * @param depthLimit so many events in a row are taken at most; Infinity for any number
   * @param words a table that threads share, which does not grow by itself; one of its own where absent
   */
  constructor(depthLimit: number, words?: Int32Array) {
    this.#depthLimit = depthLimit
    this.#stride = strideFor(depthLimit)
    this.#fixed = words !== undefined
    this.#words = words ?? new Int32Array(initialSlots * this.#stride)
    this.#mask = this.#words.length / this.#stride - 1
  }

  /** How many bytes a table has for so many fingerprints, a power of two. */
  static bytesFor(slots: number, depthLimit: number): number {
    return slots * strideFor(depthLimit) * bytesPerWord
  }

  get slots(): number {
    return this.#mask + 1
  }

  claim(low: number, high: number, depth = 0): Claim {
    const words = this.#words
    const stride = this.#stride
    let slot = low & this.#mask
    for (;;) {
      const at = slot * stride
      let word = words[at] as number
      if (word === 0) {
        word = Atomics.compareExchange(words, at, 0, low)
        if (word === 0) {
          this.#fill(at, high, depth)
          return 'new'
        }
      }
      if (word === low && this.#second(at) === high) {
        return stride === 2 ? 'seen' : this.#claimShallower(at + 2, depth)
      }
      slot = (slot + 1) & this.#mask
      if (slot === (low & this.#mask)) throw new RangeError('the table of states is full')
    }
  }

  expand(low: number, high: number, depth: number): Expansion {
    if (this.#stride === 2) return 'first'
    const at = this.#find(low, high) + 2
    if (Atomics.load(this.#words, at) >> 1 < depth + 1) return 'no'
    return (Atomics.or(this.#words, at, 1) & 1) === 0 ? 'first' : 'again'
  }

  /** An upper bound of the probability that any two of n states have one fingerprint: n² / 2^65. */
  certainty(states: number): Certainty {
    const omissionProbability = Math.min(1, (states * states) / twoTo65)
    return { kind: 'hashed', bits: fingerprintBits, omissionProbability }
  }

  /**
   * Moves to a larger array, empty but where it overlaps the present one. Nobody else may use either
   * meanwhile.
   */
  moveTo(words: Int32Array): void {
    const before = this.#words.slice()
    this.use(words)
    words.fill(0)
    const stride = this.#stride
    for (let old = 0; old < before.length; old += stride) {
      const low = before[old] as number
      if (low === 0) continue
      let slot = low & this.#mask
      while (words[slot * stride] !== 0) slot = (slot + 1) & this.#mask
      for (let i = 0; i < stride; i += 1) words[slot * stride + i] = before[old + i] as number
    }
  }

  /** Goes on in an array to which another thread has moved the table. */
  use(words: Int32Array): void {
    this.#words = words
    this.#mask = words.length / this.#stride - 1
  }

  #fill(at: number, high: number, depth: number): void {
    if (this.#stride === 3) Atomics.store(this.#words, at + 2, (depth + 1) << 1)
    Atomics.store(this.#words, at + 1, high)
    this.claimed += 1
    if (!this.#fixed && this.claimed * 2 > this.#mask) {
      this.moveTo(new Int32Array(this.#words.length * 2))
    }
  }

  /** The second word of a slot whose first was taken: written at any moment where it is not yet. */
  #second(at: number): number {
    let word = this.#words[at + 1] as number
    while (word === 0) word = Atomics.load(this.#words, at + 1)
    return word
  }

  #claimShallower(at: number, depth: number): Claim {
    let word = Atomics.load(this.#words, at)
    while (depth + 1 < word >> 1) {
      const before = Atomics.compareExchange(this.#words, at, word, ((depth + 1) << 1) | (word & 1))
      if (before === word) {
        return (word >> 1) - 1 >= this.#depthLimit ? 'shallower, from the limit' : 'shallower'
      }
      word = before
    }
    return 'seen'
  }

  #find(low: number, high: number): number {
    const stride = this.#stride
    let slot = low & this.#mask
    while (this.#words[slot * stride] !== low || this.#second(slot * stride) !== high) {
      slot = (slot + 1) & this.#mask
    }
    return slot * stride
  }
}

function strideFor(depthLimit: number): number {
  return depthLimit === Number.POSITIVE_INFINITY ? 2 : 3
}
