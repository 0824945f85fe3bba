import { type Digest, equalBytes, machine, type NodeId } from '../../model/index.ts'
import {
  type Batch,
  type NewView,
  nullBatch,
  nullDigest,
  PbftCommand,
  PbftMessage,
  PbftRecord,
  type PrePrepare,
  type StableCertificate,
} from './pbft.messages.ts'
import { pbftParameters } from './pbft.parameters.ts'
import { type LogEntry, pbftState } from './pbft.state.ts'
import { maximumFaulty, quorumOf } from './quorum.ts'

/**
 * What is durable: the view, the log between the watermarks, and the stable checkpoint under it. The
 * paper keeps these in memory, and counts on f replicas at most ever to lose them; here they survive
 * the crash of all.
 */
export abstract class PbftLog extends machine({
  state: pbftState,
  message: PbftMessage,
  record: PbftRecord,
  command: PbftCommand,
  timers: ['viewChange', 'status'],
  parameters: pbftParameters,
}) {
  /** The only place that writes durable fields: live, and when a host replays the disk. */
  apply(record: PbftRecord): void {
    switch (record.kind) {
      case 'prePrepare': {
        const { prePrepare, batch } = record
        const entry = this.entryFor(prePrepare.sequence)
        entry.prePrepare = prePrepare
        keepBatch(entry, prePrepare.digest, batch)
        break
      }
      case 'batch':
        keepBatch(this.entryFor(record.sequence), record.digest, record.batch)
        break
      case 'prepared': {
        const { certificate } = record
        this.entryFor(certificate.prePrepare.sequence).prepared = certificate
        break
      }
      case 'committed': {
        const { certificate, batch } = record
        const entry = this.entryFor(certificate.sequence)
        entry.committed = certificate
        if (batch !== undefined) keepBatch(entry, certificate.digest, batch)
        break
      }
      case 'viewChange':
        this.view = record.view
        this.changing = true
        this.newView = undefined
        break
      case 'newView':
        this.applyNewView(record.newView)
        break
      case 'stable':
        this.applyStable(record.certificate, record.content)
        break
    }
  }

  private applyNewView(newView: NewView): void {
    this.view = newView.view
    this.changing = false
    this.newView = newView
    this.acceptOrdered(this.lowWatermark)
  }

  /** Accepts what O says of the sequence numbers after `after`, as far as the window reaches. */
  private acceptOrdered(after: number): void {
    for (const prePrepare of this.orderedAfter(after)) {
      this.entryFor(prePrepare.sequence).prePrepare = prePrepare
    }
  }

  /** The pre-prepares of the present view's O after this sequence number, as far as the window reaches. */
  orderedAfter(after: number): PrePrepare[] {
    const prePrepares = this.newView?.prePrepares ?? []
    return prePrepares.filter(({ sequence }) => sequence > after && this.isInWindow(sequence))
  }

  private applyStable(certificate: StableCertificate, content: Uint8Array): void {
    const { sequence } = certificate
    const { highWatermark } = this
    for (let n = this.lowWatermark + 1; n <= highWatermark && n <= sequence; n += 1) {
      this.log.delete(n)
    }
    this.stable = certificate
    this.stableContent = content
    // Whoever entered the view left behind had no room for all of O.
    this.acceptOrdered(highWatermark)
  }

  private entryFor(sequence: number): LogEntry {
    let entry = this.log.get(sequence)
    if (entry === undefined) {
      entry = { prePrepare: undefined, prepared: undefined, committed: undefined, batches: [] }
      this.log.set(sequence, entry)
    }
    return entry
  }

  /** h: the sequence number of the last stable checkpoint (§4.3). */
  get lowWatermark(): number {
    return this.stable === undefined ? 0 : this.stable.sequence
  }

  /** H = h + k (§4.3). */
  get highWatermark(): number {
    return this.lowWatermark + this.parameters.logWindow
  }

  isInWindow(sequence: number): boolean {
    return sequence > this.lowWatermark && sequence <= this.highWatermark
  }

  /** f. */
  get faulty(): number {
    return maximumFaulty(this.host.nodes.length)
  }

  get quorum(): number {
    return quorumOf(this.host.nodes.length)
  }

  /** 2f: so many backups prepare what the primary, by its pre-prepare, has prepared already. */
  get preparesNeeded(): number {
    return this.quorum - 1
  }

  /** p = v mod |R| (§4). */
  primaryOf(view: number): NodeId {
    return this.host.nodes[view % this.host.nodes.length] as NodeId
  }

  get isPrimary(): boolean {
    return this.primaryOf(this.view) === this.host.self
  }

  /** The batch of this digest, where the replica has it. */
  batchOf(entry: LogEntry, digest: Digest): Batch | undefined {
    const { batches } = entry
    for (let i = batches.length - 1; i >= 0; i -= 1) {
      const known = batches[i] as { digest: Digest; batch: Batch }
      if (equalBytes(known.digest, digest)) return known.batch
    }
    return equalBytes(digest, nullDigest) ? nullBatch : undefined
  }
}

function keepBatch(entry: LogEntry, digest: Digest, batch: Batch): void {
  if (entry.batches.some((known) => equalBytes(known.digest, digest))) return
  entry.batches.push({ digest, batch })
}
