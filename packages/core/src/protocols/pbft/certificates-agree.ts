import {
  type Checker,
  type Digest,
  equalBytes,
  type Moment,
  type NodeId,
  type Violation,
} from '../../model/index.ts'
import type { PbftRecord } from './pbft.messages.ts'
import type { Pbft } from './pbft.ts'

/** What was certified first for a view and a sequence number, and where. */
interface First {
  readonly view: number
  readonly digest: Digest
  readonly node: NodeId
  readonly event: number
}

/** Compares the certificates that correct replicas record in a whole run, those of crashed ones included. */
abstract class CertificatesAgree implements Checker<Pbft> {
  abstract readonly property: string
  readonly kind = 'safety'
  violation: Violation | undefined
  /** By sequence number; where views matter, one for each. */
  private readonly firsts = new Map<number, First[]>()

  abstract recorded(id: NodeId, record: unknown, moment: Moment): void

  protected compare(
    node: NodeId,
    sequence: number,
    view: number,
    digest: Digest,
    { event }: Moment,
  ): void {
    const firsts = this.firsts.get(sequence) ?? []
    const first = firsts.find((known) => known.view === view)
    if (first === undefined) {
      firsts.push({ view, digest, node, event })
      this.firsts.set(sequence, firsts)
    } else if (!this.violation && !equalBytes(first.digest, digest)) {
      this.violation = {
        property: this.property,
        message: `nodes ${first.node} and ${node} have proofs of two batches for sequence number ${sequence}${this.inView(view)}`,
        nodes: [first.node, node],
        events: [first.event, event],
      }
    }
  }

  protected abstract inView(view: number): string
}

/**
 * If prepared(m, v, n, i) is true, prepared(m', v, n, j) is false for every other m' (§4.2): two
 * quorums share a correct replica, which accepts one pre-prepare for a view and a sequence number.
 */
export class PreparedCertificatesAgree extends CertificatesAgree {
  readonly property = 'prepared certificates agree'

  recorded(id: NodeId, record: PbftRecord, moment: Moment): void {
    if (record.kind !== 'prepared') return
    const { view, sequence, digest } = record.certificate.prePrepare
    this.compare(id, sequence, view, digest, moment)
  }

  protected inView(view: number): string {
    return ` in view ${view}`
  }
}

/** What is committed under a sequence number in one view is committed in every other (§4.5.1). */
export class CommittedCertificatesAgree extends CertificatesAgree {
  readonly property = 'committed certificates agree'

  recorded(id: NodeId, record: PbftRecord, moment: Moment): void {
    if (record.kind !== 'committed') return
    const { sequence, digest } = record.certificate
    this.compare(id, sequence, 0, digest, moment)
  }

  protected inView(): string {
    return ''
  }
}
