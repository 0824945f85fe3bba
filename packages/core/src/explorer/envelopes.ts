import type { NodeId } from '../model/identity.ts'
import { checkNothingForgotten } from '../model/schema/forgotten.ts'
import type { Renaming } from '../model/schema/rename.ts'
import type { Type } from '../model/schema/type.ts'
import { sealOf } from './seal.ts'
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
      seal: (value) => sealOf((writer) => message.write(writer, value)),
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

  /** The place of the same envelope where nodes have other numbers. */
  renamed(place: number, renaming: Renaming): number {
    const message = this.#type.rename(this.message(place), renaming)
    const from = renaming[this.from(place)] as NodeId
    return this.place(from, renaming[this.to(place)] as NodeId, message)
  }

  /** Whether the message is still what was sent: bytes cannot be frozen. */
  isUnchanged(place: number): boolean {
    return this.#messages.isUnchanged(this.#table.word(place, 2))
  }

  from(place: number): NodeId {
    return this.#table.word(place, 0) as NodeId
  }

  to(place: number): NodeId {
    return this.#table.word(place, 1) as NodeId
  }

  message(place: number): unknown {
    return this.#messages.at(this.#table.word(place, 2))
  }
}
