import { toHex } from '../../../model/hex.ts'
import {
  decode,
  encode,
  type LogPosition,
  type Micros,
  type NodeId,
  type Outcome,
  type Output,
  parameterValues,
  type RequestId,
} from '../../../model/index.ts'
import { Random } from '../../../model/random.ts'
import { doubleSha256 } from '../../../model/sha256.ts'
import { IdealSignatures } from '../../../simulator/signatures.ts'
import { type NakamotoCommand, NakamotoMessage } from '../nakamoto.messages.ts'
import { nakamotoParameters } from '../nakamoto.parameters.ts'
import { Nakamoto } from '../nakamoto.ts'
import type { Block } from '../rules/block.ts'
import { BlockHeader } from '../rules/header.ts'
import type { Identifier } from '../rules/identifier.ts'
import { ScriptedHost, type TimerName } from './scripted-host.ts'

export interface Envelope {
  readonly from: NodeId
  readonly to: NodeId
  readonly message: NakamotoMessage
}

export interface NetworkOptions {
  readonly nodes: number
  readonly seed?: number
  readonly parameters?: { readonly [name: string]: number }
  /** The class of each node. */
  readonly classOf?: (node: NodeId) => typeof Nakamoto
  /** Which nodes have a link; all if left out. */
  readonly linked?: (left: NodeId, right: NodeId) => boolean
  /** One arena for all nodes, as in a simulation; one each, as in a cluster; or none that lasts. */
  readonly arenas?: 'shared' | 'own' | 'forgetful'
  /** Compare the durable fields with the fold of the records after every step; true if left out. */
  readonly verifyFold?: boolean
  /** Send every message through its codec. */
  readonly encoded?: boolean
}

/**
 * Nakamoto nodes in a world where nothing happens by itself: a test says which message arrives, who
 * finds a block, when time passes. After every step the durable fields are compared with the fold of
 * the records.
 */
export class ScriptedNetwork {
  readonly hosts: readonly ScriptedHost[]
  /** What is on its way, oldest first. */
  readonly inFlight: Envelope[] = []
  readonly replies: {
    readonly node: NodeId
    readonly request: RequestId
    readonly outcome: Outcome
  }[] = []
  readonly outputs: { readonly node: NodeId; readonly output: Output }[] = []
  now: Micros = 0
  delivered = 0
  readonly random: Random
  readonly signatures: IdealSignatures
  /** What becomes of a message: `undefined` if it is lost. */
  pass: (envelope: Envelope) => Envelope | undefined = (envelope) => envelope
  private readonly worked = new Map<Identifier, number>()
  private readonly options: NetworkOptions
  private nonce = 0
  private sequence = 0

  constructor(options: NetworkOptions) {
    this.options = options
    this.random = new Random(options.seed ?? 1)
    this.signatures = new IdealSignatures(this.random.split('signatures'))
    const nodes = Array.from({ length: options.nodes }, (_, node) => node)
    const linked = options.linked ?? (() => true)
    const shared = new Map<string, unknown>()
    const parameters = parameterValues(nakamotoParameters, options.parameters)
    this.hosts = nodes.map(
      (self) =>
        new ScriptedHost(this, {
          self,
          nodes,
          peers: nodes.filter((other) => other !== self && linked(self, other)),
          arena: options.arenas === 'shared' ? shared : new Map(),
          parameters,
        }),
    )
    for (const self of nodes) this.start(self)
  }

  node(id: NodeId): Nakamoto {
    const { node } = this.host(id)
    if (node === undefined) throw new Error(`node ${id} is down`)
    return node
  }

  get living(): Nakamoto[] {
    return this.hosts.flatMap(({ node }) => (node === undefined ? [] : [node]))
  }

  host(id: NodeId): ScriptedHost {
    return this.hosts[id] as ScriptedHost
  }

  // What happens to nodes.

  /** Starts a node from what its disk holds. */
  start(id: NodeId): void {
    const host = this.host(id)
    host.boot(this.options.classOf?.(id) ?? Nakamoto)
    this.step(host, (node) => node.start())
  }

  crash(id: NodeId): void {
    this.host(id).crash()
    const left = this.inFlight.filter(({ to }) => to !== id)
    this.inFlight.splice(0, this.inFlight.length, ...left)
  }

  private step(host: ScriptedHost, enter: (node: Nakamoto) => void): void {
    const { node } = host
    if (node === undefined) return
    if (this.options.arenas === 'forgetful') host.arena.clear()
    enter(node)
    if (this.options.verifyFold !== false) host.verifyFold()
    host.sync()
  }

