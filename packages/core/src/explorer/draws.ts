/**
 * All the ways that a step's random draws can fall, one after the other. A step is run once for each:
 * it draws the first value wherever it has not been told otherwise, and `another` moves the latest
 * draw that still can move on to its next value.
 */
export class Draws {
  readonly #values: readonly number[]
  #choices: number[] = []
  #drawn = 0

  /** @param values what a draw may give, each in [0, 1) */
  constructor(values: readonly number[]) {
    for (const value of values) {
      if (!(value >= 0 && value < 1)) throw new RangeError(`a draw of ${value}: must be in [0, 1)`)
    }
    if (values.length === 0) throw new RangeError('draws: at least one value must be given')
    this.#values = values
  }

  next(): number {
    if (this.#drawn === this.#choices.length) this.#choices.push(0)
    const choice = this.#choices[this.#drawn] as number
    this.#drawn += 1
    return this.#values[choice] as number
  }

  /** What the step has drawn; nothing where there was no choice. */
  drawn(): readonly number[] {
    if (this.#values.length === 1) return []
    return this.#choices.map((choice) => this.#values[choice] as number)
  }

  /** To the beginning of the same way, for the same step once more. */
  rewind(): void {
    this.#drawn = 0
  }

  /** Back to the first way, for a step of another kind. */
  reset(): void {
    this.#choices = []
    this.#drawn = 0
  }

  /** Moves on to the next way; false, and back to the first, when there is none. */
  another(): boolean {
    this.#drawn = 0
    while (this.#choices.length > 0) {
      const last = this.#choices.length - 1
      const choice = (this.#choices[last] as number) + 1
      if (choice < this.#values.length) {
        this.#choices[last] = choice
        return true
      }
      this.#choices.pop()
    }
    return false
  }
}
