import type {
  Host,
  LogPosition,
  Micros,
  NodeId,
  Outcome,
  Output,
  RequestId,
  StateMachine,
} from '../../../model/index.ts'
import type { RaftMessage, RaftRecord } from '../raft.messages.ts'
import type { Raft } from '../raft.ts'
import { Journal } from './journal.ts'

type Held = { readonly position: LogPosition; readonly leave: () => void }

/** What a scripted host tells its cluster. */
export interface ScriptedWorld {
  readonly nodes: readonly NodeId[]
  now: Micros
  random(): number
  sent(from: NodeId, to: NodeId, message: RaftMessage): void
  recorded(node: NodeId, record: RaftRecord): void
  output(node: NodeId, output: Output): void
  replied(node: NodeId, request: RequestId, outcome: Outcome): void
}

/** The host of one node whose disk and timers move only when a script says so. */
export class ScriptedHost implements Host<RaftMessage, RaftRecord, string> {
  readonly self: NodeId
  readonly nodes: readonly NodeId[]
  readonly peers: readonly NodeId[]
  readonly arena: Map<string, unknown> = new Map()
  application: StateMachine = new Journal()
  node: Raft | undefined = undefined
  /** All records of all lives, of which the first `durable` are on disk. */
  readonly records: RaftRecord[] = []
  durable: LogPosition = 0
  /** The deadlines of the armed timers. */
  readonly timers: Map<string, Micros> = new Map()
  readonly held: Held[] = []
  private readonly world: ScriptedWorld

  constructor(world: ScriptedWorld, self: NodeId) {
    this.world = world
    this.self = self
    this.nodes = world.nodes
    this.peers = world.nodes.filter((node) => node !== self)
  }

  now(): Micros {
    return this.world.now
  }

  random(): number {
    return this.world.random()
  }

  send(to: NodeId, message: RaftMessage): void {
    this.afterRecords(() => this.sendEagerly(to, message))
  }

  sendEagerly(to: NodeId, message: RaftMessage): void {
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

  persist(record: RaftRecord): LogPosition {
    this.records.push(record)
    this.world.recorded(this.self, record)
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

  sign(): never {
    throw new Error('Raft signs nothing')
  }
  verify(): never {
    throw new Error('Raft verifies nothing')
  }
  hash(): never {
    throw new Error('Raft hashes nothing')
  }
  mine(): never {
    throw new Error('Raft mines nothing')
  }
  stopMining(): never {
    throw new Error('Raft mines nothing')
  }
  verifyWork(): never {
    throw new Error('Raft mines nothing')
  }
}
