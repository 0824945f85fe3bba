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
import type { HotStuffMessage, HotStuffRecord } from '../hotstuff.messages.ts'
import type { HotStuff } from '../hotstuff.ts'
import { Journal } from './journal.ts'

/** What a scripted host tells its cluster. */
export interface ScriptedWorld {
  readonly nodes: readonly NodeId[]
  readonly signatures: IdealSignatures
  sent(from: NodeId, to: NodeId, message: HotStuffMessage): void
  output(node: NodeId, output: Output): void
  replied(node: NodeId, request: RequestId, outcome: Outcome): void
}

/** The host of one node whose disk and timers move only when a script says so. */
export class ScriptedHost implements Host<HotStuffMessage, HotStuffRecord, string> {
  readonly self: NodeId
  readonly nodes: readonly NodeId[]
  readonly peers: readonly NodeId[]
  readonly arena: Map<string, unknown> = new Map()
  application = new Journal()
  node: HotStuff | undefined = undefined
  /** All records of all lives, of which the first `durable` are on disk. */
  readonly records: HotStuffRecord[] = []
  durable: LogPosition = 0
  /** The armed timers, with their delays. */
  readonly timers: Map<string, Micros> = new Map()
  readonly held: { readonly position: LogPosition; readonly leave: () => void }[] = []
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

  send(to: NodeId, message: HotStuffMessage): void {
    this.afterRecords(() => this.sendEagerly(to, message))
  }

  sendEagerly(to: NodeId, message: HotStuffMessage): void {
    if (to === this.self) throw new Error('a node never sends to itself')
    this.world.sent(this.self, to, message)
  }

  setTimer(timer: string, delay: Micros): void {
    this.timers.set(timer, delay)
  }

  cancelTimer(timer: string): void {
    this.timers.delete(timer)
  }

  persist(record: HotStuffRecord): LogPosition {
    this.records.push(record)
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

  /** The disk takes what was written, and what waited for that leaves. */
  sync(): void {
    if (this.durable === this.records.length) return
    this.durable = this.records.length
    while ((this.held[0]?.position ?? Number.POSITIVE_INFINITY) <= this.durable) {
      this.held.shift()?.leave()
    }
    this.node?.durable(this.durable)
  }

  /**
   * The node dies, and with it all but what the disk holds.
   * @param kept so many records that were being written are on the disk after all
   */
  crash(kept = 0): void {
    this.node = undefined
    this.records.length = Math.min(this.records.length, this.durable + kept)
    this.durable = this.records.length
    this.held.length = 0
    this.timers.clear()
    this.application = new Journal()
  }

  mine(): never {
    throw new Error('HotStuff mines nothing')
  }
  stopMining(): never {
    throw new Error('HotStuff mines nothing')
  }
  verifyWork(): never {
    throw new Error('HotStuff mines nothing')
  }
}
