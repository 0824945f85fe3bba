import {
  type Digest,
  type Host,
  type LogPosition,
  type Micros,
  type NodeId,
  type Outcome,
  type Output,
  type RequestId,
  type Signature,
  sha256,
} from '../../../model/index.ts'
import type { IdealSignatures } from '../../../simulator/signatures.ts'
import { Journal } from '../../testing/journal.ts'
import type { TendermintMessage, TendermintRecord } from '../tendermint.messages.ts'
import type { Tendermint } from '../tendermint.ts'

/** What a scripted host tells its world. */
export interface ScriptedWorld {
  readonly nodes: readonly NodeId[]
  readonly signatures: IdealSignatures
  sent(from: NodeId, to: NodeId, message: TendermintMessage): void
  recorded(node: NodeId, record: TendermintRecord): void
  output(node: NodeId, output: Output): void
  replied(node: NodeId, request: RequestId, outcome: Outcome): void
}

/** The host of one validator whose disk and timers move only when its world says so. */
export class ScriptedHost implements Host<TendermintMessage, TendermintRecord, string> {
  readonly self: NodeId
  readonly nodes: readonly NodeId[]
  readonly peers: readonly NodeId[]
  readonly arena: Map<string, unknown> = new Map()
  application = new Journal()
  node: Tendermint | undefined = undefined
  /** All records of all lives, of which the first `durable` are on disk. */
  readonly records: TendermintRecord[] = []
  durable: LogPosition = 0
  /** The armed timers, with their delays. */
  readonly timers: Map<string, Micros> = new Map()
  /** What waits for records. */
  private readonly held: { readonly position: LogPosition; readonly leave: () => void }[] = []
  private readonly world: ScriptedWorld

  constructor(world: ScriptedWorld, self: NodeId) {
    this.world = world
    this.self = self
    this.nodes = world.nodes
    this.peers = world.nodes.filter((node) => node !== self)
  }

  now(): Micros {
    return 0
  }

  random(): number {
    return 0.5
  }

  send(to: NodeId, message: TendermintMessage): void {
    this.afterRecords(() => this.sendEagerly(to, message))
  }

  sendEagerly(to: NodeId, message: TendermintMessage): void {
    if (to === this.self) throw new Error('a node never sends to itself')
    this.world.sent(this.self, to, message)
  }

  setTimer(timer: string, delay: Micros): void {
    this.timers.set(timer, delay)
  }

  cancelTimer(timer: string): void {
    this.timers.delete(timer)
  }

  persist(record: TendermintRecord): LogPosition {
    this.records.push(record)
    this.world.recorded(this.self, record)
    return this.records.length
  }

  sign(bytes: Uint8Array): Signature {
    return this.world.signatures.sign(this.self, bytes)
  }

  verify(signer: NodeId, bytes: Uint8Array, signature: Signature): boolean {
    return this.world.signatures.verify(signer, bytes, signature)
  }

  hash(bytes: Uint8Array): Digest {
    return sha256(bytes)
  }

  output(output: Output): void {
    this.world.output(this.self, output)
  }

  reply(request: RequestId, outcome: Outcome): void {
    this.afterRecords(() => this.replyEagerly(request, outcome))
  }

  replyEagerly(request: RequestId, outcome: Outcome): void {
    this.world.replied(this.self, request, outcome)
  }

  private afterRecords(leave: () => void): void {
    if (this.durable === this.records.length) leave()
    else this.held.push({ position: this.records.length, leave })
  }

  /** The disk holds so many records now, and what waited for them leaves. */
  reached(position: LogPosition): void {
    this.durable = position
    while ((this.held[0]?.position ?? Number.POSITIVE_INFINITY) <= position) {
      this.held.shift()?.leave()
    }
  }

  /** The validator dies, and with it all but these records, which are at least the durable ones. */
  crash(surviving = this.durable): void {
    this.node = undefined
    this.records.length = surviving
    this.durable = surviving
    this.held.length = 0
    this.timers.clear()
    this.application = new Journal()
  }

  mine(): never {
    throw new Error('Tendermint mines nothing')
  }
  stopMining(): never {
    throw new Error('Tendermint mines nothing')
  }
  verifyWork(): never {
    throw new Error('Tendermint mines nothing')
  }
}
