import type { NodeId } from '../model/identity.ts'
import type { AnyNode } from '../model/machine.ts'
import { IntList } from './int-list.ts'
import type { Setting } from './options.ts'
import { PartialOrder } from './partial-order.ts'
import type { StateSpace } from './state-space.ts'
import type { Visitor } from './visitor.ts'

/** In place of a node: the events of all nodes were explored. */
const everybody = -1

/**
 * The expansions of a search that leaves out orders of events, one after the other, each with the
 * node whose events alone were explored. What was chosen while fewer steps were known may have been
 * wrong: once all is expanded, it is looked at again, and what is missing is made up for.
 */
export class ReducedExpansion<N extends AnyNode> implements Visitor {
  readonly #space: StateSpace<N>
  readonly #places: number
  readonly #partialOrder: PartialOrder<N>
  /** By state, the place of the node whose events were enough. */
  readonly #choices = new IntList()
  /** So many states were looked at again in the review that goes on. */
  #reviewed = 0
  #isReviewing = false
  /** Whom transitions are told of. */
  #visitor: Visitor | undefined = undefined
  /** The state found latest among those that the expanded one leads to. */
  #latest = -1

  /** @throws UnsoundReduction where the reduction would not preserve what is asked for */
  constructor(setting: Setting<N>, space: StateSpace<N>) {
    this.#space = space
    this.#places = setting.nodes.length
    this.#partialOrder = new PartialOrder(setting)
  }

  get bytes(): number {
    return this.#choices.bytes
  }

  /** Expands the next state: they must come in their order. */
  expand(state: number, visitor: Visitor): void {
    this.#visitor = visitor
    const place = this.#partialOrder.choose(this.#space, state)
    if (place === undefined) {
      this.#space.expand(state, visitor)
      this.#choices.push(everybody)
    } else if (this.#expandOnly(state, place)) this.#choices.push(place)
    else {
      this.#expandOthers(state, [place])
      this.#choices.push(everybody)
    }
  }

  /** Whether any choice may have been wrong. Asked once all is expanded. */
  get hasToReview(): boolean {
    return this.#isReviewing || this.#partialOrder.hasLearned
  }

  /**
   * Looks at the next expanded state again, and explores what it left out where that was wrong.
   * @param expanding told of the state, before the visitor is told of transitions from it
   */
  review(visitor: Visitor, expanding: (state: number) => void): void {
    if (!this.#isReviewing) {
      this.#isReviewing = true
      this.#reviewed = 0
      this.#partialOrder.beginReview()
    }
    const state = this.#reviewed
    this.#reviewed += 1
    if (this.#reviewed === this.#choices.length) this.#isReviewing = false
    const place = this.#choices.at(state)
    if (place === everybody || this.#partialOrder.isStillEnough(this.#space, state, place)) return
    this.#visitor = visitor
    expanding(state)
    const other = this.#partialOrder.choose(this.#space, state)
    if (other !== undefined && this.#expandOnly(state, other)) {
      this.#choices.set(state, other)
      return
    }
    this.#expandOthers(state, other === undefined ? [place] : [place, other])
    this.#choices.set(state, everybody)
  }

  reached(next: number, added: boolean): void {
    if (next > this.#latest) this.#latest = next
    this.#visitor?.reached(next, added)
  }

  threw(message: string, node: NodeId): void {
    this.#visitor?.threw(message, node)
  }

  /**
   * Explores the events of one node. Returns whether they lead to a state that was found after this
   * one: else the others could be put off round a cycle for ever.
   */
  #expandOnly(state: number, place: number): boolean {
    this.#latest = -1
    this.#space.expand(state, this, place)
    return this.#latest > state
  }

  #expandOthers(state: number, explored: readonly number[]): void {
    for (let place = 0; place < this.#places; place += 1) {
      if (!explored.includes(place)) this.#space.expand(state, this, place)
    }
  }
}
