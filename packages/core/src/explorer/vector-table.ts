import { finish, mix } from '../model/schema/hash.ts'

const initialVectors = 1024

/**
 * Distinct vectors of 32-bit integers, each known by its place: the order in which it was first seen.
 *
 * All vectors lie one after the other in one array, and a hash table of places finds them again; a
 * hit is confirmed word by word. A vector is written at `end` and then entered, so that one that is
 * already there costs no copy:
 *
 *     const words = table.reserve(length)
 *     words[table.end] = ...
 *     const place = table.enter(length)
 */
export class VectorTable {
  /** How many distinct vectors there are. */
  count = 0
  /** Whether the vector entered last was new. */
  added = false
  /** Where the next vector is to be written. */
  end = 0
  words = new Int32Array(initialVectors * 8)
  #starts = new Uint32Array(initialVectors + 1)
  /** A hash table at most half full: in each slot a vector's hash and its place plus one; 0 is free. */
  #slots = new Int32Array(initialVectors * 2 * 2)

  /** Makes room for a vector at `end`. The array that it returns stays the same until the next call. */
  reserve(length: number): Int32Array {
    if (this.end + length > this.words.length) {
      const larger = new Int32Array(Math.max(this.words.length * 2, this.end + length))
      larger.set(this.words)
      this.words = larger
    }
    return this.words
  }

  /** Where the vector at `place` begins in `words`. */
  start(place: number): number {
    return this.#starts[place] as number
  }

  /** Just after the vector's last word. */
  stop(place: number): number {
    return this.#starts[place + 1] as number
  }

  /** The place of the vector of this length that was written at `end`. */
  enter(length: number): number {
    const hash = this.#hashAtEnd(length)
    const slots = this.#slots
    const mask = slots.length - 1
    let slot = (hash << 1) & mask
    for (;;) {
      const place = (slots[slot + 1] as number) - 1
      if (place < 0) break
      if (slots[slot] === hash && this.#equalsEnd(place, length)) {
        this.added = false
        return place
      }
      slot = (slot + 2) & mask
    }
    this.added = true
    return this.#append(hash, slot, length)
  }

  #hashAtEnd(length: number): number {
    const { words, end } = this
    let hash = length
    for (let i = end; i < end + length; i += 1) hash = mix(hash, words[i] as number)
    return finish(hash)
  }

  #equalsEnd(place: number, length: number): boolean {
    const { words, end } = this
    const start = this.start(place)
    if (this.stop(place) - start !== length) return false
    for (let i = 0; i < length; i += 1) if (words[start + i] !== words[end + i]) return false
    return true
  }

  #append(hash: number, slot: number, length: number): number {
    const place = this.count
    this.count += 1
    this.end += length
    if (this.count === this.#starts.length) {
      const starts = new Uint32Array(this.#starts.length * 2)
      starts.set(this.#starts)
      this.#starts = starts
    }
    this.#starts[this.count] = this.end
    this.#slots[slot] = hash
    this.#slots[slot + 1] = this.count
    if (this.count * 4 > this.#slots.length) this.#growSlots()
    return place
  }

  #growSlots(): void {
    const before = this.#slots
    const slots = new Int32Array(before.length * 2)
    const mask = slots.length - 1
    for (let old = 0; old < before.length; old += 2) {
      if (before[old + 1] === 0) continue
      let slot = ((before[old] as number) << 1) & mask
      while (slots[slot + 1] !== 0) slot = (slot + 2) & mask
      slots[slot] = before[old] as number
      slots[slot + 1] = before[old + 1] as number
    }
    this.#slots = slots
  }
}
