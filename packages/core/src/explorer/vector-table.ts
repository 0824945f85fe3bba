import { finish, mix } from '../model/schema/hash.ts'
import type { StateStore } from './state-store.ts'

/** 4 MB. A vector lies within one chunk. */
const chunkBits = 20
const chunkWords = 1 << chunkBits
const firstWords = 1 << 13
const initialVectors = 1024
/** Beginnings are 32-bit numbers: 16 GB of vectors. */
const maximumWords = 2 ** 32
/** So many vectors ahead, a table says what it will take to hold them. */
const foresight = 100_000

/**
 * Distinct vectors of 32-bit integers, each known by its place: the order in which it was first seen.
 *
 * All vectors lie one after the other in large chunks, and a hash table of places finds them again; a
 * hit is confirmed word by word. A vector is written at `end` and then entered, so that one that is
 * already there costs no copy:
 *
 *     const words = table.reserve(length)
 *     words[table.end] = ...
 *     const place = table.enter(length)
 */
export class VectorTable implements StateStore {
  count = 0
  added = false
  end = 0
  /** The first chunk grows, so that small tables are small; when the last is full a further one begins. */
  readonly #chunks: Int32Array[] = [new Int32Array(firstWords)]
  #last = this.#chunks[0] as Int32Array
  /** Where the last chunk begins in the counting of all words. */
  #lastBegin = 0
  /** Of each chunk that is full, where its last vector ends. */
  readonly #chunkEnds: number[] = []
  /** Of each vector, where it begins in the counting of all words. */
  #starts = new Uint32Array(initialVectors)
  /** A hash table at most half full: in each slot a vector's hash and its place plus one; 0 is free. */
  #slots = new Int32Array(initialVectors * 2 * 2)

  /**
   * One word is always left free, so that every vector begins within its chunk.
   * @throws RangeError for a vector that does not fit into a chunk
   */
  reserve(length: number): Int32Array {
    if (this.end + length >= this.#last.length) this.#makeRoom(length)
    return this.#last
  }

  wordsOf(place: number): Int32Array {
    return this.#chunks[(this.#starts[place] as number) >>> chunkBits] as Int32Array
  }

  start(place: number): number {
    return (this.#starts[place] as number) & (chunkWords - 1)
  }

  stop(place: number): number {
    const chunk = (this.#starts[place] as number) >>> chunkBits
    if (place + 1 === this.count) return this.#endOf(chunk)
    const next = this.#starts[place + 1] as number
    return next >>> chunkBits === chunk ? next & (chunkWords - 1) : this.#endOf(chunk)
  }

  /** A word of the vector at `place`. */
  word(place: number, index: number): number {
    return this.wordsOf(place)[this.start(place) + index] as number
  }

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

  /** What the table takes, in bytes. */
  get bytes(): number {
    const chunks = (this.#lastBegin + this.#last.length) * 4
    return chunks + this.#starts.byteLength + this.#slots.byteLength
  }

  /** What it will take at most while it grows to hold some more vectors: while a part is copied, there are two of it. */
  get bytesSoon(): number {
    if (this.#lastBegin + 2 * chunkWords > maximumWords) return Number.POSITIVE_INFINITY
    const soon = this.count + foresight
    const starts = soon > this.#starts.length ? 2 * this.#starts.byteLength : 0
    const slots = soon * 4 > this.#slots.length ? 2 * this.#slots.byteLength : 0
    return this.bytes + starts + slots + 4 * chunkWords
  }

  #endOf(chunk: number): number {
    return this.#chunkEnds[chunk] ?? this.end
  }

  #makeRoom(length: number): void {
    if (length >= chunkWords) throw new RangeError(`a vector of ${length} words is too long`)
    if (this.#lastBegin === 0 && this.end + length < chunkWords) {
      const larger = new Int32Array(Math.min(chunkWords, 2 * (this.end + length + 1)))
      larger.set(this.#last)
      this.#last = larger
    } else {
      this.#chunkEnds.push(this.end)
      this.#lastBegin += chunkWords
      this.#last = new Int32Array(chunkWords)
      this.end = 0
    }
    this.#chunks[this.#lastBegin >>> chunkBits] = this.#last
  }

  #hashAtEnd(length: number): number {
    const words = this.#last
    const { end } = this
    let hash = length
    for (let i = end; i < end + length; i += 1) hash = mix(hash, words[i] as number)
    return finish(hash)
  }

  #equalsEnd(place: number, length: number): boolean {
    const start = this.start(place)
    if (this.stop(place) - start !== length) return false
    const known = this.wordsOf(place)
    const words = this.#last
    const { end } = this
    for (let i = 0; i < length; i += 1) if (known[start + i] !== words[end + i]) return false
    return true
  }

  #append(hash: number, slot: number, length: number): number {
    const place = this.count
    if (place === this.#starts.length) {
      const starts = new Uint32Array(place * 2)
      starts.set(this.#starts)
      this.#starts = starts
    }
    this.#starts[place] = this.#lastBegin + this.end
    this.#slots[slot] = hash
    this.#slots[slot + 1] = place + 1
    this.count += 1
    this.end += length
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
