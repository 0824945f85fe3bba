import type {
  Digest,
  Host,
  LogPosition,
  Micros,
  NodeId,
  Outcome,
  Output,
  RequestId,
  Signature,
  StateMachine,
} from '../../../model/index.ts'
import { sha256 } from '../../../model/sha256.ts'
import { type BlockIndex, blockIndexOf } from '../block-index.ts'
import type { NakamotoMessage, NakamotoRecord } from '../nakamoto.messages.ts'
import type { NakamotoParameters } from '../nakamoto.parameters.ts'
import { Nakamoto } from '../nakamoto.ts'
import type { ScriptedNetwork } from './scripted-network.ts'

export type TimerName = 'request' | 'resync' | 'refresh'

/** The host of one node of a `ScriptedNetwork`. Its disk is as fast as the test wants it. */
export class ScriptedHost implements Host<NakamotoMessage, NakamotoRecord, TimerName> {
  readonly self: NodeId
  readonly nodes: readonly NodeId[]
  readonly peers: readonly NodeId[]
  readonly arena: Map<string, unknown>
  readonly timers: Map<TimerName, Micros> = new Map()
  /** What is on disk, or on its way there. */
  readonly records: NakamotoRecord[] = []
  durable: LogPosition = 0
  /** While true nothing reaches the disk. */
  diskStuck = false
  /** What the node mines at; undefined if it does not. */
  difficulty: number | undefined = undefined
  /** How far this node's clock is from the network's. */
  clockOffset: Micros = 0
  node: Nakamoto | undefined = undefined
  private shadow: Nakamoto | undefined = undefined
  private readonly held: { readonly position: LogPosition; readonly leave: () => void }[] = []
  private readonly network: ScriptedNetwork
  private readonly parameters: NakamotoParameters

  constructor(
    network: ScriptedNetwork,
    parts: {
      readonly self: NodeId
      readonly nodes: readonly NodeId[]
      readonly peers: readonly NodeId[]
      readonly arena: Map<string, unknown>
      readonly parameters: NakamotoParameters
    },
  ) {
    this.network = network
    this.parameters = parts.parameters
    this.self = parts.self
    this.nodes = parts.nodes
    this.peers = parts.peers
    this.arena = parts.arena
  }

  get index(): BlockIndex {
    return blockIndexOf(this, this.parameters)
  }

  get application(): StateMachine {
    throw new Error('a chain keeps its own ledger')
  }

  /** @param nodeClass what to run; a second copy takes the records alone, and has to have the same durable fields */
  boot(nodeClass: typeof Nakamoto): void {
    this.node = new nodeClass(this, this.parameters)
    this.shadow = new nodeClass(this, this.parameters)
    for (const record of this.records) {
      this.node.apply(record)
      this.shadow.apply(record)
    }
  }

  crash(): void {
    this.node = undefined
    this.shadow = undefined
    this.difficulty = undefined
    this.records.length = this.durable
    this.timers.clear()
    this.held.length = 0
  }

  verifyFold(): void {
    const operations = Nakamoto.state.durable
    const [left, right] = [this.node as never, this.shadow as never]
    if (operations.equal(left, right)) return
    const fields = operations.differing(left, right).join(', ')
    throw new Error(`node ${this.self} changed ${fields} without a record`)
  }

  /** Everything that was recorded reaches the disk, and what waited for it leaves. */
  sync(): void {
    if (this.diskStuck || this.durable === this.records.length) return
    this.durable = this.records.length
    for (const { leave } of this.held.splice(0)) leave()
    this.node?.durable(this.durable)
  }

  now(): Micros {
    return this.network.now + this.clockOffset
  }

  random(): number {
    return this.network.random.next()
  }

  send(to: NodeId, message: NakamotoMessage): void {
    this.afterRecords(() => this.sendEagerly(to, message))
  }

  sendEagerly(to: NodeId, message: NakamotoMessage): void {
    if (!this.peers.includes(to)) throw new Error(`node ${this.self} has no link to node ${to}`)
    this.network.transmit(this.self, to, message)
  }

  private afterRecords(leave: () => void): void {
    if (this.durable === this.records.length) leave()
    else this.held.push({ position: this.records.length, leave })
  }

  setTimer(timer: TimerName, delay: Micros): void {
    if (!Number.isInteger(delay) || delay < 0) throw new RangeError(`a delay of ${delay}`)
    this.timers.set(timer, this.network.now + delay)
  }

  cancelTimer(timer: TimerName): void {
    this.timers.delete(timer)
  }

  persist(record: NakamotoRecord): LogPosition {
    this.records.push(record)
    this.shadow?.apply(record)
    return this.records.length
  }

  sign(bytes: Uint8Array): Signature {
    return this.network.signatures.sign(this.self, bytes)
  }

  verify(node: NodeId, bytes: Uint8Array, signature: Signature): boolean {
    return this.network.signatures.verify(node, bytes, signature)
  }

  hash(bytes: Uint8Array): Digest {
    return sha256(bytes)
  }

  mine(nBits: number): void {
    this.difficulty = nBits
  }

  stopMining(): void {
    this.difficulty = undefined
  }

  verifyWork(id: string, nBits: number): boolean {
    return this.network.isWorked(id, nBits)
  }

  output(output: Output): void {
    this.network.outputs.push({ node: this.self, output })
  }

  reply(request: RequestId, outcome: Outcome): void {
    this.afterRecords(() => this.replyEagerly(request, outcome))
  }

  replyEagerly(request: RequestId, outcome: Outcome): void {
    this.network.replies.push({ node: this.self, request, outcome })
  }
}
