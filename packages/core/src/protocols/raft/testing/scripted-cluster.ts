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
import type { ScriptedHost } from '../../testing/scripted-host.ts'
import { among, type MessageInFlight, ScriptedNodes } from '../../testing/scripted-nodes.ts'
import { type RaftCommand, RaftMessage, type RaftRecord } from '../raft.messages.ts'
import { raftParameters } from '../raft.parameters.ts'
import { Raft } from '../raft.ts'

export { among } from '../../testing/scripted-nodes.ts'

export type RaftTimer = (typeof Raft.schema.timers)[number]

type RaftHost = ScriptedHost<Raft, RaftMessage, RaftRecord, RaftTimer>
export type InFlight = MessageInFlight<RaftMessage>

export interface ClusterOptions {
  readonly nodes: number
  readonly parameters?: { readonly [name: string]: number }
  readonly node?: typeof Raft
  /** Whether every step's records are on disk when the step ends; the default. */
  readonly autoSync?: boolean
  readonly checkers?: readonly Checker<Raft>[]
  readonly seed?: number
}

/** Scripted servers: after every step the durable fields must equal the fold of the records. */
export class ScriptedCluster extends ScriptedNodes<Raft, RaftMessage, RaftRecord, RaftTimer> {
  override now: Micros = 1_000_000
  private readonly options: ClusterOptions
  private readonly stream: Random
  private events = 0
  /** An independent fold of each node's records. */
  private readonly folds: Raft[] = []

  constructor(options: ClusterOptions) {
    super({
      nodes: options.nodes,
      messages: RaftMessage,
      autoSync: options.autoSync ?? true,
    })
    this.options = options
    this.stream = new Random(options.seed ?? 1)
    for (const id of this.nodes) this.boot(id)
  }

  protected override create(host: RaftHost): Raft {
    const parameters = parameterValues(raftParameters, this.options.parameters)
    const fold = new Raft(host, parameters)
    for (const record of host.records) fold.apply(record)
    this.folds[host.self] = fold
    return new (this.options.node ?? Raft)(host, parameters)
  }

  // ── What hosts ask of their world. ──

  random(): number {
    return this.stream.next()
  }

  recorded(node: NodeId, record: RaftRecord): void {
    this.folds[node]?.apply(record)
    for (const checker of this.checkers) checker.recorded?.(node, record, this.moment)
  }

  override output(node: NodeId, output: Output): void {
    super.output(node, output)
    for (const checker of this.checkers) checker.output?.(node, output, this.moment)
  }

  override replied(node: NodeId, request: RequestId, outcome: Outcome): void {
    super.replied(node, request, outcome)
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

  get leader(): NodeId | undefined {
    let leader: NodeId | undefined
    for (const [id, node] of this.living) {
      if (node.role !== 'leader') continue
      if (leader === undefined || node.currentTerm > this.node(leader).currentTerm) leader = id
    }
    return leader
  }

  override step(id: NodeId, act: (node: Raft) => void): void {
    super.step(id, (node) => {
      act(node)
      this.verifyFold(id)
      this.events += 1
      for (const checker of this.checkers) checker.stepped?.(id, node, this.moment)
    })
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

  override crash(id: NodeId): void {
    super.crash(id)
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

  /** Delivers one message that passes after the other, until what is waited for has happened. */
  deliverUntil(happened: () => boolean, passes: (sent: InFlight) => boolean = () => true): void {
    while (!happened()) {
      if (this.deliver(passes) === undefined) throw new Error('no message brings it about')
    }
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
