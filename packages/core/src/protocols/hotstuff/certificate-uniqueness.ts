import {
  type Checker,
  equalBytes,
  type Moment,
  type NodeId,
  type Violation,
} from '../../model/index.ts'
import type { Certificate } from './hotstuff.messages.ts'
import type { HotStuff } from './hotstuff.ts'

/** Of a view, no two blocks are certified: any two quorums share a correct node, which votes once (paper, lemma 1). */
export class CertificateUniqueness implements Checker<HotStuff> {
  readonly property = 'certificate uniqueness'
  readonly kind = 'safety'
  violation: Violation | undefined
  /** By view, the block certified first, and who knew of it. */
  private readonly first = new Map<
    number,
    { readonly block: Uint8Array; readonly node: NodeId; readonly event: number }
  >()
  /** Of each node, the highest certificate it was last seen with. */
  private readonly latest: Certificate[] = []

  stepped(id: NodeId, node: HotStuff, moment: Moment): void {
    const certificate = node.genericQC
    if (this.latest[id] === certificate) return
    this.latest[id] = certificate
    const { view, block } = certificate
    const first = this.first.get(view)
    if (first === undefined) {
      this.first.set(view, { block, node: id, event: moment.event })
    } else if (!equalBytes(first.block, block) && !this.violation) {
      this.violation = {
        property: this.property,
        message: `nodes ${first.node} and ${id} hold certificates of view ${view} for different blocks`,
        nodes: [first.node, id],
        events: [first.event, moment.event],
      }
    }
  }
}
