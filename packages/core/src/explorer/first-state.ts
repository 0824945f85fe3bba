import type { NodeId } from '../model/identity.ts'
import type { AnyNode } from '../model/machine.ts'
import type { ExploredNode, StepOutcome } from './explored-node.ts'
import { deliver, localEvent } from './local-event.ts'
import type { Setting } from './options.ts'

/** No envelope. */
const absent = -1
/** A protocol that is still talking to itself after so many messages will not stop. */
const maximumSettling = 100_000

/** What exploration begins with, as places. */
export interface FirstState {
  /** The own state of each node, and of each second copy of a twin. */
  readonly locals: readonly number[]
  /** In ascending order. */
  readonly inFlight: readonly number[]
  readonly history: number
}

interface Thrown {
  readonly thrown: string
  readonly node: NodeId
}

/** The first state, or what a node threw on the way there. Random draws all give their first value. */
export function firstStateOf<N extends AnyNode>(setting: Setting<N>): FirstState | Thrown {
  return new Beginning(setting).take()
}

class Beginning<N extends AnyNode> {
  readonly #setting: Setting<N>
  readonly #locals: number[] = []
  #inFlight: number[] = []
  #history = 0

  constructor(setting: Setting<N>) {
    this.#setting = setting
  }

  take(): FirstState | Thrown {
    const { nodes, opening, network } = this.#setting
    for (const [place, node] of nodes.entries()) {
      const thrown = this.#note(place, node.self, absent, node.start())
      if (thrown) return thrown
    }
    const thrown = opening === 'settled' ? this.#settle() : undefined
    if (thrown) return thrown
    const sorted = this.#inFlight.sort((left, right) => left - right)
    const inFlight = network === 'set' ? [...new Set(sorted)] : sorted
    return { locals: this.#locals, inFlight, history: this.#history }
  }

  /** Delivers everything in flight, first sent first, until nothing is. */
  #settle(): Thrown | undefined {
    const { nodes, world, twins } = this.#setting
    const { envelopes } = world
    for (let delivered = 0; this.#inFlight.length > 0; delivered += 1) {
      if (delivered === maximumSettling) {
        throw new RangeError(`explore: not settled after ${maximumSettling} messages`)
      }
      const envelope = this.#inFlight.shift() as number
      const self = envelopes.to(envelope)
      const place = twins.placeFor(self, envelopes.from(envelope))
      const node = nodes[place] as ExploredNode<N>
      const outcomes = node.step(this.#locals[place] as number, localEvent(deliver, envelope))
      const thrown = this.#note(place, self, envelope, outcomes[0] as StepOutcome)
      if (thrown) return thrown
    }
    return undefined
  }

  #note(place: number, node: NodeId, received: number, outcome: StepOutcome): Thrown | undefined {
    if (outcome.thrown !== undefined) return { thrown: outcome.thrown, node }
    this.#locals[place] = outcome.next
    this.#inFlight.push(...outcome.sent)
    const { histories } = this.#setting
    this.#history = histories?.after(this.#history, node, received, outcome) ?? 0
    return undefined
  }
}
