import type { NodeId } from '../model/identity.ts'
import { checkNothingForgotten } from '../model/schema/forgotten.ts'
import type { Type } from '../model/schema/type.ts'
import { ValueTable } from './value-table.ts'
import { VectorTable } from './vector-table.ts'

/** Messages with their senders and addressees. Equal envelopes are one, known by its place. */
export class Envelopes {
  readonly #messages: ValueTable<unknown>
  readonly #type: Type<unknown>
  readonly #table = new VectorTable()

  constructor(message: Type<unknown>) {
    this.#type = message
    this.#messages = new ValueTable({
      hash: (value) => message.hash(0, value),
      equal: (left, right) => message.equal(left, right),
    })
  }

  get count(): number {
    return this.#table.count
  }

  /** The place of this envelope. Its message is frozen: a protocol that changes it in flight throws. */
  place(from: NodeId, to: NodeId, message: unknown): number {
    checkNothingForgotten(this.#type, message, 'message')
    const content = this.#messages.place(message, (sent) => {
      this.#type.freeze(sent)
      return sent
    })
    const words = this.#table.reserve(3)
    const { end } = this.#table
    words[end] = from
    words[end + 1] = to
    words[end + 2] = content
    return this.#table.enter(3)
  }

  from(place: number): NodeId {
    return this.#table.words[this.#table.start(place)] as NodeId
  }

  to(place: number): NodeId {
    return this.#table.words[this.#table.start(place) + 1] as NodeId
  }

  message(place: number): unknown {
    return this.#messages.at(this.#table.words[this.#table.start(place) + 2] as number)
  }
}
