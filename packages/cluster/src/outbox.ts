import type { LogPosition, NodeId, Outcome, RequestId } from '@quorate/core/model'

/** What may leave a node: a message to a peer, or an answer to a client. */
export type Departure =
  | { readonly kind: 'message'; readonly to: NodeId; readonly frame: Uint8Array }
  | { readonly kind: 'reply'; readonly request: RequestId; readonly outcome: Outcome }

interface Held {
  readonly position: LogPosition
  readonly departure: Departure
}

/** Holds back, in order, what must not leave before the records persisted ahead of it are durable. */
export class Outbox {
  readonly #depart: (departure: Departure) => void
  #held: Held[] = []
  #heldBytes = 0

  constructor(depart: (departure: Departure) => void) {
    this.#depart = depart
  }

  /** Bytes of messages that wait for the disk. */
  get heldBytes(): number {
    return this.#heldBytes
  }

  /** Lets go of the departure once the log is durable up to `position`. */
  hold(position: LogPosition, departure: Departure): void {
    this.#held.push({ position, departure })
    this.#heldBytes += bytesOf(departure)
  }

  /** The log is durable up to `position`. */
  release(position: LogPosition): void {
    let count = 0
    for (; count < this.#held.length; count += 1) {
      const { position: needed, departure } = this.#held[count] as Held
      if (needed > position) break
      this.#heldBytes -= bytesOf(departure)
      this.#depart(departure)
    }
    if (count === this.#held.length) this.#held = []
    else if (count > 0) this.#held = this.#held.slice(count)
  }
}

function bytesOf(departure: Departure): number {
  return departure.kind === 'message' ? departure.frame.length : 0
}
