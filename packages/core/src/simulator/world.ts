import type {
  AnyNode,
  AnyNodeClass,
  Checker,
  Micros,
  Moment,
  NodeId,
  Output,
  ParameterValues,
  Protocol,
  Reply,
  RequestId,
  StateMachine,
  Violation,
} from '../model/index.ts'
import { mix, mixBytes, mixNumber, mixText } from '../model/index.ts'
import { Random } from '../model/random.ts'
import { Adversary, classOf } from './adversary.ts'
import type { ByzantineStrategy } from './byzantine.ts'
import { Causes, noEvent, type OnContent } from './causes.ts'
import { Clock } from './clock.ts'
import type { Costs } from './costs.ts'
import { Disk, type DiskModel } from './disk.ts'
import { Lottery } from './lottery.ts'
import { Mining } from './mining.ts'
import { Network } from './network/network.ts'
import type { NetworkProfile } from './network/profiles.ts'
import type { Synchrony } from './network/synchrony.ts'
import { Observers } from './observers.ts'
import { queued } from './queued.ts'
import { SchemaSamples } from './schema-samples.ts'
import { IdealSignatures } from './signatures.ts'
import { SimulatedNode } from './simulated-node.ts'
import { Journal } from './steps/journal.ts'
import type { Schedule } from './steps/schedule.ts'
import { type TimerSlot, TimingWheel } from './timing-wheel.ts'
import { eventCode, Trace } from './trace.ts'
import {
  type Letter,
  type Passing,
  type Request,
  type SentReply,
  Transmission,
} from './transmission.ts'

/** What runs a world's clients: it is told of replies, and woken when it asked to be. */
export interface Workload {
  start(world: World): void
  /** @param from the node that answered */
  replied(world: World, client: number, reply: Reply, from: NodeId): void
  /** The time has come that this client was last to be woken at. */
  woken(world: World, client: number): void
}

export interface WorldOptions {
  readonly protocol: Protocol
  /** The class to run: the protocol's own, or one of its mutants. */
  readonly node: AnyNodeClass
  readonly nodes: number
  readonly clients: number
  readonly seed: number
  readonly parameters: ParameterValues
  readonly network: NetworkProfile
  readonly synchrony: Synchrony
  readonly costs: Costs
  readonly disk: DiskModel
  /** Every clock is off by up to this much, either way. */
  readonly clockOffsetMicros: Micros
  /** And runs fast or slow by up to this many parts in a million. */
  readonly clockDriftPpm: number
  /** Hashes a second of each node, where the protocol mines. */
  readonly hashesPerSecond: readonly number[]
  readonly passing: Passing
  readonly machine: () => StateMachine
  readonly byzantine: ReadonlyMap<NodeId, ByzantineStrategy>
  readonly checkers: readonly Checker[]
  readonly recordTrace: boolean
  /** Keeps which event sent what each event received. */
  readonly recordCauses?: boolean
  /** Is shown what each event received, where causes are recorded. */
  readonly onContent?: OnContent | undefined
  /** Keeps what was sent, for a list of the steps of the run. */
  readonly recordSendings?: boolean
  /** The steps of the run, where they are listed: nothing else happens then. Made for this world alone. */
  readonly schedule?: Schedule | undefined
  /** Verifies after every step that the durable fields equal the fold of the records. For tests: it doubles the cost of a record. */
  readonly verifyFold?: boolean
}

/**
 * The simulated world: one protocol, its nodes, clients, network, disks and clocks, all from one
 * seed. It is a host in the sense of the contract, made of parts that each model one thing.
 */
export class World {
  readonly options: WorldOptions
  readonly wheel = new TimingWheel()
  readonly network: Network
  readonly transmission: Transmission
  readonly mining: Mining
  readonly signatures: IdealSignatures
  readonly observers: Observers
  readonly trace: Trace
  /** Undefined where they are not recorded. */
  readonly causes: Causes | undefined
  /** Undefined where what is sent is not recorded. */
  readonly journal: Journal | undefined
  /** The nodes, by number. */
  readonly hosts: readonly SimulatedNode[]
  /** The nodes, and after them the second copies of twins, by place. */
  readonly #places: readonly SimulatedNode[]
  readonly #adversary: Adversary | undefined
  readonly #samples: SchemaSamples
  /** What faults draw from, so that adding one does not reshuffle the rest. */
  readonly faultRandom: Random
  readonly workloadRandom: Random
  nowMicros: Micros = 0
  /** Set to end `advance` after the current event. */
  stopped = false
  /** Set by whoever wants to see what nodes put out. */
  onOutput: ((node: NodeId, output: Output) => void) | undefined = undefined
  readonly #workload: Workload | undefined
  /** Each client's, in the timing wheel. */
  readonly #alarms: readonly TimerSlot[]

