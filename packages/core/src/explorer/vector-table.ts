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
  #starts = new Float64Array(initialVectors + 1)
  #hashes = new Int32Array(initialVectors)
  /** Places plus one; 0 is free. At most half full. */
  #slots = new Int32Array(initialVectors * 2)

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
    const mask = this.#slots.length - 1
    let slot = hash & mask
    for (;;) {
      const place = (this.#slots[slot] as number) - 1
      if (place < 0) break
      if (this.#hashes[place] === hash && this.#equalsEnd(place, length)) {
        this.added = false
        return place
      }
      slot = (slot + 1) & mask
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
    const start = this.#starts[place] as number
    if ((this.#starts[place + 1] as number) - start !== length) return false
    for (let i = 0; i < length; i += 1) if (words[start + i] !== words[end + i]) return false
    return true
  }

  #append(hash: number, slot: number, length: number): number {
    const place = this.count
    if (place === this.#hashes.length) this.#growPlaces()
    this.#hashes[place] = hash
    this.end += length
    this.#starts[place + 1] = this.end
    this.#slots[slot] = place + 1
    this.count += 1
    if (this.count * 2 > this.#slots.length) this.#growSlots()
    return place
  }

  #growPlaces(): void {
    const hashes = new Int32Array(this.#hashes.length * 2)
    hashes.set(this.#hashes)
    this.#hashes = hashes
    const starts = new Float64Array(hashes.length + 1)
    starts.set(this.#starts)
    this.#starts = starts
  }

  #growSlots(): void {
    const slots = new Int32Array(this.#slots.length * 2)
    const mask = slots.length - 1
    for (let place = 0; place < this.count; place += 1) {
      let slot = (this.#hashes[place] as number) & mask
      while (slots[slot] !== 0) slot = (slot + 1) & mask
      slots[slot] = place + 1
    }
    this.#slots = slots
  }
}
