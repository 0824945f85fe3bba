import type { SharedWorld } from './shared-world.ts'
import type { Twins } from './twins.ts'

/** To which node, or copy of a twin, envelopes are delivered: worked out when first asked for. */
export class Addressees {
  readonly #world: SharedWorld
  readonly #twins: Twins
  readonly #places: number[] = []

  constructor({ world, twins }: { readonly world: SharedWorld; readonly twins: Twins }) {
    this.#world = world
    this.#twins = twins
  }

  /** The place of the node or copy that an envelope is delivered to. */
  of(envelope: number): number {
    let place = this.#places[envelope]
    if (place === undefined) {
      const { envelopes } = this.#world
      place = this.#twins.placeFor(envelopes.to(envelope), envelopes.from(envelope))
      this.#places[envelope] = place
    }
    return place
  }
}
