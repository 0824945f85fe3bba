import {
  clientSigner,
  encode,
  type NodeId,
  type Outcome,
  type Output,
  parameterValues,
  type RequestId,
  signedRequest,
  text,
} from '../../../model/index.ts'
import { Random } from '../../../model/random.ts'
import { IdealSignatures } from '../../../simulator/signatures.ts'
import type { HotStuffMessage } from '../hotstuff.messages.ts'
import { hotStuffParameters } from '../hotstuff.parameters.ts'
import { HotStuff } from '../hotstuff.ts'
import { ScriptedHost } from './scripted-host.ts'

/** A message on its way. */
export interface InFlight {
  readonly from: NodeId
  readonly to: NodeId
  readonly message: HotStuffMessage
}

export interface ScriptOptions {
  readonly nodes?: number
  readonly node?: typeof HotStuff
  readonly parameters?: { readonly [name: string]: number }
  /** False: disks take what is written when the script says so. */
  readonly autoSync?: boolean
}

type Which = (inFlight: InFlight) => boolean

/** Messages between these alone. */
export const among =
  (nodes: readonly NodeId[]): Which =>
  ({ from, to }) =>
    nodes.includes(from) && nodes.includes(to)

export const ofKind =
  (...kinds: HotStuffMessage['kind'][]): Which =>
  ({ message }) =>
    kinds.includes(message.kind)

/** Nodes whose messages, timers and disks move only when a script says so. */
export class ScriptedCluster {
  readonly nodes: readonly NodeId[]
  readonly hosts: readonly ScriptedHost[]
  readonly signatures = new IdealSignatures(new Random(1))
  /** Oldest first. */
  inFlight: InFlight[] = []
  readonly outputs: { readonly node: NodeId; readonly output: Output }[] = []
  readonly replies: {
    readonly node: NodeId
    readonly request: RequestId
    readonly outcome: Outcome
  }[] = []
  /** Whether disks take at once what is written. */
  autoSync: boolean
  private readonly options: ScriptOptions

  constructor(options: ScriptOptions = {}) {
    this.options = options
    this.autoSync = options.autoSync ?? true
    this.nodes = Array.from({ length: options.nodes ?? 4 }, (_, node) => node)
    this.hosts = this.nodes.map((node) => new ScriptedHost(this, node))
    for (const node of this.nodes) this.start(node)
  }

  host(id: NodeId): ScriptedHost {
    return this.hosts[id] as ScriptedHost
  }

  node(id: NodeId): HotStuff {
    const { node } = this.host(id)
    if (!node) throw new Error(`node ${id} is down`)
    return node
  }

  get living(): Map<NodeId, HotStuff> {
    const up = this.hosts.filter(({ node }) => node !== undefined)
    return new Map(up.map((host) => [host.self, host.node as HotStuff]))
  }

  /** What the machine of a node has run. */
  journal(id: NodeId): string {
    return this.host(id).application.written.join(' ')
  }

  start(id: NodeId): void {
    const host = this.host(id)
    const given = parameterValues(hotStuffParameters, this.options.parameters)
    const node = new (this.options.node ?? HotStuff)(host, given)
    for (const record of host.records) node.apply(record)
    host.node = node
    node.start()
    this.settle(id)
  }

  crash(id: NodeId): void {
    this.host(id).crash()
    this.drop(({ to }) => to === id)
  }

  /** A client asks these nodes, or all, to write a line. */
  write(line: string, { client, sequence }: RequestId, nodes = this.nodes): void {
    const body = encode(text, line)
    const statement = signedRequest({ client, sequence }, body)
    const signature = this.signatures.sign(clientSigner(client), statement)
    for (const id of nodes) this.ask(id, { client, sequence }, body, signature)
  }

  ask(id: NodeId, request: RequestId, body: Uint8Array, signature: Uint8Array): void {
    this.host(id).node?.propose({ kind: 'execute', body, signature }, request)
    this.settle(id)
  }

  receive(from: NodeId, to: NodeId, message: HotStuffMessage): void {
    this.node(to).receive(from, message)
    this.settle(to)
  }

  timeout(id: NodeId, timer: 'view' | 'fetch' = 'view'): void {
    if (!this.host(id).timers.delete(timer)) throw new Error(`node ${id} has no timer ${timer}`)
    this.node(id).timeout(timer)
    this.settle(id)
  }

  /** Delivers the oldest of these messages. Returns whether there was one. */
  deliver(which: Which = () => true): boolean {
    const place = this.inFlight.findIndex((inFlight) => which(inFlight))
    if (place < 0) return false
    const [{ from, to, message }] = this.inFlight.splice(place, 1) as [InFlight]
    if (this.host(to).node) this.receive(from, to, message)
    return true
  }

  /** Delivers these messages, and those that come of them. Returns how many. */
  deliverAll(which: Which = () => true): number {
    let delivered = 0
    while (this.deliver(which)) {
      delivered += 1
      if (delivered > 100_000) throw new Error('messages without end')
    }
    return delivered
  }

  drop(which: Which = () => true): void {
    this.inFlight = this.inFlight.filter((inFlight) => !which(inFlight))
  }

  private settle(id: NodeId): void {
    if (!this.autoSync) return
    const host = this.host(id)
    while (host.durable < host.records.length) host.sync()
  }

  // What hosts tell.

  sent(from: NodeId, to: NodeId, message: HotStuffMessage): void {
    this.inFlight.push({ from, to, message })
  }

  output(node: NodeId, output: Output): void {
    this.outputs.push({ node, output })
  }

  replied(node: NodeId, request: RequestId, outcome: Outcome): void {
    this.replies.push({ node, request, outcome })
  }
}
