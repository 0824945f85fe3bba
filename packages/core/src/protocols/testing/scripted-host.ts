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
} from '../../model/index.ts'
import type { IdealSignatures } from '../../simulator/signatures.ts'
import { Journal } from './journal.ts'

/** Where scripted hosts live: what they ask, and whom they tell what their nodes do. */
export interface ScriptedWorld<Message, Record> {
  readonly nodes: readonly NodeId[]
  /** The Byzantine nodes; none where it is left out. */
  readonly accomplices?: readonly NodeId[]
  /** Left out where the protocol has no signatures. */
  readonly signatures?: IdealSignatures
  /** Zero for good where it is left out. */
  readonly now?: Micros
  /** Always one half where it is left out. */
  random?(): number
  sent(from: NodeId, to: NodeId, message: Message): void
  recorded?(node: NodeId, record: Record): void
  output(node: NodeId, output: Output): void
  replied(node: NodeId, request: RequestId, outcome: Outcome): void
}

type Held = { readonly position: LogPosition; readonly leave: () => void }

/** The host of one node whose disk and timers move only when a script says so. */
export class ScriptedHost<Node, Message, Record, Timer extends string>
  implements AttackerHost<Message, Record, Timer>
{
  readonly self: NodeId
  readonly nodes: readonly NodeId[]
  readonly peers: readonly NodeId[]
  readonly arena: Map<string, unknown> = new Map()
  application: StateMachine
  /** Undefined while it is down. */
  node: Node | undefined = undefined
  /** All records of all lives, of which the first `durable` are on disk. */
  readonly records: Record[] = []
  durable: LogPosition = 0
  /** The deadlines of the armed timers. */
  readonly timers: Map<Timer, Micros> = new Map()
  private readonly held: Held[] = []
  private readonly world: ScriptedWorld<Message, Record>
  private readonly emptyMachine: () => StateMachine

  constructor(
    world: ScriptedWorld<Message, Record>,
    self: NodeId,
    emptyMachine: () => StateMachine = () => new Journal(),
  ) {
    this.world = world
    this.self = self
    this.nodes = world.nodes
    this.peers = world.nodes.filter((node) => node !== self)
    this.emptyMachine = emptyMachine
    this.application = emptyMachine()
  }

  get accomplices(): readonly NodeId[] {
    return this.world.accomplices ?? []
  }

  now(): Micros {
    return this.world.now ?? 0
  }

  random(): number {
    return this.world.random?.() ?? 0.5
  }

  send(to: NodeId, message: Message): void {
    this.afterRecords(() => this.sendEagerly(to, message))
  }

  sendEagerly(to: NodeId, message: Message): void {
    if (to === this.self) throw new Error('a node never sends to itself')
    this.world.sent(this.self, to, message)
  }

  setTimer(timer: Timer, delay: Micros): void {
    if (!Number.isInteger(delay) || delay < 0) throw new RangeError(`a delay of ${delay}`)
    this.timers.set(timer, this.now() + delay)
  }

  cancelTimer(timer: Timer): void {
    this.timers.delete(timer)
  }

  persist(record: Record): LogPosition {
    this.records.push(record)
    this.world.recorded?.(this.self, record)
    return this.records.length
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

  /** The disk takes the records up to `position`, and what waited for them leaves. The node is to be told. */
  reach(position: LogPosition): void {
    this.durable = position
    while ((this.held[0]?.position ?? Number.POSITIVE_INFINITY) <= position) {
      this.held.shift()?.leave()
    }
  }

  /**
   * The node dies, and with it all but what the disk holds.
   * @param surviving so many records are on disk: the durable ones, and maybe some that were being written
   */
  crash(surviving: LogPosition = this.durable): void {
    this.node = undefined
    this.records.length = surviving
    this.durable = surviving
    this.held.length = 0
    this.timers.clear()
    this.application = this.emptyMachine()
  }

  private get signatures(): IdealSignatures {
    const { signatures } = this.world
    if (signatures === undefined) throw new Error('this protocol has no signatures')
    return signatures
  }

  sign(bytes: Uint8Array): Signature {
    return this.signatures.sign(this.self, bytes)
  }

  verify(signer: NodeId, bytes: Uint8Array, signature: Signature): boolean {
    return this.signatures.verify(signer, bytes, signature)
  }

  hash(bytes: Uint8Array): Digest {
    return sha256(bytes)
  }

  mine(): never {
    throw new Error('this protocol mines nothing')
  }
  stopMining(): never {
    throw new Error('this protocol mines nothing')
  }
  verifyWork(): never {
    throw new Error('this protocol mines nothing')
  }
}
