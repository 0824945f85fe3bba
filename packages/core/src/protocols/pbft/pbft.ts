import { Request } from '../../machines/signed-request.ts'
import type { LogPosition, NodeId, RequestId } from '../../model/index.ts'
import { newViewContent } from './new-view-content.ts'
import type { PbftCommand, PbftMessage } from './pbft.messages.ts'
import { checkPbftParameters } from './pbft.parameters.ts'
import type { Ballot } from './pbft.state.ts'
import { PbftRetransmission } from './retransmission.ts'

/**
 * PBFT, as in Miguel Castro and Barbara Liskov, "Practical Byzantine Fault Tolerance" (OSDI 1999), in
 * its first version, in which all messages are signed, so that any replica can show to any other what
 * it was told. Sections without a name are that paper's; "thesis" is Castro's, of the same title (MIT, 2001).
 *
 * Model: up to f of n > 3f replicas do whatever they like, together, but cannot sign for others; the
 * rest crash and come back with what their disks hold; messages are lost, repeated, delayed and
 * reordered. Safe under full asynchrony; live while a quorum of correct replicas is up and delays do not
 * outgrow the timeouts, which double.
 *
 * The class is a chain, a chapter a file, each resting on those before it:
 *   log              what is durable: views, accepted and prepared requests, the watermarks
 *   proofs           signatures and certificates
 *   requests         clients' requests, and the timer on their behalf (§4.1, §4.5.2)
 *   execution        committed batches, in order, each request once (§4.2)
 *   checkpoints      stable checkpoints and garbage collection (§4.3)
 *   normal-case      pre-prepare, prepare, commit (§4.2)
 *   view-change      leaving a view, with proofs (§4.4, §4.5.2)
 *   new-view         beginning the next one (§4.4)
 *   state-transfer   the state of a checkpoint, for those left behind (thesis, §5.3.2)
 *   retransmission   what was lost, sent again (thesis, §5.2)
 * and here, what comes in from the host.
 */
export class Pbft extends PbftRetransmission {
  start(): void {
    checkPbftParameters(this.parameters)
    this.viewChanges = this.host.nodes.map(() => undefined)
    this.restoreStable()
    this.highest = this.lowWatermark
    for (const sequence of this.log.keys()) this.highest = Math.max(this.highest, sequence)
    this.executeCommitted(false)
    this.assigned = this.lowWatermark
    if (this.newView !== undefined) this.adoptNewView(newViewContent(this.newView.viewChanges))
    this.recoverVotes()
    if (this.changing) this.announceViewChange()
    this.setStatusTimer()
    this.broadcastStatus()
  }

  /** What this replica had said before it crashed: others may have missed it, and it counts as ever. */
  private recoverVotes(): void {
    if (this.changing) return
    const { view } = this
    for (let n = this.lowWatermark + 1; n <= this.highest; n += 1) {
      const entry = this.log.get(n)
      if (entry?.prePrepare?.view !== view) continue
      const { digest } = entry.prePrepare
      this.assigned = Math.max(this.assigned, n)
      const again = (kind: 'prepare' | 'commit'): Ballot => {
        const signature = this.sign({ kind, view, sequence: n, digest })
        return { view, digest, signature }
      }
      if (!this.isPrimary) this.noteVote('prepare', this.host.self, n, again('prepare'))
      if (entry.prepared?.prePrepare.view === view) {
        this.noteVote('commit', this.host.self, n, again('commit'))
      }
      this.considerPrepared(n)
      this.considerCommitted(n)
    }
  }

  receive(from: NodeId, message: PbftMessage): void {
    switch (message.kind) {
      case 'prePrepare':
        return this.onPrePrepare(message)
      case 'prepare':
        return this.onPrepare(from, message)
      case 'commit':
        return this.onCommit(from, message)
      case 'checkpoint':
        return this.onCheckpoint(from, message)
      case 'viewChange':
        return this.onViewChange(from, message)
      case 'newView':
        return this.onNewView(message)
      case 'request':
        return this.onRequest(message.request)
      case 'status':
        return this.onStatus(from, message)
      case 'batch':
        return this.onBatch(message)
      case 'committed':
        return this.onCommitted(from, message)
      case 'stable':
        return this.onStable(from, message)
      case 'fetchState':
        return this.onFetchState(from, message)
      case 'stateParts':
        return this.onStateParts(from, message)
      case 'statePart':
        return this.onStatePart(from, message)
    }
  }

  timeout(timer: 'viewChange' | 'status'): void {
    switch (timer) {
      case 'viewChange':
        return this.leaveView()
      case 'status':
        return this.statusTimeout()
    }
  }

  propose({ body, signature }: PbftCommand, { client, sequence }: RequestId): void {
    this.onRequest(Request({ client, sequence, body, signature }))
  }

  override durable(position: LogPosition): void {
    this.ownVotesReached(position)
  }

  // What the chapters tell each other.

  afterExecution(): void {
    this.proposeBatches()
  }

  windowMoved(formerHigh: number, position: LogPosition): void {
    for (const prePrepare of this.orderedAfter(formerHigh)) this.prepare(prePrepare, position)
    this.proposeBatches()
  }
}
