import type { NodeId } from '../../model/index.ts'
import type { Message, PbftMessage } from './pbft.messages.ts'
import { micros } from './pbft.parameters.ts'
import type { LogEntry } from './pbft.state.ts'
import { PbftStateTransfer } from './state-transfer.ts'

/** How far a sequence number has come at a replica. */
const progress = { nothing: 0, prePrepared: 1, prepared: 2, committed: 3 } as const
/** Added where the digest is known and the batch is not. */
const batchMissing = 4

/** So many messages at most answer one status. */
const mostMessages = 64
/** A replica that waits for nothing says how far it is every so many ticks: it may have missed all. */
const quietTicks = 10

/**
 * What may be lost is sent again (thesis, §5.2): a replica that gets no further tells all how far it
 * is, and each sends again what it has said itself. One of them, another one each time, also
 * sends what others have said, since that takes no more than its proof: certificates, new views.
 */
export abstract class PbftRetransmission extends PbftStateTransfer {
  setStatusTimer(): void {
    this.host.setTimer('status', micros(this.parameters.statusMs))
  }

  statusTimeout(): void {
    this.setStatusTimer()
    this.ticks += 1
    this.watchTransfer()
    this.relayRequests()
    const { view, changing, executed } = this.tickedAt
    const stuck = view === this.view && changing === this.changing && executed === this.executed
    this.tickedAt = { view: this.view, changing: this.changing, executed: this.executed }
    const quiet = this.ticks % quietTicks === 0
    if (quiet || this.heardAhead || (stuck && this.waitsForSomething())) this.broadcastStatus()
  }

  private waitsForSomething(): boolean {
    return (
      this.changing ||
      this.highest > this.executed ||
      this.requests.size > 0 ||
      this.ownCheckpoints.length > 0
    )
  }

  broadcastStatus(): void {
    this.heardAhead = false
    const { peers } = this.host
    if (peers.length === 0) return
    const status = this.statusFor(peers[this.asked % peers.length] as NodeId)
    this.asked += 1
    for (const peer of peers) this.host.sendEagerly(peer, status)
  }

  sendStatusTo(to: NodeId): void {
    this.host.sendEagerly(to, this.statusFor(to))
  }

  private statusFor(helper: NodeId): PbftMessage {
    const viewChanges: NodeId[] = []
    if (this.changing) {
      for (const viewChange of this.viewChanges) {
        if (viewChange?.view === this.view) viewChanges.push(viewChange.replica)
      }
    }
    return {
      kind: 'status',
      view: this.view,
      changing: this.changing,
      executed: this.executed,
      stable: this.lowWatermark,
      progress: this.progressAhead(),
      viewChanges,
      helper,
    }
  }

  private progressAhead(): Uint8Array {
    const last = Math.min(this.highest, this.highWatermark)
    const ahead = new Uint8Array(Math.max(0, last - this.executed))
    for (let i = 0; i < ahead.length; i += 1) {
      const entry = this.log.get(this.executed + 1 + i)
      if (entry !== undefined) ahead[i] = this.progressOf(entry)
    }
    return ahead
  }

  private progressOf(entry: LogEntry): number {
    const { committed, prePrepare, prepared } = entry
    if (committed !== undefined) {
      const missing = this.batchOf(entry, committed.digest) === undefined
      return progress.committed + (missing ? batchMissing : 0)
    }
    if (prePrepare?.view !== this.view) return progress.nothing
    const missing = this.batchOf(entry, prePrepare.digest) === undefined ? batchMissing : 0
    const isPrepared = prepared?.prePrepare.view === this.view
    return missing + (isPrepared ? progress.prepared : progress.prePrepared)
  }

  // ── Whoever hears it. ──

  onStatus(from: NodeId, status: Message<'status'>): void {
    const entered = status.view > this.view && !status.changing
    if (entered || status.executed > this.executed) this.heardAhead = true
    if (status.progress.length > this.parameters.logWindow) return
    this.resendView(from, status)
    this.resendCheckpoint(from, status)
    const helps = status.helper === this.host.self
    if (status.executed >= this.lowWatermark) this.resendLog(from, status, helps)
    else if (helps && this.stable !== undefined) {
      this.host.send(from, { kind: 'stable', certificate: this.stable })
    }
  }

  private resendView(to: NodeId, status: Message<'status'>): void {
    const { self } = this.host
    const lacksView = status.view < this.view || (status.view === this.view && status.changing)
    if (!lacksView) return
    if (this.changing) {
      const viewChange = this.viewChanges[self]
      const knows = status.view === this.view && status.viewChanges.includes(self)
      if (viewChange !== undefined && !knows) this.host.send(to, { kind: 'viewChange', viewChange })
    } else if (this.newView !== undefined && (status.helper === self || this.isPrimary)) {
      this.host.send(to, { kind: 'newView', newView: this.newView })
    }
  }

