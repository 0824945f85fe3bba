import type { LogPosition, NodeId, RequestId } from '../../model/index.ts'
import { MultiPaxosLeadership } from './leadership.ts'
import { type Message, PValue, type Value } from './multi-paxos.messages.ts'
import { micros } from './multi-paxos.parameters.ts'
import { reachedByQuorum } from './reached-by-quorum.ts'

/** What a pvalue takes on the wire beside a write's body, roughly. */
const overheadBytes = 24

const noOp: Value = { kind: 'noOp' }

function bytesOf({ value }: PValue): number {
  return overheadBytes + (value.kind === 'write' ? value.body.length : 0)
}

/**
 * Phase 2, the leader's side (Lamport 2001, §3; commanders, in van Renesse and Altinbuken 2015, §2.3):
 * it proposes slot after slot without waiting, several in a message where they gather, while its own
 * disk writes them too. What is chosen the acceptors learn with the next message.
 */
export abstract class MultiPaxosLeader extends MultiPaxosLeadership {
  /** A majority has confirmed that this node led when `confirmedRound` began. */
  abstract roundConfirmed(): void
  /** More slots are chosen. */
  abstract moreChosen(): void

  becomeLeader(): void {
    const { self, nodes } = this.host
    this.role = 'leader'
    this.leader = self
    this.accepted = nodes.map(() => 0)
    this.accepted[self] = this.executedSlot
    this.acknowledgedRound = nodes.map(() => 0)
    this.confirmedRound = this.round
    this.quorumHeard = true
    this.sentThrough = this.executedSlot
    // From here on, what this leader has counted.
    this.chosenThrough = this.executedSlot
    this.host.cancelTimer('leader')
    this.host.setTimer('heartbeat', micros(this.parameters.heartbeatMs))
    this.host.setTimer('quorum', this.leaderTimeout)
    this.proposeRecovered()
    this.beginRound()
  }

  /** Proposes again, in this ballot, all that may have been chosen; and fills the gaps, so that what follows can be executed. */
  private proposeRecovered(): void {
    const { recovered } = this
    this.recovered = []
    this.promisers.clear()
    this.recoveredThrough = this.executedSlot + recovered.length
    if (recovered.length > 0) this.proposeAll(this.valuesToPropose(recovered))
  }

  valuesToPropose(recovered: readonly (PValue | undefined)[]): Value[] {
    return recovered.map((pvalue) => pvalue?.value ?? noOp)
  }

  /** Forgets what only a leader keeps. */
  forgetFollowers(): void {
    this.accepted = []
    this.acknowledgedRound = []
    this.batches = []
    this.writes = []
    this.host.cancelTimer('heartbeat')
    this.host.cancelTimer('quorum')
  }

  // ── Phase 2a. ──

  proposeWrite(request: RequestId, body: Uint8Array): void {
    if (this.nextSlot - this.chosenThrough > this.parameters.window) {
      this.refuse(request, 'too many in flight')
      return
    }
    const value: Value = { kind: 'write', request, body }
    this.acceptOwn(this.nextSlot, [PValue({ ballot: this.ballot, value })])
  }

  /** The first slot for which nothing is proposed. */
  get nextSlot(): number {
    return this.lastSlot + 1
  }

  private proposeAll(values: readonly Value[]): void {
    const { ballot } = this
    this.acceptOwn(
      this.executedSlot + 1,
      values.map((value) => PValue({ ballot, value })),
    )
  }

  /** The leader's own acceptor accepts, and the others are asked while its disk still writes. */
  private acceptOwn(slot: number, pvalues: readonly PValue[]): void {
    const position = this.accept(slot, pvalues)
    this.writes.push({ position, slot: slot + pvalues.length - 1 })
    this.sendNew()
  }

  /** Sends what was not sent, unless so much is on its way that it had better gather. */
  private sendNew(): void {
    const { lastSlot } = this
    while (
      this.sentThrough < lastSlot &&
      this.batches.length < this.parameters.maxAcceptsInFlight
    ) {
      const slot = this.sentThrough + 1
      const pvalues = this.batchFrom(slot, lastSlot)
      this.sentThrough += pvalues.length
      this.batches.push(this.sentThrough)
      this.sendToAll(this.acceptMessage(slot, pvalues))
    }
  }

  /**
   * Eagerly, in parallel with the leader's own write: it counts itself no sooner than its disk has the
   * slot, and its ballot was on disk before it led.
   */
  private sendToAll(message: Message<'accept'>): void {
    const { peers } = this.host
    for (let i = 0; i < peers.length; i += 1) this.host.sendEagerly(peers[i] as NodeId, message)
  }

