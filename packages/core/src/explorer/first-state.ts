import type { OpeningEvent } from '../model/check-world.ts'
import type { NodeId } from '../model/identity.ts'
import type { AnyNode } from '../model/machine.ts'
import type { ExploredNode } from './explored-node.ts'
import { deliver, localEvent, sync } from './local-event.ts'
import { checkPossible, type OwnOpeningEvent, placedEvent } from './opening.ts'
import type { Opening, Setting } from './options.ts'
import type { StepOutcome } from './step-outcome.ts'

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
  /** A bit for each command that was put. */
  readonly put: number
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
  #put = 0

  constructor(setting: Setting<N>) {
    this.#setting = setting
  }

  take(): FirstState | Thrown {
    const { nodes, opening, network } = this.#setting
    for (const [place, node] of nodes.entries()) {
      const thrown = this.#note(place, node.self, absent, node.start())
      if (thrown) return thrown
    }
    const thrown = this.#open(opening)
    if (thrown) return thrown
    const sorted = this.#inFlight.sort((left, right) => left - right)
    const inFlight = network === 'set' ? [...new Set(sorted)] : sorted
    return { locals: this.#locals, inFlight, history: this.#history, put: this.#put }
  }

  #open(opening: Opening): Thrown | undefined {
    const { world } = this.#setting
    if (opening === 'started') return undefined
    if (opening === 'settled') return this.#settle(world.nodes)
    for (const place of this.#locals.keys()) {
      const thrown = this.#syncAll(place)
      if (thrown) return thrown
    }
    for (const opened of opening) {
      const thrown = this.#openBy(opened)
      if (thrown) return thrown
    }
    return undefined
  }

  #openBy(opened: OpeningEvent): Thrown | undefined {
    if ('settle' in opened) return this.#settleAmong(opened)
    if ('deliver' in opened) return this.#deliverFirst(opened)
    if ('lose' in opened) {
      this.#inFlight = []
      return undefined
    }
    return this.#happen(opened)
  }

  #deliverFirst(opened: Extract<OpeningEvent, { readonly deliver: unknown }>): Thrown | undefined {
    const { envelopes } = this.#setting.world
    const [from, to] = opened.deliver
    const at = this.#inFlight.findIndex(
      (envelope) => envelopes.from(envelope) === from && envelopes.to(envelope) === to,
    )
    const [envelope] = at < 0 ? [] : this.#inFlight.splice(at, 1)
    if (envelope === undefined) {
      throw new RangeError(`opening: nothing is in flight: ${JSON.stringify(opened)}`)
    }
    return this.#deliver(envelope)
  }

  #happen(opened: OwnOpeningEvent): Thrown | undefined {
    const placed = placedEvent(this.#setting, opened)
    const { place, event, command } = placed
    const node = this.#setting.nodes[place] as ExploredNode<N>
    const local = this.#locals[place] as number
    checkPossible(node, local, placed, opened)
    if (command !== undefined) this.#put |= 1 << command
    const outcome = node.step(local, event)[0] as StepOutcome
    return this.#note(place, node.self, absent, outcome) ?? this.#syncAll(place)
  }

  #syncAll(place: number): Thrown | undefined {
    const node = this.#setting.nodes[place] as ExploredNode<N>
    while (node.ownEvents(this.#locals[place] as number).includes(localEvent(sync, 0))) {
      const outcomes = node.step(this.#locals[place] as number, localEvent(sync, 0))
      const thrown = this.#note(place, node.self, absent, outcomes[0] as StepOutcome)
      if (thrown) return thrown
    }
    return undefined
  }

  #settleAmong({ settle, others = 'lost' }: Extract<OpeningEvent, { readonly settle: unknown }>) {
    const { nodes } = this.#setting.world
    const among = settle === 'all' ? nodes : settle
    const late: number[] = []
    const thrown = this.#settle(among, late)
    if (others === 'late') this.#inFlight.push(...late)
    return thrown
  }

  /** Delivers everything in flight among some nodes, first sent first, until nothing is; tells what was for others. */
  #settle(among: readonly NodeId[], others: number[] = []): Thrown | undefined {
    const { envelopes } = this.#setting.world
    for (let delivered = 0; this.#inFlight.length > 0; delivered += 1) {
      if (delivered === maximumSettling) {
        throw new RangeError(`explore: not settled after ${maximumSettling} messages`)
      }
      const envelope = this.#inFlight.shift() as number
      const self = envelopes.to(envelope)
      if (!among.includes(self) || !among.includes(envelopes.from(envelope))) {
        others.push(envelope)
        continue
      }
      const thrown = this.#deliver(envelope)
      if (thrown) return thrown
    }
    return undefined
  }

  #deliver(envelope: number): Thrown | undefined {
    const { nodes, world, twins, opening } = this.#setting
    const { envelopes } = world
    const self = envelopes.to(envelope)
    const place = twins.placeFor(self, envelopes.from(envelope))
    const node = nodes[place] as ExploredNode<N>
    if (!node.isUp(this.#locals[place] as number)) return undefined
    const outcomes = node.step(this.#locals[place] as number, localEvent(deliver, envelope))
    const thrown = this.#note(place, self, envelope, outcomes[0] as StepOutcome)
    // In an opening that is told event by event, disks are quick.
    return thrown ?? (opening === 'settled' ? undefined : this.#syncAll(place))
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