  /** The other may lack votes to make its checkpoint stable. */
  private resendCheckpoint(to: NodeId, status: Message<'status'>): void {
    const { stable } = this
    if (stable !== undefined && stable.sequence > status.stable) {
      if (stable.sequence <= status.executed) {
        this.host.send(to, { kind: 'stable', certificate: stable })
      }
      return
    }
    for (const { replica, sequence, digest, signature } of this.checkpointVotes) {
      if (replica !== this.host.self || sequence <= status.stable) continue
      this.host.send(to, { kind: 'checkpoint', sequence, digest, signature })
    }
  }

  private resendLog(to: NodeId, status: Message<'status'>, helps: boolean): void {
    const { executed, view, changing } = status
    const together = view === this.view && !changing && !this.changing
    const last = Math.max(this.highest, this.executed)
    let left = mostMessages
    for (let n = executed + 1; n <= last && left > 0; n += 1) {
      const entry = this.log.get(n)
      if (entry === undefined) continue
      const reached = status.progress[n - executed - 1] ?? progress.nothing
      if (helps) left -= this.resendProof(to, n, entry, reached, left === 1)
      if (together && entry.committed === undefined) left -= this.resendOwn(to, n, entry, reached)
    }
  }

  /** What is committed here, with its proof, or the batch that the other lacks; returns how many messages it took. */
  private resendProof(
    to: NodeId,
    sequence: number,
    entry: LogEntry,
    reached: number,
    isLast: boolean,
  ): number {
    const { committed } = entry
    const stage = reached % batchMissing
    const digest = committed?.digest ?? entry.prePrepare?.digest
    const known = digest === undefined ? undefined : this.batchOf(entry, digest)
    if (committed !== undefined && stage !== progress.committed) {
      const lacksBatch = reached >= batchMissing || stage === progress.nothing
      const more = isLast && sequence < this.executed
      const batch = lacksBatch ? known : undefined
      this.host.send(to, { kind: 'committed', certificate: committed, batch, more })
      return 1
    }
    if (reached < batchMissing || known === undefined) return 0
    this.host.send(to, { kind: 'batch', sequence, batch: known })
    return 1
  }

  /** What this replica has said itself of a sequence number that is not committed here. */
  private resendOwn(to: NodeId, sequence: number, entry: LogEntry, reached: number): number {
    const { self } = this.host
    const { prePrepare } = entry
    const stage = reached % batchMissing
    if (prePrepare?.view !== this.view) return 0
    let sent = 0
    const batch = this.batchOf(entry, prePrepare.digest)
    if (stage === progress.nothing && this.isPrimary && batch !== undefined) {
      this.host.send(to, { kind: 'prePrepare', prePrepare, batch })
      sent += 1
    }
    const ballots = this.ballots.get(sequence)
    const prepare = ballots?.prepares[self]
    if (stage < progress.prepared && prepare?.view === this.view) {
      this.host.send(to, { kind: 'prepare', sequence, ...prepare })
      sent += 1
    }
    const commit = ballots?.commits[self]
    if (stage < progress.committed && commit?.view === this.view) {
      this.host.send(to, { kind: 'commit', sequence, ...commit })
      sent += 1
    }
    return sent
  }

  // ── What the one that asked makes of it. ──

  onCommitted(from: NodeId, { certificate, batch, more }: Message<'committed'>): void {
    const { sequence, digest } = certificate
    if (!this.isInWindow(sequence)) return
    const entry = this.log.get(sequence)
    if (entry?.committed === undefined) {
      if (batch !== undefined && !this.isDigestOf(batch, digest)) return
      if (!this.isCommittedProof(certificate)) return
      this.highest = Math.max(this.highest, sequence)
      this.record({ kind: 'committed', certificate, batch })
      if (this.executeCommitted(true)) this.afterExecution()
    } else if (batch !== undefined) this.onBatch({ kind: 'batch', sequence, batch })
    if (more && this.executed >= sequence) this.sendStatusTo(from)
  }

  onBatch({ sequence, batch }: Message<'batch'>): void {
    const entry = this.log.get(sequence)
    const digest = entry?.committed?.digest ?? entry?.prePrepare?.digest
    if (entry === undefined || digest === undefined) return
    if (this.batchOf(entry, digest) !== undefined || !this.isDigestOf(batch, digest)) return
    this.record({ kind: 'batch', sequence, digest, batch })
    if (this.executeCommitted(true)) this.afterExecution()
  }
}
