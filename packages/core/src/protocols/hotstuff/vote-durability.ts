import type { Checker, Moment, NodeId, Violation } from '../../model/index.ts'
import type { Certificate } from './hotstuff.messages.ts'
import type { HotStuff } from './hotstuff.ts'

/** What a node may not forget, since others have counted on it. */
interface Promised {
  /** The latest view in which it voted for a block that was certified. */
  votedView: number
  /** The view of the lock that this block asked for. */
  lockedView: number
  /** When this was counted. */
  event: number
}

/**
 * A vote that stands in a certificate is never forgotten by its voter, nor the lock that went with
 * it, whatever crashes. Safety rests on it, and fails much more rarely.
 */
export class VoteDurability implements Checker<HotStuff> {
  readonly property = 'vote durability'
  readonly kind = 'safety'
  violation: Violation | undefined
  private readonly promised: Promised[] = []
  /** Of each node, the highest certificate it was last seen with. */
  private readonly latest: Certificate[] = []

  stepped(id: NodeId, node: HotStuff, moment: Moment): void {
    const certificate = node.genericQC
    if (this.latest[id] === certificate) return
    this.latest[id] = certificate
    const block = node.blockOf(certificate)
    const lockedView = (block && node.lockOf(block)?.view) ?? 0
    for (const { node: voter } of certificate.votes) {
      this.promised[voter] ??= { votedView: 0, lockedView: 0, event: 0 }
      const promised = this.promised[voter]
      if (promised.votedView >= certificate.view) continue
      promised.votedView = certificate.view
      promised.lockedView = Math.max(promised.lockedView, lockedView)
      promised.event = moment.event
    }
  }

  restarted(id: NodeId, node: HotStuff, moment: Moment): void {
    const promised = this.promised[id]
    if (promised === undefined || this.violation) return
    const { votedView, lockedView, event } = promised
    const forgot =
      node.votedView < votedView
        ? `voted in view ${votedView}, and came back as if view ${node.votedView} had been its last`
        : node.lockedQC.view < lockedView
          ? `was locked on view ${lockedView}, and came back locked on view ${node.lockedQC.view}`
          : undefined
    if (forgot === undefined) return
    this.violation = {
      property: this.property,
      message: `node ${id} ${forgot}`,
      nodes: [id],
      events: [event, moment.event],
    }
  }
}
