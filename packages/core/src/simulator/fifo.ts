const smallestCapacity = 16

/**
 * First in, first out: a ring of places, so that taking and adding move nothing and leave no garbage.
 * (To shorten an array by its `length` is a call into the engine, as costly as an event.)
 */
export class Fifo<T> {
  size = 0
  /** A power of two of places; those not in use are undefined. */
  #places: (T | undefined)[] = new Array<T | undefined>(smallestCapacity).fill(undefined)
  #first = 0

  /** The next to be taken, if any. */
  get first(): T | undefined {
    return this.size === 0 ? undefined : this.#places[this.#first]
  }

  push(element: T): void {
    if (this.size === this.#places.length) this.#grow()
    this.#places[(this.#first + this.size) & (this.#places.length - 1)] = element
    this.size++
  }

  shift(): T | undefined {
    if (this.size === 0) return undefined
    const element = this.#places[this.#first]
    this.#places[this.#first] = undefined
    this.#first = (this.#first + 1) & (this.#places.length - 1)
    this.size--
    return element
  }

  clear(): void {
    this.#places.fill(undefined)
    this.#first = 0
    this.size = 0
  }

  #grow(): void {
    const capacity = this.#places.length
    const inOrder = [...this.#places.slice(this.#first), ...this.#places.slice(0, this.#first)]
    this.#places = inOrder.concat(new Array<undefined>(capacity).fill(undefined))
    this.#first = 0
  }
}
