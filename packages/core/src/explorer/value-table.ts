import { UnsoundProtocol } from './unsound-protocol.ts'

/** What tells values apart. Equal values have equal hashes. */
export interface Identity<T> {
  hash(value: T): number
  equal(left: T, right: T): boolean
  /**
   * A hash of all that the value holds, worked out afresh, where protocols have a hand in it: by it a
   * value is found out that was changed in place, and an equality that overlooks something.
   */
  seal?(value: T): number
}

/**
 * Distinct values, each known by its place: a small number that stands for it wherever it occurs.
 * A hash only finds the candidates; equality decides.
 */
export class ValueTable<T> {
  readonly #identity: Identity<T>
  readonly #values: T[] = []
  /** By place, where values are sealed. */
  readonly #seals: number[] = []
  readonly #placesByHash = new Map<number, number[]>()

  constructor(identity: Identity<T>) {
    this.#identity = identity
  }

  get count(): number {
    return this.#values.length
  }

  at(place: number): T {
    const value = this.#values[place]
    if (value === undefined) throw new RangeError(`no value at ${place} of ${this.count}`)
    return value
  }

  /** The place of an equal value, or of this one. `keep` makes what the table holds on to, where `value` itself will go on changing. */
  place(value: T, keep?: (value: T) => T): number {
    const hash = this.#identity.hash(value)
    const places = this.#placesByHash.get(hash)
    if (places) {
      for (const place of places) {
        if (!this.#identity.equal(this.#values[place] as T, value)) continue
        this.#checkSame(place, value)
        return place
      }
    }
    const place = this.#values.push(keep ? keep(value) : value) - 1
    if (this.#identity.seal) this.#seals.push(this.#identity.seal(value))
    if (places) places.push(place)
    else this.#placesByHash.set(hash, [place])
    return place
  }

  /** Whether the value is still what it was when it was kept. */
  isUnchanged(place: number): boolean {
    const { seal } = this.#identity
    return !seal || seal(this.#values[place] as T) === this.#seals[place]
  }

  /** @throws UnsoundProtocol where two values that are equal do not hold the same */
  #checkSame(place: number, value: T): void {
    const { seal } = this.#identity
    if (!seal || seal(value) === this.#seals[place] || !this.isUnchanged(place)) return
    throw UnsoundProtocol.ofEquality()
  }
}
