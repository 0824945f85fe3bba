import { equalBytes, type LogPosition, type NodeId } from '../../model/index.ts'
import {
  type AcceptableList,
  type DlsMessage,
  Lock,
  type Message,
  type RoundMessage,
} from './dls.messages.ts'
import { DlsLocks } from './locks.ts'
import { coordinatorOf, stepOf } from './phase.ts'
import { lockText } from './signed-text.ts'
import { distinctValues, type Value } from './value-list.ts'

/** The four rounds of a phase: three of trying, one of lock release (§3.2.2, algorithm 2). */
export abstract class DlsTrying extends DlsLocks {
  /** Enough processors have locked the coordinator's proposal. */
  abstract decide(value: Value): void
  abstract announce(): void

  get coordinator(): NodeId {
    return coordinatorOf(this.phase, this.host.nodes.length)
  }

  get isCoordinator(): boolean {
    return this.coordinator === this.host.self
  }

  beginRound(): void {
    if (this.phaseTried !== this.phase) this.beginPhase()
    switch (stepOf(this.round)) {
      case 'list':
        return this.sendList()
      case 'lock':
        return this.proposeLock()
      case 'acknowledge':
        return this.sendAcknowledgement()
      case 'release':
        return this.showLocks()
    }
  }

  /** What a coordinator knows counts in its own phase alone, also where rounds were missed. */
  private beginPhase(): void {
    this.phaseTried = this.phase
    this.lists.clear()
    this.proposal = undefined
    this.acknowledged.clear()
    this.ownLock = undefined
  }

  inRound(from: NodeId, message: RoundMessage): void {
    switch (message.kind) {
      case 'list':
        return this.onList(from, message.list)
      case 'lock':
        return this.onLock(message.lock)
      case 'acknowledge':
        return this.onAcknowledge(from, message)
      case 'release':
        for (const lock of message.locks) this.releaseFor(lock)
        return
    }
  }

  // Round 4k - 3: each processor tells the coordinator what is acceptable and proper.

  private sendList(): void {
    const list = this.acceptableList()
    if (this.isCoordinator) this.lists.set(this.host.self, list)
    else this.toCoordinator({ kind: 'list', list, standing: this.standing })
  }

  private toCoordinator(message: DlsMessage): void {
    this.host.send(this.coordinator, message)
  }

  private onList(from: NodeId, list: AcceptableList): void {
    if (!this.isCoordinator || list.node !== from || this.lists.has(from)) return
    if (this.hasSigned(list)) this.lists.set(from, list)
  }

  // Round 4k - 2: the coordinator proposes a value that N - t have in their lists, with the lists as proof.

  private proposeLock(): void {
    if (!this.isCoordinator) return
    const value = this.candidates()[0]
    if (value === undefined) return
    this.proposal = value
    const lock = this.signedLock(value)
    this.sendLock(lock)
    this.ownLock = this.lock(lock)
  }

  sendLock(lock: Lock): void {
    this.broadcast({ kind: 'lock', lock, standing: this.standing })
  }

  /** What may be proposed, the coordinator's own initial value before others. */
  candidates(): Value[] {
    const initial = this.initial === undefined ? [] : [this.initial]
    const listed = [...this.lists.values()]
      .sort((left, right) => left.node - right.node)
      .flatMap(({ values }) => values)
    return distinctValues([...initial, ...listed]).filter(
      (value) => this.listsWith(value).length >= this.listsNeeded,
    )
  }

  listsWith(value: Value): AcceptableList[] {
    return [...this.lists.values()]
      .filter((list) => this.supports(list, value))
      .sort((left, right) => left.node - right.node)
  }

  signedLock(value: Value): Lock {
    const { phase } = this
    const signature = this.host.sign(lockText({ value, phase }))
    return Lock({ value, phase, proof: this.listsWith(value), signature })
  }

  private onLock(lock: Lock): void {
    if (this.isCoordinator || !this.isValidLock(lock)) return
    this.lock(lock)
  }

  // Round 4k - 1: who has locked the value says so; for 2t + 1 the coordinator decides.

  private sendAcknowledgement(): void {
    if (this.isCoordinator) return
    const { phase, standing } = this
    for (const lock of this.locks) {
      if (lock.phase !== phase) continue
      this.toCoordinator({ kind: 'acknowledge', phase, value: lock.value, standing })
    }
  }

  private onAcknowledge(from: NodeId, { value }: Message<'acknowledge'>): void {
    if (this.proposal !== undefined && equalBytes(value, this.proposal)) this.count(from)
  }

  /** The coordinator's own lock counts like any other: once it is on disk. */
  override durable(position: LogPosition): void {
    if (this.ownLock === undefined || position < this.ownLock) return
    this.ownLock = undefined
    this.count(this.host.self)
  }

  private count(locker: NodeId): void {
    this.acknowledged.add(locker)
    if (this.acknowledged.size >= this.acknowledgementsNeeded) this.decide(this.proposal as Value)
  }

  /** Of 2t + 1 that have locked the value t + 1 are correct, and of them one is in any N - t. */
  get acknowledgementsNeeded(): number {
    return 2 * this.faulty + 1
  }

  // Round 4k: all show their locks, and release those for which there is a later one.

  showLocks(): void {
    const { phase, locks, standing } = this
    this.broadcast({ kind: 'release', phase, locks, standing })
    for (const lock of locks) this.releaseFor(lock)
    this.announce()
  }
}
