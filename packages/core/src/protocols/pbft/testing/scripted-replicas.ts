import { CommandList } from '../../../explorer/command-list.ts'
import {
  bytes,
  type Checker,
  clientSigner,
  decode,
  encode,
  list,
  type Micros,
  type NodeId,
  type Outcome,
  type Output,
  parameterValues,
  type RequestId,
  signedRequest,
  text,
  type Violation,
} from '../../../model/index.ts'
import { Random } from '../../../model/random.ts'
import { IdealSignatures } from '../../../simulator/signatures.ts'
import { PbftMessage, type PbftRecord } from '../pbft.messages.ts'
import { pbftParameters } from '../pbft.parameters.ts'
import { Pbft } from '../pbft.ts'
import { ScriptedHost, type ScriptedWorld } from './scripted-host.ts'

export interface InFlight {
  readonly from: NodeId
  readonly to: NodeId
  readonly message: PbftMessage
}

export interface ReplicasOptions {
  readonly nodes?: number
  readonly parameters?: { readonly [name: string]: number }
  /** The class of each replica; Pbft where it is left out. */
  readonly classes?: { readonly [node: NodeId]: typeof Pbft }
  /** The class of all others. */
  readonly node?: typeof Pbft
  readonly accomplices?: readonly NodeId[]
  /** Whether every step's records are on disk when the step ends; the default. */
  readonly autoSync?: boolean
  readonly checkers?: readonly Checker<Pbft>[]
}

/**
 * Replicas to which nothing happens by itself: a script delivers or drops messages, fires timers,
 * syncs disks, crashes and restarts replicas. Messages pass through their codec and are frozen.
 */
export class ScriptedReplicas implements ScriptedWorld {
  readonly nodes: readonly NodeId[]
  readonly accomplices: readonly NodeId[]
  readonly signatures = new IdealSignatures(new Random(1))
  readonly hosts: readonly ScriptedHost[]
  readonly inFlight: InFlight[] = []
  readonly replies: {
    readonly node: NodeId
    readonly request: RequestId
    readonly outcome: Outcome
  }[] = []
  readonly outputs: { readonly node: NodeId; readonly output: Output }[] = []
  now: Micros = 1_000_000
  private readonly options: ReplicasOptions
  private events = 0

  constructor(options: ReplicasOptions = {}) {
    this.options = options
    this.nodes = Array.from({ length: options.nodes ?? 4 }, (_, id) => id)
    this.accomplices = options.accomplices ?? []
    this.hosts = this.nodes.map((id) => new ScriptedHost(this, id))
    for (const id of this.nodes) this.boot(id)
    this.drop()
  }

  // ── What hosts tell their world. ──

  sent(from: NodeId, to: NodeId, message: PbftMessage): void {
    const passed = decode(PbftMessage, encode(PbftMessage, message))
    PbftMessage.freeze(passed)
    this.inFlight.push({ from, to, message: passed })
  }

  recorded(node: NodeId, record: PbftRecord): void {
    this.tell(node, (checker) => checker.recorded?.(node, record, this.moment))
  }

  output(node: NodeId, output: Output): void {
    this.outputs.push({ node, output })
    this.tell(node, (checker) => checker.output?.(node, output, this.moment))
  }

  replied(node: NodeId, request: RequestId, outcome: Outcome): void {
    this.replies.push({ node, request, outcome })
  }

  /** Byzantine nodes are not shown to checkers. */
  private tell(node: NodeId, tell: (checker: Checker<Pbft>) => void): void {
    if (!this.accomplices.includes(node)) this.options.checkers?.forEach(tell)
  }

  private get moment(): { event: number; timeMicros: Micros } {
    return { event: this.events, timeMicros: this.now }
  }

  get violation(): Violation | undefined {
    return this.options.checkers?.find((checker) => checker.violation !== undefined)?.violation
  }

  // ── Steps. ──

  node(id: NodeId): Pbft {
    const { node } = this.host(id)
    if (node === undefined) throw new Error(`node ${id} is down`)
    return node
  }

  host(id: NodeId): ScriptedHost {
    const host = this.hosts[id]
    if (host === undefined) throw new RangeError(`no node ${id}`)
    return host
  }

  get living(): Map<NodeId, Pbft> {
    const living = new Map<NodeId, Pbft>()
    for (const { self, node } of this.hosts) if (node !== undefined) living.set(self, node)
    return living
  }

  private step(id: NodeId, action: (node: Pbft) => void): void {
    this.events += 1
    action(this.node(id))
    if (this.options.autoSync !== false) this.sync(id)
  }

  private boot(id: NodeId): void {
    const host = this.host(id)
    const Class = this.options.classes?.[id] ?? this.options.node ?? Pbft
    host.application = new CommandList()
    host.node = new Class(host, parameterValues(pbftParameters, this.options.parameters))
    for (const record of host.records) host.node.apply(record)
    this.step(id, (node) => node.start())
  }

