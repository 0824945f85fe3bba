import type { NodeId } from '../model/index.ts'
import type { Request } from './transmission.ts'

/** What a node was sent: it is handled at once, or waits while the node is busy or paused. */
export type Arrival =
  | {
      readonly kind: 'message'
      readonly from: NodeId
      readonly message: unknown
      readonly hash: number
    }
  | { readonly kind: 'request'; readonly request: Request }

/** Emptied places at the front are dropped once there are so many, and at least as many as waiting. */
const emptiedPlaces = 1024

/** What waits for a node to have time: first come, first served. */
export class Inbox {
  readonly #arrivals: (Arrival | undefined)[] = []
  #first = 0

  get size(): number {
    return this.#arrivals.length - this.#first
  }

  push(arrival: Arrival): void {
    this.#arrivals.push(arrival)
  }

  shift(): Arrival | undefined {
    const arrival = this.#arrivals[this.#first]
    if (arrival === undefined) return undefined
    this.#arrivals[this.#first] = undefined
    this.#first++
    if (this.#first === this.#arrivals.length) this.clear()
    else if (this.#first >= emptiedPlaces && this.#first >= this.size) {
      this.#arrivals.splice(0, this.#first)
      this.#first = 0
    }
    return arrival
  }

  clear(): void {
    this.#arrivals.length = 0
    this.#first = 0
  }
}
