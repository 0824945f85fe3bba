import {
  type Checker,
  decode,
  encode,
  type Micros,
  type Moment,
  type NodeId,
  type Outcome,
  type Output,
  parameterValues,
  type RequestId,
  text,
  type Violation,
} from '../../../model/index.ts'
import { Random } from '../../../model/random.ts'
import { type RaftCommand, RaftMessage, type RaftRecord } from '../raft.messages.ts'
import { raftParameters } from '../raft.parameters.ts'
import { Raft } from '../raft.ts'
import { Journal } from './journal.ts'
import { ScriptedHost, type ScriptedWorld } from './scripted-host.ts'

export type RaftTimer = (typeof Raft.schema.timers)[number]

export interface InFlight {
  readonly from: NodeId
  readonly to: NodeId
  readonly message: RaftMessage
}

export interface Replied {
  readonly node: NodeId
  readonly request: RequestId
  readonly outcome: Outcome
}

export interface ClusterOptions {
  readonly nodes: number
  readonly parameters?: { readonly [name: string]: number }
  readonly node?: typeof Raft
  /** Whether every step's records are on disk when the step ends; the default. */
  readonly autoSync?: boolean
  readonly checkers?: readonly Checker<Raft>[]
  readonly seed?: number
}

/**
 * A cluster in which nothing happens by itself: a script delivers or drops messages, fires timers,
 * syncs disks, crashes and restarts servers. Messages and records pass through their codecs and are
 * frozen; after every step the durable fields must equal the fold of the records.
 */
export class ScriptedCluster implements ScriptedWorld {
  readonly nodes: readonly NodeId[]
  readonly hosts: readonly ScriptedHost[]
  readonly inFlight: InFlight[] = []
  readonly replies: Replied[] = []
  readonly outputs: { readonly node: NodeId; readonly output: Output }[] = []
  now: Micros = 1_000_000
  private readonly options: ClusterOptions
  private readonly stream: Random
  private events = 0
  /** An independent fold of each node's records. */
  private readonly folds: Raft[] = []

  constructor(options: ClusterOptions) {
    this.options = options
    this.stream = new Random(options.seed ?? 1)
    this.nodes = Array.from({ length: options.nodes }, (_, id) => id)
    this.hosts = this.nodes.map((id) => new ScriptedHost(this, id))
    for (const id of this.nodes) this.boot(id)
  }

  // ── What hosts ask of their world. ──

  random(): number {
    return this.stream.next()
  }

  sent(from: NodeId, to: NodeId, message: RaftMessage): void {
    const passed = decode(RaftMessage, encode(RaftMessage, message))
    RaftMessage.freeze(passed)
    this.inFlight.push({ from, to, message: passed })
  }

  recorded(node: NodeId, record: RaftRecord): void {
    this.folds[node]?.apply(record)
    for (const checker of this.checkers) checker.recorded?.(node, record, this.moment)
  }

  output(node: NodeId, output: Output): void {
    this.outputs.push({ node, output })
    for (const checker of this.checkers) checker.output?.(node, output, this.moment)
  }

  replied(node: NodeId, request: RequestId, outcome: Outcome): void {
    this.replies.push({ node, request, outcome })
    for (const checker of this.checkers) checker.replied?.(node, request, outcome, this.moment)
  }

  // ── Steps. ──

  private get checkers(): readonly Checker<Raft>[] {
    return this.options.checkers ?? []
  }

  get moment(): Moment {
    return { event: this.events, timeMicros: this.now }
  }

  get violation(): Violation | undefined {
    for (const { violation } of this.checkers) if (violation !== undefined) return violation
    return undefined
  }

  node(id: NodeId): Raft {
    const { node } = this.host(id)
    if (node === undefined) throw new Error(`node ${id} is down`)
    return node
  }

  host(id: NodeId): ScriptedHost {
    const host = this.hosts[id]
    if (host === undefined) throw new RangeError(`no node ${id}`)
    return host
  }

