/** What tells values apart. Equal values have equal hashes. */
export interface Identity<T> {
  hash(value: T): number
  equal(left: T, right: T): boolean
}

/**
 * Distinct values, each known by its place: a small number that stands for it wherever it occurs.
 * A hash only finds the candidates; equality decides.
 */
export class ValueTable<T> {
  readonly #identity: Identity<T>
  readonly #values: T[] = []
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
        if (this.#identity.equal(this.#values[place] as T, value)) return place
      }
    }
    const place = this.#values.push(keep ? keep(value) : value) - 1
    if (places) places.push(place)
    else this.#placesByHash.set(hash, [place])
    return place
  }
}
