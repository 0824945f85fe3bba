import type { LogPosition, NodeId, Outcome, RequestId } from '../model/index.ts'

/** A message or a reply that waits for the records persisted ahead of it. */
export type Held =
  | {
      readonly kind: 'message'
      readonly position: LogPosition
      readonly to: NodeId
      readonly message: unknown
    }
  | {
      readonly kind: 'reply'
      readonly position: LogPosition
      readonly request: RequestId
      readonly outcome: Outcome
    }

/** What a node has sent, and what may not leave yet: in the order of sending, so of positions too. */
export class Outbox {
  readonly #held: Held[] = []

  hold(held: Held): void {
    this.#held.push(held)
  }

  /** Takes out what waited for records up to a position, in order. */
  release(durable: LogPosition): Held[] {
    const kept = this.#held.findIndex(({ position }) => position > durable)
    return this.#held.splice(0, kept === -1 ? this.#held.length : kept)
  }

  clear(): void {
    this.#held.length = 0
  }
}
