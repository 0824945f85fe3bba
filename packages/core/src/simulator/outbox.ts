import type { LogPosition, NodeId, Outcome, RequestId } from '../model/index.ts'
import { Fifo } from './fifo.ts'

/** A message or a reply that waits for the records persisted ahead of it. */
export type Held =
  | {
      readonly kind: 'message'
      readonly position: LogPosition
      /** In which it was sent. */
      readonly event: number
      readonly to: NodeId
      readonly message: unknown
    }
  | {
      readonly kind: 'reply'
      readonly position: LogPosition
      readonly event: number
      readonly request: RequestId
      readonly outcome: Outcome
    }

/** What a node has sent, and what may not leave yet: in the order of sending, so of positions too. */
export class Outbox {
  readonly #held = new Fifo<Held>()

  hold(held: Held): void {
    this.#held.push(held)
  }

  /** Takes out the next that waited for records up to a position, if there is one. */
  release(durable: LogPosition): Held | undefined {
    const { first } = this.#held
    return first === undefined || first.position > durable ? undefined : this.#held.shift()
  }

  clear(): void {
    this.#held.clear()
  }
}
