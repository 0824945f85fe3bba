import type { AnyNode, AnyNodeClass } from '../model/index.ts'
import { checkNoFieldForgotten, checkNothingForgotten } from '../model/index.ts'

/** So many messages of a run are looked at from its beginning, and then one in so many. */
const firstMessages = 100
const messagesApart = 1_000
/** Whose states are looked at when the run is over. */
const nodesLookedAt = 8
/** No more states are looked at beyond so many bytes: long runs of chains would take seconds. */
const stateBytesLookedAt = 1_000_000

/**
 * Looks, now and then, whether messages and states are all that their schema says. What a schema
 * forgets, the simulator would pass on by reference and lose when it copies, hashes or replays: the
 * run would show nothing of what the protocol does elsewhere.
 */
export class SchemaSamples {
  readonly #class: AnyNodeClass
  #messages = 0

  constructor(nodeClass: AnyNodeClass) {
    this.#class = nodeClass
  }

  /** @throws ForgottenPart */
  message(message: unknown): void {
    this.#messages += 1
    if (this.#messages > firstMessages && this.#messages % messagesApart !== 0) return
    checkNothingForgotten(this.#class.schema.message, message as never, 'message')
  }

  /** @throws ForgottenPart */
  states(nodes: Iterable<AnyNode>): void {
    const { state } = this.#class
    let left = nodesLookedAt
    let bytes = 0
    for (const node of nodes) {
      if (left === 0 || bytes > stateBytesLookedAt) return
      checkNoFieldForgotten(state, node as never)
      left -= 1
      bytes += state.size(node as never)
    }
  }
}
