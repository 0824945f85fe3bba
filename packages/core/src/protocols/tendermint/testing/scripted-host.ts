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
import { Journal } from '../../raft/testing/journal.ts'
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

/** The host of one validator whose timers go off only when a script says so, and whose disk takes no time. */
export class ScriptedHost implements Host<TendermintMessage, TendermintRecord, string> {
  readonly self: NodeId
  readonly nodes: readonly NodeId[]
  readonly peers: readonly NodeId[]
  readonly arena: Map<string, unknown> = new Map()
  application = new Journal()
  node: Tendermint | undefined = undefined
  readonly records: TendermintRecord[] = []
  /** The armed timers, with their delays. */
  readonly timers: Map<string, Micros> = new Map()
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
    if (to === this.self) throw new Error('a node never sends to itself')
    this.world.sent(this.self, to, message)
  }

  sendEagerly(to: NodeId, message: TendermintMessage): void {
    this.send(to, message)
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
    this.replyEagerly(request, outcome)
  }

  replyEagerly(request: RequestId, outcome: Outcome): void {
    this.world.replied(this.self, request, outcome)
  }

  crash(): void {
    this.node = undefined
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
