import type { RequestId } from '../../model/index.ts'
import { MultiPaxosFollower } from './follower.ts'

/**
 * Reads that see every write answered before them, without a slot of the log. The leader answers them
 * from its own machine, once a round of heartbeats that began after the question has shown that it
 * still leads: whoever confirms has promised no higher ballot, so that no later leader can have had
 * its majority before.
 */
export abstract class MultiPaxosReads extends MultiPaxosFollower {
  proposeRead({ client, sequence }: RequestId, body: Uint8Array): void {
    if (this.reads.length >= this.parameters.maxPendingReads) {
      this.refuse({ client, sequence }, 'too many in flight')
      return
    }
    this.reads.push({ client, sequence, body })
    this.confirmReads()
  }

  /** Begins a round for all reads that have come since the last one. */
  confirmReads(): void {
    if (this.confirmingReads.length > 0 || this.reads.length === 0 || !this.mayRead()) return
    this.confirmingReads = this.reads
    this.reads = []
    this.confirmingRound = this.round + 1
    this.beginRound()
  }

  /** A new leader may not know yet of all that earlier ones have answered. */
  mayRead(): boolean {
    return this.hasRecovered()
  }

  roundConfirmed(): void {
    if (this.confirmingReads.length === 0 || !this.isConfirmed()) return
    for (const { client, sequence, body } of this.confirmingReads.splice(0)) {
      // All that it shows is chosen, so nothing of it depends on this node's disk.
      const result = this.host.application.query(body)
      this.host.replyEagerly({ client, sequence }, { kind: 'done', result })
    }
    this.confirmReads()
  }

  isConfirmed(): boolean {
    return this.confirmedRound >= this.confirmingRound
  }

  moreChosen(): void {
    this.confirmReads()
  }

  /** A read changes nothing, so to refuse it is always true. */
  refuseReads(): void {
    for (const { client, sequence } of [
      ...this.confirmingReads.splice(0),
      ...this.reads.splice(0),
    ]) {
      this.refuse({ client, sequence }, 'not the leader')
    }
  }
}