  /** The pvalues from `slot` on, in this ballot, as many as go into one message. */
  private batchFrom(slot: number, through: number): PValue[] {
    const limit = Math.min(through, slot + this.parameters.maxSlotsPerAccept - 1)
    const batch: PValue[] = []
    let room = this.parameters.maxBytesPerAccept
    for (let next = slot; next <= limit && room > 0; next += 1) {
      const pvalue = this.pvalueAt(next) as PValue
      batch.push(this.inThisBallot(pvalue))
      room -= bytesOf(pvalue)
    }
    return batch
  }

  /** What was chosen before this ballot is its value in this one too (P2c). */
  private inThisBallot(pvalue: PValue): PValue {
    const { ballot } = this
    return pvalue.ballot === ballot ? pvalue : PValue({ ballot, value: pvalue.value })
  }

  private acceptMessage(slot: number, pvalues: readonly PValue[]): Message<'accept'> {
    return {
      kind: 'accept',
      ballot: this.ballot,
      slot,
      pvalues,
      sentThrough: this.sentThrough,
      chosenThrough: this.chosenThrough,
      round: this.round,
    }
  }

  /** Sends slots again to one that lacks them. */
  sendAgain(to: NodeId, slot: number, through: number): void {
    let next = slot
    while (next <= through) {
      const pvalues = this.batchFrom(next, through)
      this.host.sendEagerly(to, this.acceptMessage(next, pvalues))
      next += pvalues.length
    }
  }

  // ── Phase 2b, as the leader counts it. ──

  onAccepted(from: NodeId, { ballot, through, round }: Message<'accepted'>): void {
    if (this.role !== 'leader' || ballot !== this.ballot) return
    this.acknowledgeRound(from, round)
    this.countAccepted(from, through)
  }

  /** The leader's own disk counts like any other's. */
  override durable(position: LogPosition): void {
    let reached = 0
    let slot = 0
    while (reached < this.writes.length) {
      const write = this.writes[reached] as { position: number; slot: number }
      if (write.position > position) break
      slot = write.slot
      reached += 1
    }
    if (reached === 0) return
    this.writes.splice(0, reached)
    this.countAccepted(this.host.self, slot)
  }

  countAccepted(from: NodeId, through: number): void {
    if (through <= (this.accepted[from] as number)) return
    this.accepted[from] = through
    // What a majority has accepted in this ballot is chosen.
    const chosen = reachedByQuorum(this.accepted, this.majority, this.chosenThrough)
    if (chosen <= this.chosenThrough) return
    this.chosenThrough = chosen
    // Only a node that is alone chooses what it has not sent.
    this.sentThrough = Math.max(this.sentThrough, chosen)
    this.executeThrough(chosen)
    let whole = 0
    while (whole < this.batches.length && (this.batches[whole] as number) <= chosen) whole += 1
    if (whole > 0) this.batches.splice(0, whole)
    this.sendNew()
    this.moreChosen()
  }

  /** Is all executed that may have been chosen before this ballot? Only then does the leader know of every write. */
  hasRecovered(): boolean {
    return this.executedSlot >= this.recoveredThrough
  }

  // ── Rounds of heartbeats. ──

  heartbeatTimeout(): void {
    this.host.setTimer('heartbeat', micros(this.parameters.heartbeatMs))
    this.beginRound()
  }

  /** Lets every node hear the leader, and the leader know who did. */
  beginRound(): void {
    this.round += 1
    this.acknowledgedRound[this.host.self] = this.round
    this.sendToAll(this.acceptMessage(this.sentThrough + 1, []))
    this.confirmRounds()
  }

  private acknowledgeRound(from: NodeId, round: number): void {
    if (round <= (this.acknowledgedRound[from] as number)) return
    this.acknowledgedRound[from] = round
    this.confirmRounds()
  }

  private confirmRounds(): void {
    const confirmed = reachedByQuorum(this.acknowledgedRound, this.majority, this.confirmedRound)
    if (confirmed === this.confirmedRound) return
    this.confirmedRound = confirmed
    this.quorumHeard = true
    this.roundConfirmed()
  }

  /** A leader that has not heard a majority for a leader timeout makes way. */
  quorumTimeout(): void {
    if (!this.quorumHeard) {
      this.stepDown()
      return
    }
    this.quorumHeard = false
    this.host.setTimer('quorum', this.leaderTimeout)
  }
}
