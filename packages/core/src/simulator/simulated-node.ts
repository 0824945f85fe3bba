import type {
  AnyNode,
  AnyNodeClass,
  AttackerHost,
  LogPosition,
  Micros,
  NodeId,
  Outcome,
  Output,
  RequestId,
  StateMachine,
  Type,
} from '../model/index.ts'
import { ForgottenPart, mixNumber } from '../model/index.ts'
import type { Random } from '../model/random.ts'
import type { Clock } from './clock.ts'
import type { Disk } from './disk.ts'
import type { Arrival } from './inbox.ts'
import { NodeServices } from './node-services.ts'
import { NodeTimers } from './node-timers.ts'
import type { Observers } from './observers.ts'
import { Outbox } from './outbox.ts'
import { queued } from './queued.ts'
import type { SimulatedNodeParts } from './simulated-node-parts.ts'
import { eventCode } from './trace.ts'
import { handOver, type Request } from './transmission.ts'
import type { World } from './world.ts'

/** A timer beyond that is one that never goes off: 142 years. */
const longestDelayMicros = 2 ** 52

/**
 * The host of one simulated node: what stays when the node crashes (disk, clock, identity) and what
 * dies with it (the protocol's state, the machine, timers, messages not yet sent).
 */
export class SimulatedNode extends NodeServices implements AttackerHost<unknown, unknown, string> {
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
  #persisted: LogPosition = 0
  #durable: LogPosition = 0
  readonly #outbox = new Outbox()

  constructor(world: World, self: NodeId, parts: SimulatedNodeParts) {
    super(world, self, parts.place)
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
    return this.clock.localNow(this.world.nowMicros)
  }

  random(): number {
    const { journal, options, nowMicros } = this.world
    const value = options.schedule?.draw(this.self, nowMicros) ?? this.#random.next()
    journal?.drawings.push({ node: this.self, timeMicros: nowMicros, value })
    return value
  }

  send(to: NodeId, message: unknown): void {
    if (this.#persisted === this.#durable) return this.sendEagerly(to, message)
    const { transmission, trace } = this.world
    const held = transmission.handOver(message)
    const { current: event } = trace
    this.#outbox.hold({ kind: 'message', position: this.#persisted, event, to, message: held })
  }

  sendEagerly(to: NodeId, message: unknown): void {
    this.#send(to, message, this.world.trace.current)
  }

  #send(to: NodeId, message: unknown, sentIn: number): void {
    const { transmission } = this.world
    transmission.message(
      this.self,
      this.place,
      to,
      message,
      this.occupation.departureMicros,
      sentIn,
    )
  }

  setTimer(timer: string, delay: Micros): void {
    const localDelay = Math.min(Math.max(0, Math.round(delay)), longestDelayMicros)
    const deadline = this.world.nowMicros + this.clock.globalDelay(localDelay)
    this.#timers.set(timer, Math.min(deadline, Number.MAX_SAFE_INTEGER))
  }

  cancelTimer(timer: string): void {
    this.#timers.cancel(timer)
  }

  persist(record: unknown): LogPosition {
    const type = this.#class.schema.record as Type<unknown>
    const kept = handOver(this.world.options.passing, type, record)
    this.#shadow?.apply(kept)
    this.#observers.recorded(this.self, kept)
    this.#persisted = this.disk.append(kept, type.size(kept))
    return this.#persisted
  }

  output(event: Output): void {
    this.world.onOutput?.(this.self, event)
    this.#observers.output(this.self, event)
  }

  reply(request: RequestId, outcome: Outcome): void {
    const { current: event } = this.world.trace
    if (this.#persisted === this.#durable) this.#reply(request, outcome, event)
    else this.#outbox.hold({ kind: 'reply', position: this.#persisted, event, request, outcome })
  }

  replyEagerly(request: RequestId, outcome: Outcome): void {
    this.#reply(request, outcome, this.world.trace.current)
  }

  #reply(request: RequestId, outcome: Outcome, sentIn: number): void {
    const { transmission } = this.world
    this.#observers.replied(this.self, request, outcome)
    transmission.reply(
      this.self,
      this.place,
      request,
      outcome,
      this.occupation.departureMicros,
      sentIn,
    )
  }

  // What happens to the node.

  /** A message has reached the node: it is handled now, or when the node has time. */
  arriveMessage(from: NodeId, message: unknown, hash: number, sentIn: number): void {
    const { node } = this
    if (!node) return
    if (this.occupation.free && !this.paused) this.#receive(node, from, message, hash, sentIn)
    else this.#wait({ kind: 'message', from, message, hash, sentIn })
  }

  /** The same of a client's request. */
  arriveRequest(request: Request): void {
    const { node } = this
    if (!node) return
    if (this.occupation.free && !this.paused) this.#propose(node, request)
    else this.#wait({ kind: 'request', request })
  }

  #wait(arrival: Arrival): void {
    this.occupation.wait(arrival)
    if (!this.paused) this.occupation.setTurn(this.#life)
  }

