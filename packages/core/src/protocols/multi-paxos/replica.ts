import { type Execution, runOnce, type Session } from '../../machines/session.ts'
import { decode, encode, type RequestId } from '../../model/index.ts'
import { MultiPaxosAcceptor } from './acceptor.ts'
import { type PValue, Snapshot, SnapshotContent } from './multi-paxos.messages.ts'

const noBytes = new Uint8Array(0)

/**
 * The replica: executes what is chosen, slot after slot, each client's request once; and takes
 * snapshots in place of the log (Chandra et al. 2007, §5.5).
 */
export abstract class MultiPaxosReplica extends MultiPaxosAcceptor {
  refuse(request: RequestId, reason: string): void {
    // Nothing has taken effect, so there is no disk to wait for.
    this.host.replyEagerly(request, { kind: 'refused', reason, leader: this.leader })
  }

  /**
   * All slots up to `slot` are chosen. Executes those whose values are known: a value is, if it was
   * accepted in the ballot of the leader that says so, or in a later one.
   */
  learnChosen(slot: number): void {
    if (slot > this.chosenThrough) this.chosenThrough = slot
    const known = Math.min(this.chosenThrough, this.acceptedThrough)
    if (known > this.executedSlot) this.executeThrough(known)
  }

  executeThrough(slot: number): void {
    while (this.executedSlot < slot) {
      const next = this.executedSlot + 1
      const pvalue = this.pvalueAt(next)
      this.executedSlot = next
      if (pvalue === undefined) this.gapReached(next)
      else this.executeSlot(next, pvalue)
    }
    // What is chosen is never taken back.
    this.host.application.forgetUndo(0)
    if (this.executedSlot - this.snapshotSlot >= this.parameters.snapshotSlots) this.takeSnapshot()
  }

  /** A slot that is not known keeps all after it waiting: it is never passed over. */
  gapReached(slot: number): void {
    throw new Error(`would execute slot ${slot}, which is a gap`)
  }

  private executeSlot(slot: number, { ballot, value }: PValue): void {
    let command: Uint8Array = noBytes
    let request: RequestId | undefined
    let applied = false
    if (value.kind === 'write') {
      command = value.body
      request = value.request
      const execution = this.execute(slot, request, command)
      applied = execution.kind === 'ran'
      if (ballot === this.ballot) this.answer(request, execution)
    }
    // The same value may have been chosen in several ballots, so that an entry has no term of its own.
    this.host.output({ kind: 'committed', index: slot, term: 0, command, request, applied })
  }

  execute(slot: number, request: RequestId, body: Uint8Array): Execution {
    const { application } = this.host
    return runOnce(application, this.sessions, request, body, slot, this.parameters.maxSessions)
  }

  /**
   * Answers the client of what this node proposed, though it may lead no more. It is chosen, that is,
   * on the disks of a majority: this node's own need not be waited for.
   */
  private answer(request: RequestId, execution: Execution): void {
    if (execution.kind === 'expired') this.refuse(request, 'session expired')
    else if (execution.result !== undefined) {
      this.host.replyEagerly(request, { kind: 'done', result: execution.result })
    }
  }

  takeSnapshot(): void {
    const slot = this.executedSlot
    const content = encode(SnapshotContent, {
      sessions: this.sessionsToSave(),
      machine: this.host.application.snapshot(),
    })
    // While others are being sent a snapshot, the log that follows it must stay.
    const needed = Math.min(slot - this.parameters.trailingSlots, this.offered?.slot ?? slot)
    this.saveSnapshot(Snapshot({ slot, content }), Math.max(this.discardedSlot, needed))
  }

  sessionsToSave(): Map<number, Session> {
    return this.sessions
  }

  /** Replaces machine and sessions by those of the snapshot. */
  restoreSnapshot({ slot, content }: Snapshot): void {
    const { sessions, machine } = decode(SnapshotContent, content)
    this.host.application.restore(machine)
    this.sessions = sessions
    this.executedSlot = slot
    this.chosenThrough = Math.max(this.chosenThrough, slot)
    this.acceptedThrough = Math.max(this.acceptedThrough, slot)
    this.advanceAccepted()
  }
}
