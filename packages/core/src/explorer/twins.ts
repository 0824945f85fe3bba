import type { NodeId } from '../model/identity.ts'
import type { Renaming } from '../model/schema/rename.ts'
import type { Hearing } from './liars.ts'

/**
 * A Byzantine node played by two honest copies under one identity, each of which is seen by a part of
 * the others: equivocation without attack code (Bano et al., Twins: BFT Systems Made Robust, 2022).
 */
export interface Twin {
  readonly node: NodeId
  /** The nodes that speak with the second copy; all others speak with the first. */
  readonly second: readonly NodeId[]
  /**
   * `at once`: whatever is sent to it arrives before anything else happens. That is a bound on what the
   * liar may do, and makes for far fewer states; it loses nothing where hearing more never keeps an
   * honest node from saying what it would have said, as in the normal case of a protocol that counts votes.
   */
  readonly hears?: Hearing
}

/** Where the copies are: places 0 to n − 1 are the nodes, and the second copies come after them. */
export class Twins {
  readonly #nodes: number
  readonly #twins: readonly Twin[]

  /** @throws RangeError for a node that does not exist, twice, or that sees itself */
  constructor(twins: readonly Twin[], nodes: number) {
    this.#nodes = nodes
    this.#twins = twins
    for (const { node, second } of twins) {
      for (const id of [node, ...second]) {
        if (!(Number.isSafeInteger(id) && id >= 0 && id < nodes)) {
          throw new RangeError(`explore: a twin of node ${id}: must be 0 to ${nodes - 1}`)
        }
      }
      if (second.includes(node)) throw new RangeError(`explore: twin ${node} cannot see itself`)
    }
  }

  /** How many there are, and so how many places there are beside those of the nodes. */
  get count(): number {
    return this.#twins.length
  }

  isTwin(node: NodeId): boolean {
    return this.#twins.some((twin) => twin.node === node)
  }

  /** The node whose copy is at a place. */
  nodeAt(place: number): NodeId {
    return place < this.#nodes ? place : (this.#twins[place - this.#nodes] as Twin).node
  }

  /** The place of the copy of `node` that `other` speaks with. */
  placeFor(node: NodeId, other: NodeId): number {
    const index = this.#twins.findIndex((twin) => twin.node === node)
    const sees = this.#twins[index]?.second.includes(other)
    return sees ? this.#nodes + index : node
  }

  /** By place, where it is once nodes have other numbers; undefined where twins would not be the same ones. */
  renamedPlaces(renaming: Renaming): number[] | undefined {
    const places = [...renaming]
    for (const { node, second } of this.#twins) {
      const index = this.#twins.findIndex((twin) => twin.node === renaming[node])
      const seen = this.#twins[index]?.second
      if (seen?.length !== second.length) return undefined
      if (!second.every((other) => seen.includes(renaming[other] as NodeId))) return undefined
      places.push(this.#nodes + index)
    }
    return places
  }

  /** The place of a node's second copy; the node itself where it has none. */
  secondOf(node: NodeId): number {
    const index = this.#twins.findIndex((twin) => twin.node === node)
    return index < 0 ? node : this.#nodes + index
  }
}
