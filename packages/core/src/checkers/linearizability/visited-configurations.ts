import { finish, mix, mixOther } from './tuple-hash.ts'
import { TupleNumbers } from './tuple-numbers.ts'

/**
 * The configurations that a search has visited, each a tuple of 32-bit words.
 *
 * - `exact` keeps the words. What it takes for visited was.
 * - `hashed` keeps 64 bits of each tuple, in 11 to 21 bytes however long the tuple is. Two tuples of
 *   the same hash are taken for one, so that a search may miss the order there is, never find one
 *   that there is not.
 */
export type Memory = 'exact' | 'hashed'

export const defaultHashBits = 64

export interface VisitedConfigurations {
  /** The tuple to be visited next; the caller fills it in. */
  readonly next: Int32Array
  /** How many were visited. */
  readonly size: number
  /** The bytes that it needs, at the most, to take in another one. */
  readonly bytesForNext: number
  /** Visits the tuple in `next`. Returns whether it was new. */
  visitNext(): boolean
}

/** For tuples of `width` words; `hashBits`: how much of a hash is kept, up to 64. */
export function visitedConfigurations(
  memory: Memory,
  width: number,
  hashBits = defaultHashBits,
): VisitedConfigurations {
  return memory === 'exact'
    ? new ExactConfigurations(width)
    : new HashedConfigurations(width, hashBits)
}

class ExactConfigurations extends TupleNumbers implements VisitedConfigurations {
  visitNext(): boolean {
    const { size } = this
    return this.numberOfNext() === size
  }
}

/** Hashes in a table with open addressing, two words each. Both are 0 where there is none. */
class HashedConfigurations implements VisitedConfigurations {
  readonly next: Int32Array
  size = 0
  private table = new Int32Array(2 * 64)
  private readonly lowMask: number
  private readonly highMask: number

  constructor(width: number, hashBits: number) {
    this.next = new Int32Array(width)
    this.lowMask = maskOf(Math.min(hashBits, 32))
    this.highMask = maskOf(Math.max(hashBits - 32, 0))
  }

  /** While a table grows, there is the old one beside the new. */
  get bytesForNext(): number {
    return this.isFull ? 3 * this.table.byteLength : this.table.byteLength
  }

  visitNext(): boolean {
    if (this.isFull) this.grow()
    let low = 0
    let high = 0x2545f491
    const { next } = this
    for (let position = 0; position < next.length; position++) {
      const word = next[position] as number
      low = mix(low, word)
      high = mixOther(high, word)
    }
    low = finish(low) & this.lowMask
    high = finish(high) & this.highMask
    if (low === 0 && high === 0) high = 1
    if (!place(this.table, low, high)) return false
    this.size++
    return true
  }

  /** A quarter of the slots stays empty: a slot has two words. */
  private get isFull(): boolean {
    return this.size * 8 >= this.table.length * 3
  }

  private grow(): void {
    const old = this.table
    this.table = new Int32Array(old.length * 2)
    for (let from = 0; from < old.length; from += 2) {
      const low = old[from] as number
      const high = old[from + 1] as number
      if (low !== 0 || high !== 0) place(this.table, low, high)
    }
  }
}

/** So many bits, the low ones. */
function maskOf(bits: number): number {
  return bits === 32 ? -1 : (1 << bits) - 1
}

/** Puts a hash into a table. Returns whether it was not there. */
function place(table: Int32Array, low: number, high: number): boolean {
  const last = table.length - 2
  let slot = (low << 1) & last
  for (; table[slot] !== 0 || table[slot + 1] !== 0; slot = (slot + 2) & last) {
    if (table[slot] === low && table[slot + 1] === high) return false
  }
  table[slot] = low
  table[slot + 1] = high
  return true
}
