import { finish, mix } from './tuple-hash.ts'

/**
 * Numbers tuples of 32-bit words from 0 on, equal tuples equally. A hash table with open addressing
 * in typed arrays. Tuples are compared word by word: a collision of hashes costs time, never a wrong
 * answer.
 */
export class TupleNumbers {
  /** The tuple to be numbered next; the caller fills it in. */
  readonly next: Int32Array
  /** How many tuples have a number. */
  size = 0
  private readonly width: number
  /** The tuples, one after the other. */
  private tuples: Int32Array
  /** Slots of two: one more than the number of a tuple, 0 if there is none, and its hash. */
  private table = new Int32Array(2 * 64)

  /** For tuples of `width` words. */
  constructor(width: number) {
    this.width = width
    this.next = new Int32Array(width)
    this.tuples = new Int32Array(width * 32)
  }

  /** The number of the tuple in `next`, which is `size` as it was before if the tuple is new. */
  numberOfNext(): number {
    const { next, width } = this
    let hash = 0
    for (let word = 0; word < width; word++) hash = mix(hash, next[word] as number)
    hash = finish(hash)
    const last = this.table.length - 2
    let slot = (hash << 1) & last
    for (; this.table[slot] !== 0; slot = (slot + 2) & last) {
      const number = (this.table[slot] as number) - 1
      if (this.table[slot + 1] === hash && this.isNext(number)) return number
    }
    this.table[slot] = this.size + 1
    this.table[slot + 1] = hash
    return this.add()
  }

  /** The bytes that it needs, at the most, for one more: while a part grows, the old one is beside the new. */
  get bytesForNext(): number {
    const tuples = this.tuples.byteLength
    const table = this.table.byteLength
    const moreTuples = (this.size + 1) * this.width > this.tuples.length ? 3 * tuples : tuples
    return moreTuples + ((this.size + 1) * 3 > this.table.length ? 3 * table : table)
  }

  /** One word of a tuple that has a number. */
  word(number: number, position: number): number {
    return this.tuples[number * this.width + position] as number
  }

  /** Fills `next` with a tuple that has a number. */
  copyToNext(number: number): void {
    const at = number * this.width
    for (let word = 0; word < this.width; word++) {
      this.next[word] = this.tuples[at + word] as number
    }
  }

  private isNext(number: number): boolean {
    const at = number * this.width
    for (let word = 0; word < this.width; word++) {
      if (this.tuples[at + word] !== this.next[word]) return false
    }
    return true
  }

  private add(): number {
    const number = this.size++
    if (this.size * this.width > this.tuples.length) {
      const larger = new Int32Array(this.tuples.length * 2)
      larger.set(this.tuples)
      this.tuples = larger
    }
    this.tuples.set(this.next, number * this.width)
    // A third empty: a slot has two words.
    if (this.size * 3 > this.table.length) this.growTable()
    return number
  }

  private growTable(): void {
    const old = this.table
    this.table = new Int32Array(old.length * 2)
    const last = this.table.length - 2
    for (let from = 0; from < old.length; from += 2) {
      if (old[from] === 0) continue
      const hash = old[from + 1] as number
      let slot = (hash << 1) & last
      while (this.table[slot] !== 0) slot = (slot + 2) & last
      this.table[slot] = old[from] as number
      this.table[slot + 1] = hash
    }
  }
}