  receive(envelope: Envelope): void {
    this.delivered += 1
    this.step(this.host(envelope.to), (node) => node.receive(envelope.from, envelope.message))
  }

  /** Delivers messages in order until none is left; time stands still. */
  deliverAll(limit = 1_000_000): void {
    for (let left = limit; this.inFlight.length > 0; left -= 1) {
      if (left === 0) throw new Error(`after ${limit} messages more are on their way`)
      const passed = this.pass(this.inFlight.shift() as Envelope)
      if (passed !== undefined) this.receive(passed)
    }
  }

  /** Lets time pass: timers fire in order, and what they send arrives at once. */
  advance(micros: Micros): void {
    const end = this.now + micros
    for (;;) {
      const next = this.nextTimer()
      if (next === undefined || next.deadline > end) break
      this.now = next.deadline
      this.fire(next.host, next.timer)
      this.deliverAll()
    }
    this.now = end
  }

  fire(host: ScriptedHost, timer: TimerName): void {
    host.timers.delete(timer)
    this.step(host, (node) => node.timeout(timer))
  }

  private nextTimer(): { host: ScriptedHost; timer: TimerName; deadline: Micros } | undefined {
    let next: { host: ScriptedHost; timer: TimerName; deadline: Micros } | undefined
    for (const host of this.hosts) {
      for (const [timer, deadline] of host.timers) {
        if (next === undefined || deadline < next.deadline) next = { host, timer, deadline }
      }
    }
    return next
  }

  /** A client asks a node; its answer, if it comes at once. */
  ask(id: NodeId, command: NakamotoCommand, request = this.newRequest()): Outcome | undefined {
    this.step(this.host(id), (node) => node.propose(command, request))
    return this.answer(request)
  }

  newRequest(): RequestId {
    this.sequence += 1
    return { client: 0, sequence: this.sequence }
  }

  /** The latest answer to a request. */
  answer({ client, sequence }: RequestId): Outcome | undefined {
    return this.replies.findLast(
      ({ request }) => request.client === client && request.sequence === sequence,
    )?.outcome
  }

  // Work.

  /** A node finds the block it works on, and has it sent out. Returns its id. */
  mine(id: NodeId): Identifier {
    const host = this.host(id)
    if (host.difficulty === undefined) throw new Error(`node ${id} does not mine`)
    this.step(host, (node) => {
      const header = this.workOn(node.template(), host.difficulty as number)
      node.mined(header)
    })
    return this.node(id).tip.id
  }

  /** Mines some blocks in a row, a target spacing apart, each known to all before the next. */
  mineChain(id: NodeId, blocks: number): void {
    for (let i = 0; i < blocks; i += 1) {
      this.now += 10_000_000
      this.mine(id)
      this.deliverAll()
    }
  }

  private workOn(template: Uint8Array, bits: number): Uint8Array {
    const header = template.slice()
    this.nonce += 1
    new DataView(header.buffer).setUint32(76, this.nonce, true)
    this.worked.set(toHex(doubleSha256(header).reverse()), bits)
    return header
  }

  /** Does the work for a header that somebody made up. */
  work(header: BlockHeader): BlockHeader {
    this.nonce += 1
    const worked = new BlockHeader({ ...fieldsOf(header), nonce: this.nonce })
    this.worked.set(worked.id, worked.bits)
    return worked
  }

  isWorked(id: Identifier, bits: number): boolean {
    return this.worked.get(id) === bits
  }

  // What hosts ask for; see ScriptedHost.

  transmit(from: NodeId, to: NodeId, message: NakamotoMessage): void {
    const passed = this.options.encoded
      ? decode(NakamotoMessage, encode(NakamotoMessage, message))
      : message
    this.inFlight.push({ from, to, message: passed })
  }

  // Looking at the outcome.

  /** The ids of the tips of all living nodes, each once. */
  tips(): Identifier[] {
    return [...new Set(this.living.map((node) => node.tip.id))]
  }

  block(id: Identifier): Block {
    for (const node of this.living) {
      const block = node.blockOf(id)
      if (block !== undefined) return block
    }
    throw new Error(`nobody has block ${id}`)
  }

  get position(): LogPosition {
    return this.hosts.reduce((sum, { records }) => sum + records.length, 0)
  }
}

function fieldsOf({ version, previous, merkleRoot, time, bits, nonce }: BlockHeader) {
  return { version, previous, merkleRoot, time, bits, nonce }
}
