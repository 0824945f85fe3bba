import { CommandList } from '../../../explorer/command-list.ts'
import {
  type AttackerHost,
  type Digest,
  type LogPosition,
  type Micros,
  type NodeId,
  type Outcome,
  type Output,
  type RequestId,
  type Signature,
  type StateMachine,
  sha256,
} from '../../../model/index.ts'
import type { IdealSignatures } from '../../../simulator/signatures.ts'
import type { PbftMessage, PbftRecord } from '../pbft.messages.ts'
import type { Pbft } from '../pbft.ts'

type Held = { readonly position: LogPosition; readonly leave: () => void }

/** What a scripted host tells its world. */
export interface ScriptedWorld {
  readonly nodes: readonly NodeId[]
  readonly accomplices: readonly NodeId[]
  readonly signatures: IdealSignatures
  now: Micros
  sent(from: NodeId, to: NodeId, message: PbftMessage): void
  recorded(node: NodeId, record: PbftRecord): void
  output(node: NodeId, output: Output): void
  replied(node: NodeId, request: RequestId, outcome: Outcome): void
}

/** The host of one replica whose disk and timers move only when a script says so. */
export class ScriptedHost implements AttackerHost<PbftMessage, PbftRecord, string> {
  readonly self: NodeId
  readonly nodes: readonly NodeId[]
  readonly peers: readonly NodeId[]
  readonly accomplices: readonly NodeId[]
  readonly arena: Map<string, unknown> = new Map()
  application: StateMachine = new CommandList()
  node: Pbft | undefined = undefined
  /** All records of all lives, of which the first `durable` are on disk. */
  readonly records: PbftRecord[] = []
  durable: LogPosition = 0
  /** The deadlines of the armed timers. */
  readonly timers: Map<string, Micros> = new Map()
  private readonly held: Held[] = []
  private readonly world: ScriptedWorld

  constructor(world: ScriptedWorld, self: NodeId) {
    this.world = world
    this.self = self
    this.nodes = world.nodes
    this.peers = world.nodes.filter((node) => node !== self)
    this.accomplices = world.accomplices
  }

  now(): Micros {
    return this.world.now
  }

  random(): number {
    return 0.5
  }

  send(to: NodeId, message: PbftMessage): void {
    this.afterRecords(() => this.sendEagerly(to, message))
  }

  sendEagerly(to: NodeId, message: PbftMessage): void {
    if (to === this.self) throw new Error('a node never sends to itself')
    this.world.sent(this.self, to, message)
  }

  setTimer(timer: string, delay: Micros): void {
    if (!Number.isInteger(delay) || delay < 0) throw new RangeError(`a delay of ${delay}`)
    this.timers.set(timer, this.world.now + delay)
  }

  cancelTimer(timer: string): void {
    this.timers.delete(timer)
  }

  persist(record: PbftRecord): LogPosition {
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

  /** The disk takes the records up to `position`, and what waited for them leaves. */
  reach(position: LogPosition): void {
    this.durable = position
    while ((this.held[0]?.position ?? Number.POSITIVE_INFINITY) <= position) {
      this.held.shift()?.leave()
    }
  }

  /** The node dies, and with it all but what the disk holds. */
  crash(): void {
    this.node = undefined
    this.records.length = this.durable
    this.held.length = 0
    this.timers.clear()
  }

  mine(): never {
    throw new Error('PBFT mines nothing')
  }
  stopMining(): never {
    throw new Error('PBFT mines nothing')
  }
  verifyWork(): never {
    throw new Error('PBFT mines nothing')
  }
}