  constructor(options: WorldOptions, workload?: Workload) {
    this.options = options
    this.#workload = workload
    // Listed steps are named by when they were sent, which the trace knows.
    this.trace = new Trace(options.recordTrace || options.schedule !== undefined)
    this.journal = options.recordSendings ? new Journal() : undefined
    this.causes = options.recordCauses ? new Causes(options.onContent) : undefined
    this.observers = new Observers(options.checkers, this.trace)
    const random = new Random(options.seed)
    this.faultRandom = random.split('faults')
    this.workloadRandom = random.split('workload')
    this.signatures = new IdealSignatures(random.split('signatures'))
    this.network = new Network(options.network, {
      nodes: options.nodes,
      endpoints: options.nodes + options.clients,
      random: random.split('network'),
      synchrony: options.synchrony,
    })
    this.#samples = new SchemaSamples(options.node)
    const { node, passing, byzantine, nodes, clients, protocol } = options
    this.#adversary =
      byzantine.size === 0 ? undefined : new Adversary(byzantine, nodes, random.split('adversary'))
    const { wheel, trace, network } = this
    this.transmission = new Transmission({
      schema: node.schema,
      samples: this.#samples,
      passing,
      network,
      wheel,
      trace,
      adversary: this.#adversary,
      nodes,
      clients,
      causes: this.causes,
      journal: this.journal,
      schedule: options.schedule,
    })
    const expectedHashes = protocol.expectedHashes ?? (() => Number.POSITIVE_INFINITY)
    const lottery = new Lottery(random.split('lottery'), options.hashesPerSecond, expectedHashes)
    this.mining = new Mining(lottery, wheel)
    this.#places = this.#buildHosts(random)
    this.hosts = this.#places.slice(0, nodes)
    this.#alarms = Array.from({ length: clients }, (_, client) =>
      this.wheel.addTimer(queued.wake, client, 0, 0, undefined),
    )
  }

  #buildHosts(random: Random): SimulatedNode[] {
    const { options } = this
    const nodes = Array.from({ length: options.nodes }, (_, node) => node)
    const arena = new Map<string, unknown>()
    const clocks = random.split('clocks')
    // Nobody is told what a node does that does not follow the protocol: nothing is promised of it.
    const unobserved = new Observers([], this.trace)
    const build = (self: NodeId, place: number): SimulatedNode => {
      const own = random.split(place === self ? `node ${self}` : `twin ${self}`)
      const strategy = options.byzantine.get(self)
      return new SimulatedNode(this, self, {
        place,
        nodeClass: classOf(strategy, options.node, options.protocol.attacks),
        accomplices: this.#adversary?.accomplices ?? [],
        observers: strategy ? unobserved : this.observers,
        nodes,
        peers: this.network.neighbours[self] as readonly NodeId[],
        arena,
        clock: new Clock({
          offsetMicros: Math.round(clocks.uniform(-1, 1) * options.clockOffsetMicros),
          driftPpm: Math.round(clocks.uniform(-1, 1) * options.clockDriftPpm),
        }),
        disk: new Disk(options.disk, own.split('disk')),
        random: own.split('protocol'),
      })
    }
    const twins = this.#adversary?.twins ?? []
    return [
      ...nodes.map((self) => build(self, self)),
      ...twins.map((self, i) => build(self, options.nodes + i)),
    ]
  }

  get violation(): Violation | undefined {
    return this.observers.violation
  }

  /** Starts every node and the workload. Comes once, before anything else. */
  start(): void {
    for (const host of this.#places) host.boot(eventCode.start)
    this.mining.settle(this.nowMicros)
    this.#workload?.start(this)
  }

  /**
   * Runs until `limitMicros` is reached, `maximumEvents` more have happened, or somebody stopped the
   * world (a workload that has all it wanted, or a violation).
   */
  advance(
    limitMicros: Micros,
    maximumEvents = Number.POSITIVE_INFINITY,
  ): 'time' | 'events' | 'stopped' {
    const last = this.trace.length + maximumEvents
    // Whoever holds the world may have stopped a miner since.
    this.mining.settle(this.nowMicros)
    while (!this.stopped) {
      if (this.trace.length >= last) return 'events'
      if (!this.wheel.pop(limitMicros)) {
        this.#setNow(Math.max(this.nowMicros, limitMicros))
        return 'time'
      }
      this.#setNow(this.wheel.time)
      this.#dispatch()
      this.mining.settle(this.nowMicros)
      this.observers.glance()
      if (this.observers.violation) this.stopped = true
    }
    return 'stopped'
  }

  #setNow(micros: Micros): void {
    this.nowMicros = micros
    this.observers.nowMicros = micros
  }

  /** Each queued event is one step of one node, one of the clients, or one action. */
  #dispatch(): void {
    const { kind, node, a, b, payload } = this.wheel
    switch (kind) {
      case queued.deliver:
        return this.#at(node).arriveMessage(a, payload, b, noEvent)
      case queued.letter: {
        const { message, sentIn } = payload as Letter
        return this.#at(node).arriveMessage(a, message, b, sentIn)
      }
      case queued.request:
        return this.#at(node).arriveRequest(payload as Request)
      case queued.timeout:
        return this.#at(node).timeout(a)
      case queued.begin:
        return this.#at(node).begin(a)
      case queued.sync:
        return this.#at(node).synced(a)
      case queued.lottery:
        return this.hostOf(this.mining.drawWinner()).mined()
      case queued.reply:
        return this.#replied(node, a, payload as SentReply)
      case queued.wake:
        return this.#workload?.woken(this, node)
      default:
        return (payload as () => void)()
    }
  }

  #replied(client: number, from: NodeId, reply: SentReply): void {
    const { outcome, request } = reply
    const content =
      outcome.kind === 'done'
        ? mixBytes(0, outcome.result)
        : mixText(outcome.leader ?? -1, outcome.reason)
    const hash = mix(mixNumber(0, request.sequence), content)
    this.trace.add(eventCode.reply, this.nowMicros, from, client, -1, hash)
    this.causes?.note(this.trace.current, reply.sentIn, reply)
    this.causes?.noteAnswer(client, this.trace.current)
    this.#workload?.replied(this, client, reply, from)
  }

  /** Tells the checkers that the run is over, and looks for violations once more. */
  finish(): void {
    this.#samples.states(this.correct().values())
    this.observers.finished(this.correct())
  }

  /** The nodes that are up, by number. */
  alive(): Map<NodeId, AnyNode> {
    const alive = new Map<NodeId, AnyNode>()
    for (const host of this.hosts) if (host.node) alive.set(host.self, host.node)
    return alive
  }

  /** The nodes that are up, run and follow the protocol, by number. */
  correct(): Map<NodeId, AnyNode> {
    const correct = this.alive()
    for (const host of this.hosts) if (host.paused) correct.delete(host.self)
    for (const id of this.options.byzantine.keys()) correct.delete(id)
    return correct
  }

  /** A node, and where it is a twin its second copy too. */
  copiesOf(id: NodeId): readonly SimulatedNode[] {
    const second = this.#adversary?.secondCopyOf(id)
    const host = this.hostOf(id)
    return second === undefined ? [host] : [host, this.#at(second)]
  }

  /** The event that goes on, and the time. */
  moment(): Moment {
    return this.observers.moment()
  }

  /** Does something at a time: how faults come and go. It must not depend on anything but the world. */
  at(timeMicros: Micros, action: () => void): void {
    this.wheel.schedule(timeMicros, queued.action, 0, 0, 0, action)
  }

  /** Notes a fault in the trace, so that two runs that differ in their faults differ in their hashes. */
  noteFault(description: string): void {
    this.trace.add(eventCode.fault, this.nowMicros, 0, -1, -1, mixText(0, description))
    this.causes?.note(this.trace.current, noEvent, description)
  }

  /** Sends a client's request to a node. */
  request(client: number, to: NodeId, command: unknown, request: RequestId): void {
    const sentIn = this.causes?.latestOf(client) ?? noEvent
    this.journal?.askings.push({ sentMicros: this.nowMicros, client, to, command, request })
    this.transmission.request(client, to, { command, request, sentIn }, this.nowMicros)
  }

  /** The same, where the steps of the run are listed: the request arrives when they say so. */
  requestListed(
    client: number,
    to: NodeId,
    command: unknown,
    request: RequestId,
    takesMicros: Micros,
  ): void {
    const sentIn = this.causes?.latestOf(client) ?? noEvent
    const sentMicros = this.nowMicros
    this.journal?.askings.push({ sentMicros, client, to, command, request })
    this.transmission.arrive(to, { command, request, sentIn }, sentMicros + takesMicros)
  }

  /** Wakes a client at a time, and no longer at the one that was asked for before. */
  wakeAt(timeMicros: Micros, client: number): void {
    this.wheel.setTimer(this.#alarms[client] as TimerSlot, timeMicros)
  }

  #at(place: number): SimulatedNode {
    const host = this.#places[place]
    if (!host) throw new RangeError(`nobody is at place ${place}`)
    return host
  }

  hostOf(id: NodeId): SimulatedNode {
    const host = this.hosts[id]
    if (!host) throw new RangeError(`no node ${id}: the nodes are 0 to ${this.hosts.length - 1}`)
    return host
  }
}