  /** The turn of the first that waits, in one life of the node. */
  begin(life: number): void {
    const { node } = this
    if (!node || life !== this.#life) return
    const arrival = this.occupation.takeTurn(this.paused)
    if (arrival?.kind === 'message') {
      const { from, message, hash, sentIn } = arrival
      this.#receive(node, from, message, hash, sentIn)
    } else if (arrival) this.#propose(node, arrival.request)
    if (!this.paused) this.occupation.setTurn(this.#life)
  }

  #receive(node: AnyNode, from: NodeId, message: unknown, hash: number, sentIn: number): void {
    const { trace, nowMicros, options, causes } = this.world
    this.occupation.beginStep()
    this.occupation.spend(options.costs.messageMicros)
    const kind = this.#class.schema.message.kindOf(message as never)
    trace.add(eventCode.deliver, nowMicros, this.self, from, kind, hash)
    causes?.note(trace.current, sentIn, message)
    try {
      node.receive(from, message)
    } catch (error) {
      return this.#failed(error)
    }
    this.#stepped()
  }

  #propose(node: AnyNode, { command, request, sentIn }: Request): void {
    const { trace, nowMicros, options, causes } = this.world
    this.occupation.beginStep()
    this.occupation.spend(options.costs.messageMicros)
    const type = this.#class.schema.command
    const kind = type.kindOf(command as never)
    const hash = type.hash(mixNumber(0, request.sequence), command as never)
    trace.add(eventCode.propose, nowMicros, this.self, request.client, kind, hash)
    causes?.note(trace.current, sentIn, command)
    this.#observers.proposed(this.self, command, request)
    try {
      node.propose(command, request)
    } catch (error) {
      return this.#failed(error)
    }
    this.#stepped()
  }

  /** A timer has gone off. Timers and syncs interrupt what the node is busy with. */
  timeout(timer: number): void {
    const { node } = this
    if (!node) return
    if (this.paused) {
      this.#timers.hold(timer)
      return
    }
    const { trace, nowMicros, options } = this.world
    if (options.schedule) this.#timers.wentOff(timer, nowMicros)
    this.occupation.beginStep()
    trace.add(eventCode.timeout, nowMicros, this.self, -1, timer, 0)
    try {
      node.timeout(this.#class.schema.timers[timer] as string)
    } catch (error) {
      return this.#failed(error)
    }
    this.#stepped()
  }

  /** A sync of one life has ended: what waited for it leaves, and the node is told. */
  synced(life: number): void {
    const { node } = this
    if (!node || life !== this.#life) return
    if (this.paused) {
      this.#syncedWhilePaused = true
      return
    }
    const { trace, nowMicros } = this.world
    this.occupation.beginStep()
    const position = this.disk.completeSync()
    this.#durable = position
    trace.add(eventCode.durable, nowMicros, this.self, -1, -1, position | 0)
    this.#release(position)
    try {
      node.durable(position)
    } catch (error) {
      return this.#failed(error)
    }
    this.#stepped()
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
    const { trace, nowMicros, mining } = this.world
    this.occupation.beginStep()
    trace.add(eventCode.mined, nowMicros, this.self, -1, -1, 0)
    try {
      node.mined(mining.mint(this.self, node.template()))
    } catch (error) {
      return this.#failed(error)
    }
    this.#stepped()
  }

  /**
   * A step ended in an error. A protocol that throws has broken an assertion of its own: a violation,
   * not a failure of the simulator; but of a class whose schema forgets something no run can be believed.
   */
  #failed(error: unknown): void {
    if (error instanceof ForgottenPart) throw error
    const what = error instanceof Error ? error.message : String(error)
    this.#observers.report('assertion', this.self, `node ${this.self} stopped itself: ${what}`)
  }

  /** A step has been taken: its records go to the disk, and whoever watches looks at the node. */
  #stepped(): void {
    if (this.#persisted !== this.#durable) {
      const syncedAt = this.disk.startSync(this.occupation.departureMicros)
      if (syncedAt !== undefined) {
        this.world.wheel.schedule(syncedAt, queued.sync, this.place, this.#life, 0, undefined)
      }
    }
    if (this.#shadow) this.#verifyFold(this.#shadow)
    if (this.node) this.#observers.stepped(this.self, this.node)
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
    const { options, trace, nowMicros } = this.world
    const records = this.disk.recover()
    this.application = options.machine()
    this.#durable = this.disk.durablePosition
    this.#persisted = this.#durable
    this.occupation.beginStep()
    trace.add(code, nowMicros, this.self, -1, -1, records.length)
    try {
      const node = this.#revived(records)
      if (options.verifyFold) this.#shadow = this.#revived(records)
      this.node = node
      node.start()
    } catch (error) {
      return this.#failed(error)
    }
    this.#stepped()
  }

  #revived(records: readonly unknown[]): AnyNode {
    const node = new this.#class(this, this.world.options.parameters as never)
    for (const record of records) node.apply(record)
    return node
  }

  crash(): void {
    if (!this.node) return
    const { trace, nowMicros, mining } = this.world
    trace.add(eventCode.crash, nowMicros, this.self, -1, -1, 0)
    this.disk.crash()
    this.node = undefined
    this.#shadow = undefined
    this.#life++
    this.paused = false
    this.#timers.cancelAll()
    this.#syncedWhilePaused = false
    this.#outbox.clear()
    this.occupation.end()
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
    this.occupation.setTurn(this.#life)
  }
}