  /** Lets the disk take everything, or the records up to `position`. */
  sync(id: NodeId, position = this.host(id).records.length): void {
    const host = this.host(id)
    if (position <= host.durable) return
    host.reach(position)
    this.step(id, (node) => node.durable(position))
  }

  timeout(id: NodeId, timer: 'viewChange' | 'status'): void {
    if (!this.host(id).timers.delete(timer)) throw new Error(`node ${id} has not armed ${timer}`)
    this.step(id, (node) => node.timeout(timer))
  }

  crash(id: NodeId): void {
    this.host(id).crash()
    this.tell(id, (checker) => checker.crashed?.(id, this.moment))
  }

  restart(id: NodeId): void {
    this.boot(id)
  }

  /** A client asks one replica. */
  ask(id: NodeId, body: string, client: number, sequence: number): void {
    const request = { client, sequence }
    const encoded = encode(text, body)
    const signed = signedRequest(request, encoded)
    const signature = this.signatures.sign(clientSigner(client), signed)
    this.step(id, (node) => node.propose({ kind: 'request', body: encoded, signature }, request))
  }

  /** A client asks all replicas that are up. */
  askAll(body: string, client: number, sequence: number): void {
    for (const id of this.living.keys()) this.ask(id, body, client, sequence)
  }

  // ── The network. ──

  /** Delivers the oldest message that passes; returns it, or undefined where none does. */
  deliver(passes: (sent: InFlight) => boolean = () => true): InFlight | undefined {
    const place = this.inFlight.findIndex(passes)
    if (place < 0) return undefined
    const [sent] = this.inFlight.splice(place, 1)
    this.hand(sent as InFlight)
    return sent
  }

  /** Gives a message to its receiver, if it is up, whether or not it is in flight. */
  hand({ from, to, message }: InFlight): void {
    if (this.host(to).node !== undefined) this.step(to, (node) => node.receive(from, message))
  }

  /** Delivers everything that passes, and what follows from it, until nothing passes. */
  deliverAll(passes: (sent: InFlight) => boolean = () => true): void {
    for (let delivered = 0; this.deliver(passes) !== undefined; delivered += 1) {
      if (delivered > 100_000) throw new Error('the messages never end')
    }
  }

  /** Loses the messages that pass; returns them, so that a script can let them arrive later. */
  drop(passes: (sent: InFlight) => boolean = () => true): InFlight[] {
    const lost = this.inFlight.filter(passes)
    const kept = this.inFlight.filter((sent) => !passes(sent))
    this.inFlight.splice(0, this.inFlight.length, ...kept)
    return lost
  }

  /** Lets the clocks run: messages among `within` arrive at once, others never; timers fire when they are due. */
  letTimePass(milliseconds: number, within: readonly NodeId[] = this.nodes): void {
    const end = this.now + milliseconds * 1_000
    for (;;) {
      for (const { self, node } of this.hosts) if (node !== undefined) this.sync(self)
      this.deliverAll(among(within))
      this.drop()
      const due = this.nextTimer(end)
      if (due === undefined) break
      this.now = Math.max(this.now, due.at)
      this.timeout(due.node, due.timer)
    }
    this.now = end
  }

  private nextTimer(end: Micros) {
    let next: { node: NodeId; timer: 'viewChange' | 'status'; at: Micros } | undefined
    for (const { self, timers } of this.hosts) {
      for (const [timer, at] of timers) {
        if (at > end || (next !== undefined && next.at <= at)) continue
        next = { node: self, timer: timer as 'viewChange' | 'status', at }
      }
    }
    return next
  }

  // ── What scripts look at. ──

  /** What the machine of `id` has run. */
  ran(id: NodeId): string[] {
    const commands = decode(list(bytes), this.host(id).application.snapshot())
    return commands.map((command) => decode(text, command))
  }

  /** Fires the status timer of `id` until it says how far it is. */
  speak(id: NodeId): void {
    const said = () =>
      this.inFlight.some(({ from, message }) => from === id && message.kind === 'status')
    while (!said()) this.timeout(id, 'status')
  }

  /** What the replicas told a client: by node, the text of the result or the reason of a refusal. */
  answers(client: number, sequence: number): Map<NodeId, string> {
    const answers = new Map<NodeId, string>()
    for (const { node, request, outcome } of this.replies) {
      if (request.client !== client || request.sequence !== sequence) continue
      answers.set(node, outcome.kind === 'done' ? decode(text, outcome.result) : outcome.reason)
    }
    return answers
  }
}

/** Messages between these nodes. */
export function among(nodes: readonly NodeId[]): (sent: InFlight) => boolean {
  return ({ from, to }) => nodes.includes(from) && nodes.includes(to)
}

/** Messages of this kind. */
export function ofKind(...kinds: readonly PbftMessage['kind'][]): (sent: InFlight) => boolean {
  return ({ message }) => kinds.includes(message.kind)
}
