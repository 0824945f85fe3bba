import { type Execution, runOnce, type Session } from '../../machines/session.ts'
import { decode, encode, type RequestId } from '../../model/index.ts'
import { RaftElection } from './election.ts'
import { type Entry, Snapshot, SnapshotContent } from './raft.messages.ts'

const noBytes = new Uint8Array(0)

/**
 * What becomes of committed entries: the machine runs them, each client's request once (dissertation,
 * §6.3), and snapshots stand in for them (§5.1).
 */
export abstract class RaftApplication extends RaftElection {
  /** Entries were committed and applied. */
  abstract afterCommit(): void
  /** The log must keep what comes after this index, for a follower that will soon need it. */
  abstract neededAfter(index: number): number

  commitThrough(index: number): void {
    this.commitIndex = index
    while (this.lastApplied < index) {
      this.lastApplied += 1
      this.applyEntry(this.lastApplied, this.entryAt(this.lastApplied))
    }
    // What is committed is never taken back.
    this.host.application.forgetUndo(0)
    if (this.lastApplied - this.snapshotIndex >= this.parameters.snapshotEntries) {
      this.takeSnapshot()
    }
    this.afterCommit()
  }

  private applyEntry(index: number, entry: Entry): void {
    const { content, term } = entry
    let command: Uint8Array = noBytes
    let request: RequestId | undefined
    let applied = false
    switch (content.kind) {
      case 'noOp':
        break
      case 'write':
        command = content.body
        request = content.request
        applied = this.applyWrite(index, term, request, command)
        break
      case 'configuration':
        request = content.request
        if (request !== undefined) this.answer(term, request, noBytes)
        break
    }
    this.host.output({ kind: 'committed', index, term, command, request, applied })
  }

  /** Runs a write unless its session has seen it; says whether the machine ran it. */
  private applyWrite(index: number, term: number, request: RequestId, body: Uint8Array): boolean {
    const execution = this.execute(index, request, body)
    switch (execution.kind) {
      case 'ran':
        this.answer(term, request, execution.result)
        return true
      case 'repeated':
        if (execution.result !== undefined) this.answer(term, request, execution.result)
        return false
      case 'expired':
        if (term === this.ledTerm) this.refuse(request, 'session expired')
        return false
    }
  }

  execute(index: number, request: RequestId, body: Uint8Array): Execution {
    const { application } = this.host
    return runOnce(application, this.sessions, request, body, index, this.parameters.maxSessions)
  }

  /**
   * Answers a client whose request this node took as the leader, though it may lead no more. The
   * entry is committed, that is, on the disks of a quorum: this node's own need not be waited for.
   */
  private answer(term: number, request: RequestId, result: Uint8Array): void {
    if (term === this.ledTerm) this.host.replyEagerly(request, { kind: 'done', result })
  }

  // ── Snapshots of this node's own state (§5.1). ──

  takeSnapshot(): void {
    const index = this.lastApplied
    const snapshot = Snapshot({
      index,
      term: this.termAt(index),
      configuration: this.configurationAt(index),
      content: encode(SnapshotContent, {
        sessions: this.sessionsToSave(),
        machine: this.host.application.snapshot(),
      }),
    })
    const trailing = index - this.parameters.trailingEntries
    this.saveSnapshot(snapshot, Math.max(this.discardedIndex, this.neededAfter(trailing)))
  }

  sessionsToSave(): Map<number, Session> {
    return this.sessions
  }

  private configurationAt(index: number) {
    let found = this.initialConfiguration()
    for (const at of this.configurations) if (at.index <= index) found = at.configuration
    return found
  }

  /** Replaces machine and sessions by those of the snapshot, which holds committed state alone. */
  restoreSnapshot(snapshot: Snapshot): void {
    const { sessions, machine } = decode(SnapshotContent, snapshot.content)
    this.host.application.restore(machine)
    this.sessions = sessions
    this.commitIndex = snapshot.index
    this.lastApplied = snapshot.index
  }
}
