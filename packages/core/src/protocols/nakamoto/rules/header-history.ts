import type { BlockHeader } from './header.ts'

/**
 * The headers of one branch, from `firstHeight` to the parent of the block in question: what the
 * rules of time and difficulty look back at.
 */
export interface HeaderHistory {
  /** The lowest height that is known: 0, unless the chain begins at a trusted checkpoint. */
  readonly firstHeight: number
  /** The time of the header at this height, in seconds. */
  timeAt(height: number): number
  /** The compact target of the header at this height. */
  bitsAt(height: number): number
}

/** A header in a tree of headers, each knowing its parent. */
export interface HeaderLink {
  readonly header: BlockHeader
  readonly height: number
  readonly parent: HeaderLink | undefined
}

/**
 * The branch that ends in `tip`, read by following parents. It remembers where it last was: looking
 * further and further back costs a step a height, looking forward starts at the tip again.
 */
export class LinkedHistory implements HeaderHistory {
  readonly firstHeight: number
  readonly #tip: HeaderLink
  #at: HeaderLink

  constructor(tip: HeaderLink, firstHeight = 0) {
    this.#tip = tip
    this.#at = tip
    this.firstHeight = firstHeight
  }

  timeAt(height: number): number {
    return this.#find(height).header.time
  }

  bitsAt(height: number): number {
    return this.#find(height).header.bits
  }

  #find(height: number): HeaderLink {
    let at = height > this.#at.height ? this.#tip : this.#at
    while (at.height > height && at.parent !== undefined) at = at.parent
    if (at.height !== height) {
      throw new RangeError(
        `no header of height ${height} on the branch of height ${this.#tip.height}`,
      )
    }
    this.#at = at
    return at
  }
}
