import type { AnyNode } from '../model/machine.ts'
import type { Certainty } from './certainty.ts'
import { DepthFirst } from './depth-first.ts'
import type { ExploreOptions } from './options.ts'
import type { Claim, Expansion, Visited } from './visited.ts'

const usualHashes = 3
/** Of the array: bits are numbered by 32-bit numbers. */
const maximumBytes = 2 ** 29
const minimumBytes = 8

export interface BitstateMemory {
  /** For the array of bits, at most 512 MiB; the largest power of two within it is used. */
  readonly bytes: number
  /** How many bits stand for a state; 3 where absent. */
  readonly hashes?: number
}

/**
 * A depth-first search for worlds that do not fit into memory: of each state a few bits are set in one
 * array, and a state whose bits are all set already is taken for seen (Holzmann, An Analysis of
 * Bitstate Hashing, 1998). What it finds is real; that it finds nothing proves nothing, and the result
 * is never more than `inconclusive`. How much it is likely to have passed over, it says.
 *
 * @throws RangeError for a memory that is too small or too large, or a bound of the depth: a state that
 * is reached again by a shorter way could not be told from one that was reached by a longer one
 */
export function bitstate<N extends AnyNode>(
  options: ExploreOptions<N>,
  { bytes, hashes = usualHashes }: BitstateMemory,
): DepthFirst<N> {
  if (options.bounds?.depth !== undefined && options.bounds.depth !== Number.POSITIVE_INFINITY) {
    throw new RangeError('bitstate: the depth cannot be bounded: bound the events instead')
  }
  return new DepthFirst(options, { visited: new BitArray(bytes, hashes), begins: true })
}

/** The bits of all states seen, in one array (Bloom, 1970). */
class BitArray implements Visited {
  readonly #words: Int32Array
  readonly #mask: number
  readonly #hashes: number
  /** How many bits are set. */
  #ones = 0
  /** States that were reached and taken for others, as many as are to be expected. */
  #omitted = 0

  constructor(bytes: number, hashes: number) {
    if (!(bytes >= minimumBytes && bytes <= maximumBytes)) {
      throw new RangeError(`bitstate: ${bytes} bytes: must be ${minimumBytes} to ${maximumBytes}`)
    }
    if (!(Number.isSafeInteger(hashes) && hashes >= 1)) {
      throw new RangeError(`bitstate: ${hashes} hashes: must be a natural number from 1`)
    }
    this.#words = new Int32Array(largestPowerWithin(bytes) / Int32Array.BYTES_PER_ELEMENT)
    this.#mask = this.#words.length * 32 - 1
    this.#hashes = hashes
  }

  /** Sets the bits of a state: those that double hashing gives (Dillinger and Manolios, Bloom Filters in Probabilistic Verification, 2004). */
  claim(low: number, high: number): Claim {
    const before = this.#ones
    let bit = low
    let stride = high
    for (let i = 0; i < this.#hashes; i += 1) {
      const at = (bit & this.#mask) >>> 5
      const word = this.#words[at] as number
      const set = word | (1 << (bit & 31))
      if (set !== word) {
        this.#words[at] = set
        this.#ones += 1
      }
      bit = (bit + stride) | 0
      stride = (stride + i + 1) | 0
    }
    if (this.#ones === before) return 'seen'
    this.#countOmitted(before / (this.#mask + 1))
    return 'new'
  }

  expand(): Expansion {
    return 'first'
  }

  certainty(states: number): Certainty {
    const bits = this.#mask + 1
    return {
      kind: 'bitstate',
      bits,
      hashes: this.#hashes,
      hashFactor: bits / states,
      omittedShare: this.#omitted / (states + this.#omitted),
    }
  }

  /** With this share of the bits set, for each state found to be new so many are expected to have been taken for others. */
  #countOmitted(fill: number): void {
    let taken = 1
    for (let i = 0; i < this.#hashes; i += 1) taken *= fill
    this.#omitted += taken / (1 - taken)
  }
}

function largestPowerWithin(bytes: number): number {
  let power = minimumBytes
  while (power * 2 <= bytes) power *= 2
  return power
}
