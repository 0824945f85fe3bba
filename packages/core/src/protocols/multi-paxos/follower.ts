import type { NodeId } from '../../model/index.ts'
import { MultiPaxosLeader } from './leader.ts'
import { type Message, Snapshot } from './multi-paxos.messages.ts'
import { micros } from './multi-paxos.parameters.ts'

/**
 * Phase 2b, and how a replica catches up (Chandra et al. 2007, §5.1, §5.5). It accepts slots in any
 * order, and asks for those that it lacks; where the log does not reach back that far any more, it
 * fetches a snapshot, piece by piece. So a leader keeps nothing about who was sent what, and any
 * message may be lost.
 */
export abstract class MultiPaxosFollower extends MultiPaxosLeader {
  onAccept(from: NodeId, message: Message<'accept'>): void {
    const { ballot, slot, pvalues, round } = message
    if (!this.mayAccept(ballot)) {
      this.reject(from, ballot)
      return
    }
    this.hearLeader(from, ballot)
    if (pvalues.length > 0) this.acceptNew(slot, pvalues)
    this.learnChosen(message.chosenThrough)
    this.tellAccepted(from, ballot, round)
    if (this.acceptedThrough < message.sentThrough) this.askForMissing(from, message.sentThrough)
  }

  /** It leaves when all that it says is on disk, which is what the leader counts. */
  tellAccepted(leader: NodeId, ballot: number, round: number): void {
    this.host.send(leader, { kind: 'accepted', ballot, through: this.acceptedThrough, round })
  }

  // ── Slots that are missing. ──

  /** Asks for the first gap, unless that has been done. */
  private askForMissing(leader: NodeId, sentThrough: number): void {
    if (this.arriving !== undefined || this.acceptedThrough < this.askedThrough) return
    const slot = this.acceptedThrough + 1
    this.askedThrough = this.endOfGap(slot, sentThrough)
    this.host.setTimer('catchUp', micros(this.parameters.catchUpMs))
    const { promised: ballot, askedThrough: through } = this
    this.host.sendEagerly(leader, { kind: 'lacking', ballot, slot, through })
  }

  private endOfGap(slot: number, sentThrough: number): number {
    const limit = Math.min(sentThrough, slot + this.parameters.maxSlotsAsked - 1)
    let end = slot
    while (end < limit) {
      const next = this.pvalueAt(end + 1)
      if (next !== undefined && this.isCurrent(next)) break
      end += 1
    }
    return end
  }

  onLacking(from: NodeId, { ballot, slot, through }: Message<'lacking'>): void {
    if (this.role !== 'leader' || ballot !== this.ballot) return
    if (slot <= this.discardedSlot) this.offerSnapshot(from)
    else this.sendAgain(from, slot, Math.min(through, this.sentThrough))
  }

  /** What was asked for has not come: the leader's next message makes this node ask again. */
  catchUpTimeout(): void {
    this.askedThrough = 0
    const { arriving } = this
    if (arriving === undefined) return
    if (arriving.stalled) {
      this.arriving = undefined
      return
    }
    arriving.stalled = true
    this.askForPieces()
  }

  // ── Snapshots. ──

  /**
   * The snapshot that is being sent to anyone stays the same until nobody asks for it any more; unless
   * the log that follows it is gone, because this node itself had to install another.
   */
  offerSnapshot(to: NodeId): void {
    if ((this.offered?.slot ?? 0) < this.discardedSlot) this.offered = this.snapshot
    this.sendPieces(to, 0)
  }

  onLackingSnapshot(from: NodeId, { slot, offset }: Message<'lackingSnapshot'>): void {
    this.offered ??= this.snapshot
    if (this.offered?.slot === slot) this.sendPieces(from, offset)
  }

  private sendPieces(to: NodeId, from: number): void {
    if (this.offered === undefined) return
    const { slot, content } = this.offered
    const { snapshotPieceBytes, maxSnapshotBytesAsked } = this.parameters
    this.host.setTimer('offer', 4 * micros(this.parameters.catchUpMs))
    const end = Math.min(content.length, from + maxSnapshotBytesAsked)
    for (let offset = from; offset < end; offset += snapshotPieceBytes) {
      // What a snapshot holds is chosen, so it needs no wait for this node's own disk.
      this.host.sendEagerly(to, {
        kind: 'snapshot',
        slot,
        totalBytes: content.length,
        offset,
        data: content.subarray(offset, offset + snapshotPieceBytes),
      })
    }
  }

  offerTimeout(): void {
    this.offered = undefined
  }

  onSnapshot(from: NodeId, message: Message<'snapshot'>): void {
    const { slot, totalBytes, offset, data } = message
    if (slot <= this.executedSlot) return
    if (this.arriving === undefined) {
      this.arriving = {
        slot,
        totalBytes,
        from,
        received: 0,
        chunks: [],
        askedFrom: 0,
        stalled: false,
      }
      this.host.setTimer('catchUp', micros(this.parameters.catchUpMs))
    }
    const { arriving } = this
    if (arriving.slot !== slot || arriving.from !== from || arriving.received !== offset) return
    arriving.chunks.push(data)
    arriving.received += data.length
    arriving.stalled = false
    if (arriving.received >= totalBytes) this.installSnapshot()
    else if (arriving.received - arriving.askedFrom >= this.parameters.maxSnapshotBytesAsked) {
      this.askForPieces()
    }
  }

  private askForPieces(): void {
    const { arriving } = this
    if (arriving === undefined) return
    arriving.askedFrom = arriving.received
    this.host.setTimer('catchUp', micros(this.parameters.catchUpMs))
    const { slot, received: offset, from } = arriving
    this.host.sendEagerly(from, { kind: 'lackingSnapshot', slot, offset })
  }

  private installSnapshot(): void {
    if (this.arriving === undefined) return
    const { slot, totalBytes, chunks } = this.arriving
    const content = new Uint8Array(totalBytes)
    let offset = 0
    for (const chunk of chunks) {
      content.set(chunk, offset)
      offset += chunk.length
    }
    this.arriving = undefined
    this.askedThrough = 0
    const snapshot = Snapshot({ slot, content })
    this.saveSnapshot(snapshot, slot)
    this.restoreSnapshot(snapshot)
    this.host.output({ kind: 'restored', index: slot, term: 0 })
    this.learnChosen(slot)
    // The promises were for slots that this node no longer lacks.
    if (this.role === 'candidate') this.beginBallot()
  }
}
