import type { AttackerHost, Digest, Signature } from '../model/host.ts'
import type { LogPosition, Micros, NodeId, RequestId } from '../model/identity.ts'
import type { Outcome, Output, Reply } from '../model/output.ts'
import { sha256 } from '../model/sha256.ts'
import type { StateMachine } from '../model/state-machine.ts'
import type { Draws } from './draws.ts'
import { type Departure, type LocalState, none, unarmed } from './local-state.ts'
import type { SharedWorld } from './shared-world.ts'

/**
 * The explorer's side of one node. It does nothing by itself: before a step it is loaded with what
 * the node's host held, the step changes that and leaves behind what it sent and said, and both are
 * taken from it as data.
 *
 * What it stands on, so that a step is a function of the node's state and the event alone:
 *
 * - **Time** is abstract. An armed timer may fire at any moment, whatever its delay. The node's
 *   clock stands still (`still`), or is set to a timer's deadline when that timer fires (`deadlines`).
 * - **Randomness** is enumerated: each draw gives each of the listed values.
 * - **Signatures** are ideal. **Work** is an oracle: whoever mines may succeed at any moment.
 */
export class ExplorerHost implements AttackerHost<unknown, unknown, string> {
  readonly self: NodeId
  readonly nodes: readonly NodeId[]
  readonly peers: readonly NodeId[]
  readonly application: StateMachine
  readonly arena: Map<string, unknown>
  readonly accomplices: readonly NodeId[]

  clockMicros: Micros = 0
  deadlines: Micros[] = []
  mining = none
  persisted: LogPosition = 0
  /** Records not yet durable, as places. */
  unsynced: number[] = []
  outbox: Departure[] = []

  // What the current step has brought forth.

  /** Envelopes that have left, as places. */
  sent: number[] = []
  outputs: Output[] = []
  replies: Reply[] = []

  readonly #world: SharedWorld
  readonly #draws: Draws

  constructor(self: NodeId, world: SharedWorld, application: StateMachine, draws: Draws) {
    this.self = self
    this.nodes = world.nodes
    this.peers = world.nodes.filter((node) => node !== self)
    this.application = application
    this.arena = world.arena
    this.accomplices = world.liars
    this.#world = world
    this.#draws = draws
  }

  /**
   * The host of a node that is only looked at, or only told of records: it answers who and where the
   * node is, and throws when the node tries to act.
   */
  static ofOnlooker(self: NodeId, world: SharedWorld, draws: Draws): ExplorerHost {
    const host = new ExplorerHost(self, world, unreachableMachine, draws)
    for (const collected of [host.deadlines, host.unsynced, host.outbox]) Object.freeze(collected)
    for (const collected of [host.sent, host.outputs, host.replies]) Object.freeze(collected)
    Object.freeze(host)
    return host
  }

  load(state: LocalState): void {
    this.clockMicros = state.clockMicros
    this.deadlines = [...state.deadlines]
    this.mining = state.mining
    this.persisted = state.persisted
    this.unsynced = [...state.unsynced]
    this.outbox = [...state.outbox]
    this.sent = []
    this.outputs = []
    this.replies = []
  }

  now(): Micros {
    return this.clockMicros
  }

  random(): number {
    return this.#draws.next()
  }

  send(to: NodeId, message: unknown): void {
    this.#depart('message', this.#envelope(to, message))
  }

  sendEagerly(to: NodeId, message: unknown): void {
    this.sent.push(this.#envelope(to, message))
  }

  setTimer(timer: string, delay: Micros): void {
    const place = this.#world.timerPlace(timer)
    const still = this.#world.clock === 'still'
    this.deadlines[place] = still ? 0 : this.clockMicros + Math.max(0, Math.round(delay))
  }

  cancelTimer(timer: string): void {
    this.deadlines[this.#world.timerPlace(timer)] = unarmed
  }

  persist(record: unknown): LogPosition {
    this.unsynced.push(this.#world.recordPlace(record))
    this.persisted += 1
    return this.persisted
  }

  sign(bytes: Uint8Array): Signature {
    return this.#world.signatures.sign(this.self, bytes)
  }

  verify(node: NodeId, bytes: Uint8Array, signature: Signature): boolean {
    return this.#world.signatures.verify(node, bytes, signature)
  }

  hash(bytes: Uint8Array): Digest {
    return sha256(bytes)
  }

  mine(nBits: number): void {
    this.mining = nBits
  }

  stopMining(): void {
    this.mining = none
  }

  verifyWork(id: string, nBits: number): boolean {
    return this.#world.work.verify(id, nBits)
  }

  output(event: Output): void {
    this.outputs.push(event)
  }

  reply(request: RequestId, outcome: Outcome): void {
    this.#depart('reply', this.#world.replies.place({ request, outcome }))
  }

  replyEagerly(request: RequestId, outcome: Outcome): void {
    this.replies.push({ request, outcome })
  }

  /** The oldest record that was not yet durable is so now; what waited for it alone leaves. */
  synced(): void {
    this.unsynced.shift()
    const waiting: Departure[] = []
    for (const { kind, place, behind } of this.outbox) {
      if (behind === 1) this.#leave(kind, place)
      else waiting.push({ kind, place, behind: behind - 1 })
    }
    this.outbox = waiting
  }

  #depart(kind: Departure['kind'], place: number): void {
    const behind = this.unsynced.length
    if (behind === 0) this.#leave(kind, place)
    else this.outbox.push({ kind, place, behind })
  }

  #leave(kind: Departure['kind'], place: number): void {
    if (kind === 'message') this.sent.push(place)
    else this.replies.push(this.#world.replies.at(place))
  }

  #envelope(to: NodeId, message: unknown): number {
    if (to === this.self || !this.nodes.includes(to)) {
      throw new RangeError(
        `node ${this.self} sends to ${to}: must be one of ${this.peers.join(', ')}`,
      )
    }
    return this.#world.envelopes.place(this.self, to, message)
  }
}

function unreachable(): never {
  throw new Error('the application is out of reach of invariants and of apply()')
}

const unreachableMachine: StateMachine = {
  apply: unreachable,
  query: unreachable,
  snapshot: unreachable,
  restore: unreachable,
  undo: unreachable,
  forgetUndo: unreachable,
}
