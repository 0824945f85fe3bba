/** The number of what is no link between neighbours. */
export const noLink = -1

/**
 * Numbers the links between neighbours, from 0 on: what is known of each is kept in a column, as long
 * as there are links and not as there are pairs of nodes. Of 1,000 nodes with 17 links each a table of
 * all pairs would not fit the processor's cache.
 */
export class LinkNumbers {
  readonly count: number
  /** Where each sender's links begin, and after the last of them where they end. */
  readonly #begins: Int32Array
  /** The receiver of each link: ascending for each sender. */
  readonly #receivers: Int32Array
  /** The link asked for last: who sends to all neighbours asks for the next. */
  #last = 0

  /** @param neighbours of each node, in ascending order */
  constructor(neighbours: readonly (readonly number[])[]) {
    this.#begins = new Int32Array(neighbours.length + 1)
    neighbours.forEach(({ length }, node) => {
      this.#begins[node + 1] = (this.#begins[node] as number) + length
    })
    this.#receivers = Int32Array.from(neighbours.flat())
    this.count = this.#receivers.length
  }

  of(from: number, to: number): number {
    const begins = this.#begins
    const receivers = this.#receivers
    if (from + 1 >= begins.length) return noLink
    let low = begins[from] as number
    let high = (begins[from + 1] as number) - 1
    const next = this.#last + 1
    if (next >= low && next <= high && receivers[next] === to) {
      this.#last = next
      return next
    }
    while (low <= high) {
      const middle = (low + high) >> 1
      const receiver = receivers[middle] as number
      if (receiver === to) {
        this.#last = middle
        return middle
      }
      if (receiver < to) low = middle + 1
      else high = middle - 1
    }
    return noLink
  }
}
