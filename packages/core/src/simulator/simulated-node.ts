import type {
  AnyNode,
  AnyNodeClass,
  AttackerHost,
  Digest,
  LogPosition,
  Micros,
  NodeId,
  Outcome,
  Output,
  RequestId,
  Signature,
  StateMachine,
  Type,
} from '../model/index.ts'
import { ForgottenPart, mixNumber } from '../model/index.ts'
import type { Random } from '../model/random.ts'
import { sha256 } from '../model/sha256.ts'
import type { Clock } from './clock.ts'
import type { Disk } from './disk.ts'
import { type Arrival, Inbox } from './inbox.ts'
import { NodeTimers } from './node-timers.ts'
import type { Observers } from './observers.ts'
import { Outbox } from './outbox.ts'
import { queued } from './queued.ts'
import type { SimulatedNodeParts } from './simulated-node-parts.ts'
import { eventCode } from './trace.ts'
import { handOver } from './transmission.ts'
import type { World } from './world.ts'

/** A timer beyond that is one that never goes off: 142 years. */
const longestDelayMicros = 2 ** 52

/**
 * The host of one simulated node: what stays when the node crashes (disk, clock, identity) and what
 * dies with it (the protocol's state, the machine, timers, messages not yet sent).
 */
export class SimulatedNode implements AttackerHost<unknown, unknown, string> {
  readonly self: NodeId
  readonly place: number
  readonly accomplices: readonly NodeId[]
  readonly nodes: readonly NodeId[]
  readonly peers: readonly NodeId[]
  readonly arena: Map<string, unknown>
  readonly clock: Clock
  readonly disk: Disk
  application: StateMachine
  /** The running protocol; undefined while the node is down. */
  node: AnyNode | undefined = undefined
  paused = false
  /** How many times slower than usual the node handles messages. */
  slowness = 1
  readonly #world: World
  readonly #class: AnyNodeClass
  readonly #observers: Observers
  readonly #random: Random
  readonly #timers: NodeTimers
  /** An independent fold of the node's records, where the world verifies it. */
  #shadow: AnyNode | undefined = undefined
  /** Counts the node's lives: what was meant for an earlier one is dropped. */
  #life = 0
  /** Whether a sync ended while the node was paused: there is one at a time. */
  #syncedWhilePaused = false
  /** What waits while the node is busy or paused, in order of arrival. */
  readonly #inbox = new Inbox()
  /** Whether the turn of the first in the inbox is in the world's queue. */
  #turnIsSet = false
  /** The node is occupied until then by what it has begun. */
  #busyUntilMicros: Micros = 0
  /** When what the current step sends leaves the node. */
  #departureMicros: Micros = 0
  #persisted: LogPosition = 0
  #durable: LogPosition = 0
  readonly #outbox = new Outbox()

  constructor(world: World, self: NodeId, parts: SimulatedNodeParts) {
    this.#world = world
    this.self = self
    this.place = parts.place
    this.accomplices = parts.accomplices
    this.#class = parts.nodeClass
    this.#observers = parts.observers
    this.nodes = parts.nodes
    this.peers = parts.peers
    this.arena = parts.arena
    this.clock = parts.clock
    this.disk = parts.disk
    this.#random = parts.random
    this.#timers = new NodeTimers(world, self, parts.place, parts.nodeClass.schema.timers)
    this.application = world.options.machine()
  }

  // What the protocol asks for.