  get living(): Map<NodeId, Raft> {
    const living = new Map<NodeId, Raft>()
    for (const { self, node } of this.hosts) if (node !== undefined) living.set(self, node)
    return living
  }

  get leader(): NodeId | undefined {
    let leader: NodeId | undefined
    for (const [id, node] of this.living) {
      if (node.role !== 'leader') continue
      if (leader === undefined || node.currentTerm > this.node(leader).currentTerm) leader = id
    }
    return leader
  }

  private step(id: NodeId, action: (node: Raft) => void): void {
    action(this.node(id))
    this.verifyFold(id)
    this.events += 1
    for (const checker of this.checkers) checker.stepped?.(id, this.node(id), this.moment)
    if (this.options.autoSync !== false) this.sync(id)
  }

  private verifyFold(id: NodeId): void {
    const fold = this.folds[id] as Raft
    const { durable } = Raft.state
    // A planted bug may be just that.
    if (this.options.node !== undefined) return
    if (durable.equal(this.node(id) as never, fold as never)) return
    const fields = durable.differing(this.node(id) as never, fold as never)
    throw new Error(`node ${id} changed ${fields.join(', ')} without a record`)
  }

  private boot(id: NodeId): void {
    const host = this.host(id)
    const Class = this.options.node ?? Raft
    const parameters = parameterValues(raftParameters, this.options.parameters)
    host.application = new Journal()
    host.node = new Class(host, parameters)
    this.folds[id] = new Raft(host, parameters)
    for (const record of host.records) {
      host.node.apply(record)
      this.folds[id]?.apply(record)
    }
    this.step(id, (node) => node.start())
  }

  /** Lets the disk take everything, or the records up to `position`. */
  sync(id: NodeId, position = this.host(id).records.length): void {
    const host = this.host(id)
    if (position <= host.durable) return
    host.reach(position)
    this.step(id, (node) => node.durable(position))
  }

  timeout(id: NodeId, timer: RaftTimer): void {
    if (!this.host(id).timers.delete(timer)) throw new Error(`node ${id} has not armed ${timer}`)
    this.step(id, (node) => node.timeout(timer))
  }

  crash(id: NodeId): void {
    this.host(id).crash()
    this.events += 1
    for (const checker of this.checkers) checker.crashed?.(id, this.moment)
  }

  restart(id: NodeId): void {
    this.boot(id)
    this.events += 1
    for (const checker of this.checkers) checker.restarted?.(id, this.node(id), this.moment)
  }

  /** Gives a server another past: it comes back with these records. */
  replaceDisk(id: NodeId, records: readonly RaftRecord[]): void {
    const host = this.host(id)
    this.crash(id)
    host.records.splice(0, host.records.length, ...records)
    host.durable = records.length
    this.restart(id)
  }

  propose(id: NodeId, command: RaftCommand, request: RequestId): void {
    this.step(id, (node) => node.propose(command, request))
  }

  // ── The network. ──

  /** Delivers the oldest message that passes; returns it, or undefined where none does. */
  deliver(passes: (sent: InFlight) => boolean = () => true): InFlight | undefined {
    const place = this.inFlight.findIndex(passes)
    return place < 0 ? undefined : this.deliverAt(place)
  }

  deliverAt(place: number): InFlight {
    const [sent] = this.inFlight.splice(place, 1)
    if (sent === undefined) throw new RangeError(`no message ${place}`)
    this.hand(sent)
    return sent
  }

  /** Gives a message to its receiver, if it is up, whether or not it is still in flight. */
  hand({ from, to, message }: InFlight): void {
    if (this.host(to).node !== undefined) this.step(to, (node) => node.receive(from, message))
  }

  /** Delivers everything that passes, and what follows from it, until nothing passes. */
  deliverAll(passes: (sent: InFlight) => boolean = () => true): void {
    for (let delivered = 0; this.deliver(passes) !== undefined; delivered += 1) {
      if (delivered > 100_000) throw new Error('the messages never end')
    }
  }

