import {
  decode,
  encode,
  type LogPosition,
  type Micros,
  type NodeId,
  type Outcome,
  type Output,
  type ProtocolNode,
  type RequestId,
  type StateMachine,
  type Type,
} from '../../model/index.ts'
import { ScriptedHost, type ScriptedWorld } from './scripted-host.ts'

/** A message on its way. */
export interface MessageInFlight<Message> {
  readonly from: NodeId
  readonly to: NodeId
  readonly message: Message
}

interface Replied {
  readonly node: NodeId
  readonly request: RequestId
  readonly outcome: Outcome
}

/** Messages between these nodes. */
export function among(nodes: readonly NodeId[]): (sent: MessageInFlight<unknown>) => boolean {
  return ({ from, to }) => nodes.includes(from) && nodes.includes(to)
}

/**
 * Nodes to which nothing happens by itself: a script delivers or drops messages, fires timers, syncs
 * disks, crashes and restarts nodes. Messages pass through their codec and are frozen. A protocol's
 * own script boots the nodes, once it knows what they are made of.
 */
export abstract class ScriptedNodes<
  Node extends ProtocolNode<Message, Record, never, Timer>,
  Message,
  Record,
  Timer extends string,
> implements ScriptedWorld<Message, Record>
{
  readonly nodes: readonly NodeId[]
  readonly hosts: readonly ScriptedHost<Node, Message, Record, Timer>[]
  /** Oldest first. */
  readonly inFlight: MessageInFlight<Message>[] = []
  readonly replies: Replied[] = []
  readonly outputs: { readonly node: NodeId; readonly output: Output }[] = []
  now: Micros = 0
  /** Whether every step's records are on disk when the step ends. */
  autoSync: boolean
  private readonly messages: Type<Message>

  constructor(parts: {
    readonly nodes: number
    readonly messages: Type<Message>
    readonly autoSync: boolean
    readonly emptyMachine?: () => StateMachine
  }) {
    this.nodes = Array.from({ length: parts.nodes }, (_, id) => id)
    this.messages = parts.messages
    this.autoSync = parts.autoSync
    this.hosts = this.nodes.map((id) => new ScriptedHost(this, id, parts.emptyMachine))
  }

  /** A node as it is before its records come back and it starts. */
  protected abstract create(host: ScriptedHost<Node, Message, Record, Timer>): Node

  // ── What hosts tell their world. ──

  sent(from: NodeId, to: NodeId, message: Message): void {
    const passed = decode(this.messages, encode(this.messages, message))
    this.messages.freeze(passed)
    this.inFlight.push({ from, to, message: passed })
  }

  output(node: NodeId, output: Output): void {
    this.outputs.push({ node, output })
  }

  replied(node: NodeId, request: RequestId, outcome: Outcome): void {
    this.replies.push({ node, request, outcome })
  }

  // ── Nodes. ──

  host(id: NodeId): ScriptedHost<Node, Message, Record, Timer> {
    const host = this.hosts[id]
    if (host === undefined) throw new RangeError(`no node ${id}`)
    return host
  }

  node(id: NodeId): Node {
    const { node } = this.host(id)
    if (node === undefined) throw new Error(`node ${id} is down`)
    return node
  }

  get living(): Map<NodeId, Node> {
    const living = new Map<NodeId, Node>()
    for (const { self, node } of this.hosts) if (node !== undefined) living.set(self, node)
    return living
  }

  // ── Steps. ──

  /** A node does something, and after that its disk, where that takes no time. */
  step(id: NodeId, act: (node: Node) => void): void {
    act(this.node(id))
    if (this.autoSync) this.sync(id)
  }

  protected boot(id: NodeId): void {
    const host = this.host(id)
    host.node = this.create(host)
    for (const record of host.records) host.node.apply(record)
    this.step(id, (node) => node.start())
  }

  /** Lets the disk take everything, or the records up to `position`. */
  sync(id: NodeId, position: LogPosition = this.host(id).records.length): void {
    const host = this.host(id)
    if (position <= host.durable) return
    host.reach(position)
    this.step(id, (node) => node.durable(position))
  }

  timeout(id: NodeId, timer: Timer): void {
    if (!this.host(id).timers.delete(timer)) throw new Error(`node ${id} has not armed ${timer}`)
    this.step(id, (node) => node.timeout(timer))
  }

  /** @param surviving how many of its records are on disk: the durable ones where it is left out */
  crash(id: NodeId, surviving?: LogPosition): void {
    this.host(id).crash(surviving)
  }

  /** The timer that is due first, and no later than `end`. */
  protected nextTimer(end: Micros): { node: NodeId; timer: Timer; at: Micros } | undefined {
    let next: { node: NodeId; timer: Timer; at: Micros } | undefined
    for (const { self, timers } of this.hosts) {
      for (const [timer, at] of timers) {
        if (at <= end && (next === undefined || at < next.at)) next = { node: self, timer, at }
      }
    }
    return next
  }

  // ── The network. ──

  /** Delivers the oldest message that passes; returns it, or undefined where none does. */
  deliver(
    passes: (sent: MessageInFlight<Message>) => boolean = () => true,
  ): MessageInFlight<Message> | undefined {
    const place = this.inFlight.findIndex(passes)
    return place < 0 ? undefined : this.deliverAt(place)
  }

  deliverAt(place: number): MessageInFlight<Message> {
    const [sent] = this.inFlight.splice(place, 1)
    if (sent === undefined) throw new RangeError(`no message ${place}`)
    this.hand(sent)
    return sent
  }

  /** Gives a message to its receiver, if it is up, whether or not it is still in flight. */
  hand({ from, to, message }: MessageInFlight<Message>): void {
    if (this.host(to).node !== undefined) this.step(to, (node) => node.receive(from, message))
  }

  /** Delivers everything that passes, and what follows from it, until nothing passes. Returns how many. */
  deliverAll(passes: (sent: MessageInFlight<Message>) => boolean = () => true): number {
    for (let delivered = 0; ; delivered += 1) {
      if (this.deliver(passes) === undefined) return delivered
      if (delivered > 100_000) throw new Error('the messages never end')
    }
  }

  /** Loses the messages that pass; returns them, so that a script can let them arrive later. */
  drop(
    passes: (sent: MessageInFlight<Message>) => boolean = () => true,
  ): MessageInFlight<Message>[] {
    const lost = this.inFlight.filter(passes)
    const kept = this.inFlight.filter((sent) => !passes(sent))
    this.inFlight.splice(0, this.inFlight.length, ...kept)
    return lost
  }
}