  now(): Micros {
    return this.clock.localNow(this.#world.nowMicros)
  }

  random(): number {
    const { journal, options, nowMicros } = this.#world
    const value = options.schedule?.draw(this.self, nowMicros) ?? this.#random.next()
    journal?.drawings.push({ node: this.self, timeMicros: nowMicros, value })
    return value
  }

  send(to: NodeId, message: unknown): void {
    if (this.#persisted === this.#durable) return this.sendEagerly(to, message)
    const { transmission, trace } = this.#world
    const held = transmission.handOver(message)
    const { current: event } = trace
    this.#outbox.hold({ kind: 'message', position: this.#persisted, event, to, message: held })
  }

  sendEagerly(to: NodeId, message: unknown): void {
    this.#send(to, message, this.#world.trace.current)
  }

  #send(to: NodeId, message: unknown, sentIn: number): void {
    const { transmission } = this.#world
    transmission.message(this.self, this.place, to, message, this.#departureMicros, sentIn)
  }

  setTimer(timer: string, delay: Micros): void {
    const localDelay = Math.min(Math.max(0, Math.round(delay)), longestDelayMicros)
    const deadline = this.#world.nowMicros + this.clock.globalDelay(localDelay)
    this.#timers.set(timer, Math.min(deadline, Number.MAX_SAFE_INTEGER))
  }

  cancelTimer(timer: string): void {
    this.#timers.cancel(timer)
  }

  persist(record: unknown): LogPosition {
    const type = this.#class.schema.record as Type<unknown>
    const kept = handOver(this.#world.options.passing, type, record)
    this.#shadow?.apply(kept)
    this.#observers.recorded(this.self, kept)
    this.#persisted = this.disk.append(kept, type.size(kept))
    return this.#persisted
  }

  sign(bytes: Uint8Array): Signature {
    this.#spend(this.#world.options.costs.signMicros)
    return this.#world.signatures.sign(this.self, bytes)
  }

  verify(node: NodeId, bytes: Uint8Array, signature: Signature): boolean {
    this.#spend(this.#world.options.costs.verifyMicros)
    return this.#world.signatures.verify(node, bytes, signature)
  }

  hash(bytes: Uint8Array): Digest {
    this.#spend(this.#world.options.costs.hashMicros)
    return sha256(bytes)
  }

  mine(nBits: number): void {
    this.#world.mining.mine(this.self, nBits)
  }

  stopMining(): void {
    this.#world.mining.stop(this.self)
  }

  verifyWork(id: string, nBits: number): boolean {
    return this.#world.mining.verifyWork(id, nBits)
  }

  output(event: Output): void {
    this.#world.onOutput?.(this.self, event)
    this.#observers.output(this.self, event)
  }

  reply(request: RequestId, outcome: Outcome): void {
    const { current: event } = this.#world.trace
    if (this.#persisted === this.#durable) this.#reply(request, outcome, event)
    else this.#outbox.hold({ kind: 'reply', position: this.#persisted, event, request, outcome })
  }

  replyEagerly(request: RequestId, outcome: Outcome): void {
    this.#reply(request, outcome, this.#world.trace.current)
  }

  #reply(request: RequestId, outcome: Outcome, sentIn: number): void {
    const { transmission } = this.#world
    this.#observers.replied(this.self, request, outcome)
    transmission.reply(this.self, this.place, request, outcome, this.#departureMicros, sentIn)
  }

  // What happens to the node.

  /** Something has reached the node: it is handled now, or when the node has time. */
  arrive(arrival: Arrival): void {
    if (!this.node) return
    const busy = this.#busyUntilMicros > this.#world.nowMicros
    if (!busy && !this.paused && this.#inbox.size === 0) this.#handle(this.node, arrival)
    else {
      this.#inbox.push(arrival)
      this.#setTurn()
    }
  }

  /** The turn of the first in the inbox, in one life of the node. */
  begin(life: number): void {
    if (!this.node || life !== this.#life) return
    this.#turnIsSet = false
    const busy = this.#busyUntilMicros > this.#world.nowMicros
    if (!busy && !this.paused) {
      const arrival = this.#inbox.shift()
      if (arrival) this.#handle(this.node, arrival)
    }
    this.#setTurn()
  }

  #setTurn(): void {
    if (this.#turnIsSet || this.paused || this.#inbox.size === 0) return
    const { nowMicros, wheel } = this.#world
    const turn = Math.max(nowMicros, this.#busyUntilMicros)
    wheel.schedule(turn, queued.begin, this.place, this.#life, 0, undefined)
    this.#turnIsSet = true
  }

  #handle(node: AnyNode, arrival: Arrival): void {
    const { trace, nowMicros, options, causes } = this.#world
    const { schema } = this.#class
    this.#departureMicros = nowMicros
    this.#spend(options.costs.messageMicros)
    switch (arrival.kind) {
      case 'message': {
        const { from, message, hash } = arrival
        const kind = schema.message.kindOf(message as never)
        trace.add(eventCode.deliver, nowMicros, this.self, from, kind, hash)
        causes?.note(trace.current, arrival.sentIn, message)
        this.#step(() => node.receive(from, message))
        return
      }
      case 'request': {
        const { command, request } = arrival.request
        const kind = schema.command.kindOf(command as never)
        const hash = schema.command.hash(mixNumber(0, request.sequence), command as never)
        trace.add(eventCode.propose, nowMicros, this.self, request.client, kind, hash)
        causes?.note(trace.current, arrival.request.sentIn, command)
        this.#observers.proposed(this.self, command, request)
        this.#step(() => node.propose(command, request))
        return
      }
    }
  }

  /** A timer has gone off. Timers and syncs interrupt what the node is busy with. */
  timeout(timer: number): void {
    const { node } = this
    if (!node) return
    if (this.paused) {
      this.#timers.hold(timer)
      return
    }
    const { trace, nowMicros, options } = this.#world
    if (options.schedule) this.#timers.wentOff(timer, nowMicros)
    this.#departureMicros = nowMicros
    trace.add(eventCode.timeout, nowMicros, this.self, -1, timer, 0)
    this.#step(() => node.timeout(this.#class.schema.timers[timer] as string))
  }

  /** A sync of one life has ended: what waited for it leaves, and the node is told. */
  synced(life: number): void {
    const { node } = this
    if (!node || life !== this.#life) return
    if (this.paused) {
      this.#syncedWhilePaused = true
      return
    }
    const { trace, nowMicros } = this.#world
    this.#departureMicros = nowMicros
    const position = this.disk.completeSync()
    this.#durable = position
    trace.add(eventCode.durable, nowMicros, this.self, -1, -1, position | 0)
    this.#release(position)
    this.#step(() => node.durable(position))
  }

  /** Lets what waited for these records leave. */
  #release(durable: LogPosition): void {
    let held = this.#outbox.release(durable)
    while (held) {
      if (held.kind === 'message') this.#send(held.to, held.message, held.event)
      else this.#reply(held.request, held.outcome, held.event)
      held = this.#outbox.release(durable)
    }
  }

  /** The lottery was won. */
  mined(): void {
    const { node } = this
    if (!node || this.paused) return
    const { trace, nowMicros, mining } = this.#world
    this.#departureMicros = nowMicros
    trace.add(eventCode.mined, nowMicros, this.self, -1, -1, 0)
    this.#step(() => node.mined(mining.mint(this.self, node.template())))
  }

  /**
   * Runs one step. A protocol that throws has broken an assertion of its own: a violation, not a
   * failure of the simulator; but of a class whose schema forgets something no run can be believed.
   */
  #step(take: () => void): void {
    const observers = this.#observers
    const { wheel } = this.#world
    try {
      take()
    } catch (error) {
      if (error instanceof ForgottenPart) throw error
      const what = error instanceof Error ? error.message : String(error)
      observers.report('assertion', this.self, `node ${this.self} stopped itself: ${what}`)
      return
    }
    if (this.#persisted !== this.#durable) {
      const syncedAt = this.disk.startSync(this.#departureMicros)
      if (syncedAt !== undefined)
        wheel.schedule(syncedAt, queued.sync, this.place, this.#life, 0, undefined)
    }
    if (this.#shadow) this.#verifyFold(this.#shadow)
    if (this.node) observers.stepped(this.self, this.node)
  }

  #verifyFold(shadow: AnyNode): void {
    const { durable } = this.#class.state
    if (!this.node || durable.equal(this.node as never, shadow as never)) return
    const fields = durable.differing(this.node as never, shadow as never).join(', ')
    const what = `node ${this.self} changed ${fields} without a record`
    this.#observers.report('fold', this.self, what)
  }

  // Life and death.

  /** Starts the node from what its disk has. A node whose disk is corrupt stays down: what it once promised cannot be known. */
  boot(code: number): void {
    if (this.node || this.disk.condition === 'corrupt') return
    const { options, trace, nowMicros } = this.#world
    const records = this.disk.recover()
    this.application = options.machine()
    this.#durable = this.disk.durablePosition
    this.#persisted = this.#durable
    this.#departureMicros = nowMicros
    trace.add(code, nowMicros, this.self, -1, -1, records.length)
    this.#step(() => {
      const node = this.#revived(records)
      if (options.verifyFold) this.#shadow = this.#revived(records)
      this.node = node
      node.start()
    })
  }

  #revived(records: readonly unknown[]): AnyNode {
    const node = new this.#class(this, this.#world.options.parameters as never)
    for (const record of records) node.apply(record)
    return node
  }

  crash(): void {
    if (!this.node) return
    const { trace, nowMicros, mining } = this.#world
    trace.add(eventCode.crash, nowMicros, this.self, -1, -1, 0)
    this.disk.crash()
    this.node = undefined
    this.#shadow = undefined
    this.#life++
    this.paused = false
    this.#timers.cancelAll()
    this.#syncedWhilePaused = false
    this.#inbox.clear()
    this.#turnIsSet = false
    this.#outbox.clear()
    this.#busyUntilMicros = nowMicros
    mining.stop(this.self)
    this.#observers.crashed(this.self)
  }

  restart(): void {
    if (this.node) return
    this.boot(eventCode.restart)
    if (this.node) this.#observers.restarted(this.self, this.node)
  }

  /** The node stops without knowing; what reaches it waits, and comes when it goes on: timers first, then its disk, then messages. */
  pause(): void {
    if (this.node) this.paused = true
  }

  resume(): void {
    if (!this.paused) return
    this.paused = false
    this.#timers.release((timer) => this.timeout(timer))
    if (this.#syncedWhilePaused) {
      this.#syncedWhilePaused = false
      this.synced(this.#life)
    }
    this.#setTurn()
  }

  /** Lets the current step take longer. */
  #spend(micros: Micros): void {
    this.#departureMicros += Math.round(micros * this.slowness)
    this.#busyUntilMicros = Math.max(this.#busyUntilMicros, this.#departureMicros)
  }
}
