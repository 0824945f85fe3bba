import { dropFirst, type Micros, type NodeId, type RequestId } from '../../model/index.ts'
import type { Command, Message } from './raft.messages.ts'
import { micros } from './raft.parameters.ts'
import { RaftSnapshots } from './snapshots.ts'

/**
 * Reads that see every write answered before them, without an entry in the log (dissertation, §6.4).
 *
 * Every node answers reads from its own machine, in batches: it asks the leader for a read index (the
 * leader asks itself), waits until that index is applied, and queries. The leader gives its commit
 * index, once it has an entry of its own term committed, and once a round of heartbeats that began
 * after the question has shown that it still leads; or at once, while its lease lasts.
 */
export abstract class RaftReads extends RaftSnapshots {
  proposeRead(command: Command<'read'>, request: RequestId): void {
    if (this.leader === undefined) {
      this.refuse(request, 'no leader')
      return
    }
    if (this.reads.length >= this.parameters.maxPendingReads) {
      this.refuse(request, 'too many in flight')
      return
    }
    const lease = command.consistency === 'lease'
    if (lease && this.role === 'leader' && this.holdsLease()) {
      this.answerRead(request, command.body)
      return
    }
    const { client, sequence } = request
    const batch = this.readBatch + 1
    this.reads.push({ client, sequence, body: command.body, lease, batch, index: undefined })
    if (!this.readAsked) this.askNextBatch()
  }

  private askNextBatch(): void {
    if (this.reads.at(-1)?.batch !== this.readBatch + 1) return
    this.readBatch += 1
    this.askReadIndex()
  }

  private askReadIndex(): void {
    const { readEpoch: epoch, readBatch: batch } = this
    const lease = this.reads.every((read) => read.batch !== batch || read.lease)
    this.readAsked = true
    if (this.role === 'leader') {
      this.readIndexAsked(this.host.self, epoch, batch, lease)
      return
    }
    if (!this.readEpochOpen) this.openReadEpoch()
    this.host.setTimer('reads', micros(this.parameters.heartbeatMs))
    this.host.send(this.leader as NodeId, {
      kind: 'readIndex',
      term: this.currentTerm,
      epoch: this.readEpoch,
      batch,
      lease,
    })
  }

  /** Batches are counted from 1 in every life of the node; the epoch tells the lives apart. */
  private openReadEpoch(): void {
    this.record({ kind: 'readEpoch', epoch: this.readEpoch + 1 })
    this.readEpochOpen = true
  }

  /** The question, or the answer, may be lost. */
  readsTimeout(): void {
    if (this.readAsked && this.role === 'follower' && this.leader !== undefined) this.askReadIndex()
  }

  /** There is another leader to ask. */
  askReadsAgain(): void {
    if (this.readAsked) this.askReadIndex()
    else this.askNextBatch()
  }

  /** A read changes nothing, so to refuse it is always true. */
  refuseReads(reason: string): void {
    this.readAsked = false
    this.host.cancelTimer('reads')
    for (const { client, sequence } of this.reads.splice(0)) {
      this.refuse({ client, sequence }, reason)
    }
  }

  onReadIndexReply(message: Message<'readIndexReply'>): void {
    if (message.term !== this.currentTerm || message.epoch !== this.readEpoch) return
    this.readIndexKnown(message.batch, message.index)
  }

  private readIndexKnown(batch: number, index: number): void {
    if (!this.readAsked || batch !== this.readBatch) return
    this.readAsked = false
    for (const read of this.reads) if (read.batch === batch) read.index = index
    this.answerReads()
    this.askNextBatch()
  }

  /** Answers the reads whose index is applied. */
  answerReads(): void {
    let answered = 0
    for (const { index, client, sequence, body } of this.reads) {
      if (index === undefined || index > this.lastApplied) break
      this.answerRead({ client, sequence }, body)
      answered += 1
    }
    dropFirst(this.reads, answered)
  }

  private answerRead(request: RequestId, body: Uint8Array): void {
    // All that it shows is committed, so nothing of it depends on this node's disk.
    const result = this.host.application.query(body)
    this.host.replyEagerly(request, { kind: 'done', result })
  }

  // ── The leader's part. ──

  onReadIndex(from: NodeId, message: Message<'readIndex'>): void {
    if (this.role !== 'leader' || message.term !== this.currentTerm) return
    this.readIndexAsked(from, message.epoch, message.batch, message.lease)
  }

  private readIndexAsked(node: NodeId, epoch: number, batch: number, lease: boolean): void {
    if (this.mayAnswerAtOnce(lease)) {
      this.giveReadIndex(node, epoch, batch, this.commitIndex)
      return
    }
    this.readAsks.push({ node, epoch, batch })
    this.confirmReads()
  }

  /** Only a lease spares the round of heartbeats. */
  mayAnswerAtOnce(lease: boolean): boolean {
    return lease && this.holdsLease()
  }

  /** Begins a round for all that have asked since the last one. */
  confirmReads(): void {
    if (this.confirmingAsks.length > 0 || this.readAsks.length === 0) return
    if (!this.maySetReadIndex()) return
    this.confirmingAsks = this.readAsks
    this.readAsks = []
    this.confirmingRound = this.round + 1
    this.confirmingIndex = this.commitIndex
    this.beginRound()
  }

  /** Before it has committed in its own term, a leader may not know all that is committed (§6.4). */
  maySetReadIndex(): boolean {
    return this.hasCommittedInTerm()
  }

  roundConfirmed(): void {
    this.extendLease()
    if (this.confirmingAsks.length === 0 || this.confirmedRound < this.confirmingRound) return
    const asks = this.confirmingAsks
    this.confirmingAsks = []
    for (const { node, epoch, batch } of asks) {
      this.giveReadIndex(node, epoch, batch, this.confirmingIndex)
    }
    this.confirmReads()
  }

  private giveReadIndex(node: NodeId, epoch: number, batch: number, index: number): void {
    if (node === this.host.self) this.readIndexKnown(batch, index)
    else {
      const reply = { kind: 'readIndexReply', term: this.currentTerm, epoch, batch, index } as const
      this.host.sendEagerly(node, reply)
    }
  }

  /** Those who asked will ask the next leader. */
  forgetReadAsks(): void {
    this.readAsks = []
    this.confirmingAsks = []
  }

  // ── The lease (§6.4.1). ──

  /**
   * How long, after the beginning of a round that a quorum confirmed, no other leader can be elected.
   * The quorum's voters stay loyal for the minimum election timeout by their clocks, which may run
   * fast by the drift, while the leader's own runs slow by as much.
   */
  leaseMicros(): Micros {
    const drift = this.parameters.clockDriftPpm
    return Math.floor((this.minimumElectionTimeout * (1e6 - drift)) / (1e6 + drift))
  }

  private extendLease(): void {
    let confirmed = 0
    for (const { round, at } of this.roundStarts) {
      if (round > this.confirmedRound) break
      this.leaseEnd = at + this.leaseMicros()
      confirmed += 1
    }
    dropFirst(this.roundStarts, confirmed)
  }

  holdsLease(): boolean {
    return !this.leaseForfeited && this.maySetReadIndex() && this.host.now() < this.leaseEnd
  }
}