  /** Delivers one message that passes after the other, until what is waited for has happened. */
  deliverUntil(happened: () => boolean, passes: (sent: InFlight) => boolean = () => true): void {
    while (!happened()) {
      if (this.deliver(passes) === undefined) throw new Error('no message brings it about')
    }
  }

  /** Loses the messages that pass; returns them, so that a script can let them arrive later. */
  drop(passes: (sent: InFlight) => boolean = () => true): InFlight[] {
    const lost = this.inFlight.filter(passes)
    const kept = this.inFlight.filter((sent) => !passes(sent))
    this.inFlight.splice(0, this.inFlight.length, ...kept)
    return lost
  }

  /**
   * Lets the clocks run: messages arrive at once, disks write at once, timers fire when they are due.
   */
  letTimePass(milliseconds: number): void {
    const end = this.now + milliseconds * 1_000
    for (;;) {
      for (const id of this.nodes) if (this.host(id).node !== undefined) this.sync(id)
      if (this.deliver() !== undefined) continue
      const due = this.nextTimer(end)
      if (due === undefined) break
      this.now = Math.max(this.now, due.at)
      this.timeout(due.node, due.timer)
    }
    this.now = end
  }

  private nextTimer(end: Micros): { node: NodeId; timer: RaftTimer; at: Micros } | undefined {
    let next: { node: NodeId; timer: RaftTimer; at: Micros } | undefined
    for (const { self, timers } of this.hosts) {
      for (const [timer, at] of timers) {
        if (at <= end && (next === undefined || at < next.at)) {
          next = { node: self, timer: timer as RaftTimer, at }
        }
      }
    }
    return next
  }

  // ── What scripts do all the time. ──

  /** Makes `id` leader: the others' loyalty ends, its election timeout fires, all messages among `within` arrive. */
  elect(id: NodeId, within: readonly NodeId[] = this.nodes): void {
    for (const other of within) this.endLoyalty(other)
    this.timeout(id, 'election')
    this.deliverAll(among(within))
    if (this.node(id).role !== 'leader') throw new Error(`node ${id} was not elected`)
  }

  /** The minimum election timeout passes at `id` without a word from its leader. */
  endLoyalty(id: NodeId): void {
    if (this.host(id).node?.leaderAlive) this.timeout(id, 'election')
  }

  /** A heartbeat of `leader`, all its messages among `within` and what follows from them. */
  heartbeat(leader: NodeId, within: readonly NodeId[] = this.nodes): void {
    this.timeout(leader, 'heartbeat')
    this.deliverAll(among(within))
  }

  write(id: NodeId, body: string, client: number, sequence: number): void {
    this.propose(id, { kind: 'write', body: encode(text, body) }, { client, sequence })
  }

  read(
    id: NodeId,
    client: number,
    sequence: number,
    consistency: 'index' | 'lease' = 'index',
  ): void {
    this.propose(id, { kind: 'read', body: encode(text, ''), consistency }, { client, sequence })
  }

  /** What a client was told: the text of its result, the reason of a refusal, or undefined. */
  answer(client: number, sequence: number): string | undefined {
    const reply = this.replies.findLast(
      ({ request }) => request.client === client && request.sequence === sequence,
    )
    if (reply === undefined) return undefined
    const { outcome } = reply
    if (outcome.kind === 'refused') return outcome.reason
    return outcome.result.length === 0 ? '' : decode(text, outcome.result)
  }

  /** What the machine of `id` has run. */
  journal(id: NodeId): string {
    return decode(text, this.host(id).application.query(new Uint8Array(0)))
  }

  /** The terms of the entries in the log of `id`. */
  terms(id: NodeId): number[] {
    return this.node(id).log.map((entry) => entry.term)
  }
}

/** Messages between these nodes. */
export function among(nodes: readonly NodeId[]): (sent: InFlight) => boolean {
  return ({ from, to }) => nodes.includes(from) && nodes.includes(to)
}
