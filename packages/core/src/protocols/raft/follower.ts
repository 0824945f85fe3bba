import type { NodeId } from '../../model/index.ts'
import type { Entry, Message } from './raft.messages.ts'
import { RaftReplication } from './replication.ts'

/** Log replication: the follower's side (dissertation, §3.5, figure 3.1). */
export abstract class RaftFollower extends RaftReplication {
  onAppendEntries(from: NodeId, message: Message<'appendEntries'>): void {
    if (message.term < this.currentTerm) {
      this.rejectStaleLeader(from)
      return
    }
    this.hearLeader(from)
    const { prevLogIndex, entries } = message
    if (!this.matchesLog(prevLogIndex, message.prevLogTerm)) {
      this.rejectEntries(from, message)
      return
    }
    const first = this.firstNewEntry(prevLogIndex, entries)
    if (first < entries.length) {
      this.append(prevLogIndex + 1 + first, first === 0 ? entries : entries.slice(first))
    }
    const lastNewIndex = prevLogIndex + entries.length
    const committed = this.committedNow(message.leaderCommit, lastNewIndex)
    if (committed > this.commitIndex) this.commitThrough(committed)
    this.accept(from, lastNewIndex, message.round)
  }

  /** Tells the leader how far the logs match. It leaves when the entries are on disk, which is what the leader counts. */
  accept(leader: NodeId, matchIndex: number, round: number): void {
    this.host.send(leader, {
      kind: 'appendEntriesAccepted',
      term: this.currentTerm,
      matchIndex,
      round,
    })
  }

  /**
   * The place of the first entry that the log does not hold yet; the number of entries if it holds
   * all. An entry that is there must stay, and those after it: the message may be an old one (§3.5).
   */
  firstNewEntry(prevLogIndex: number, entries: readonly Entry[]): number {
    if (prevLogIndex === this.lastIndex) return 0
    let first = Math.max(0, this.discardedIndex - prevLogIndex)
    while (
      first < entries.length &&
      this.termAt(prevLogIndex + 1 + first) === (entries[first] as Entry).term
    ) {
      first += 1
    }
    return first
  }

  /** The leader may have committed more than it sent; what else this log holds may not be the leader's. */
  committedNow(leaderCommit: number, lastNewIndex: number): number {
    return Math.min(leaderCommit, lastNewIndex)
  }

  /** The higher term in the answer makes the sender step down. */
  rejectStaleLeader(to: NodeId): void {
    this.host.send(to, {
      kind: 'appendEntriesRejected',
      term: this.currentTerm,
      prevLogIndex: 0,
      conflictTerm: 0,
      conflictIndex: 0,
      round: 0,
    })
  }

  private rejectEntries(from: NodeId, message: Message<'appendEntries'>): void {
    const { prevLogIndex, round } = message
    const tooShort = prevLogIndex > this.lastIndex
    const conflictTerm = tooShort ? 0 : this.termAt(prevLogIndex)
    this.host.send(from, {
      kind: 'appendEntriesRejected',
      term: this.currentTerm,
      prevLogIndex,
      conflictTerm,
      conflictIndex: tooShort ? this.lastIndex + 1 : this.firstIndexOfTerm(conflictTerm),
      round,
    })
  }
}
