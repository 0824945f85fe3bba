import { equalBytes, type NodeId } from '../../model/index.ts'
import { Block, Certificate, type Message, type Request } from './hotstuff.messages.ts'
import { HotStuffPacemaker } from './pacemaker.ts'

/** A vote as its collector keeps it. */
export interface Vote {
  readonly view: number
  readonly block: Uint8Array
  readonly signature: Uint8Array
}

/**
 * The leader's half (paper, algorithm 3; onPropose and onReceiveVote of algorithm 4): the leader of a
 * view collects the votes of the view before, makes a certificate of them, and proposes a block
 * that carries it. Both ways a message a node: this is what makes HotStuff linear.
 */
export abstract class HotStuffLeader extends HotStuffPacemaker {
  /**
   * One block a view; and only where requests wait, or where one more block lets the others know
   * that theirs are committed. So a request is followed by the three blocks that it needs, and no more.
   */
  mayPropose(): boolean {
    return (
      this.leaderOf(this.curView) === this.host.self &&
      this.proposedView < this.curView &&
      this.votedView < this.curView &&
      !this.interrupted &&
      (this.isBusy || this.unannounced) &&
      // While the block of a higher certificate is on its way: that is the one to extend.
      this.wanted === undefined &&
      this.holds(this.genericQC)
    )
  }

  proposeBlock(): void {
    this.proposedView = this.curView
    this.sendBlock(this.createLeaf(this.genericQCToExtend()))
  }

  genericQCToExtend(): Certificate {
    return this.genericQC
  }

  /** Algorithm 1, createLeaf: a block that extends the one that `justify` certifies. */
  createLeaf(justify: Certificate): Block {
    const content = {
      view: this.curView,
      height: this.heightOf(justify) + 1,
      justify,
      requests: this.requestsFor(justify),
    }
    return Block({ id: this.idOf(content), ...content })
  }

  /** Those that wait, without those that are in the branch already. */
  private requestsFor(justify: Certificate): Request[] {
    const inBranch = new Map<number, number>()
    let block = this.blockOf(justify)
    while (block !== undefined && block.view > this.executed.view) {
      for (const { client, sequence } of block.requests) {
        inBranch.set(client, Math.max(sequence, inBranch.get(client) ?? 0))
      }
      block = this.blockOf(block.justify)
    }
    return this.oldestPending(({ client, sequence }) => (inBranch.get(client) ?? 0) >= sequence)
  }

  /**
   * Sends first, and then writes: a proposal needs nothing of this node's disk but its vote for the
   * block before, which the certificate may count and which was written then.
   */
  sendBlock(block: Block): void {
    this.broadcast({ kind: 'generic', block, timeout: this.viewProof })
    this.accept(block)
    this.prepare(block)
  }

  // ── Votes. ──

  sendVote({ view, id: block }: Block): void {
    const vote = { view, block, signature: this.signed({ kind: 'vote', view, block }) }
    const next = this.leaderOf(view + 1)
    if (next === this.host.self) this.collectVote(next, vote)
    else this.host.send(next, { kind: 'vote', ...vote })
  }

  onVote(from: NodeId, vote: Message<'vote'>): void {
    const { view, block, signature } = vote
    if (this.leaderOf(view + 1) === this.host.self)
      this.collectVote(from, { view, block, signature })
  }

  /** A node has one vote in a view, the first that came. */
  collectVote(from: NodeId, vote: Vote): void {
    const { view, block, signature } = vote
    if (view < this.curView - 1 || view <= this.genericQC.view) return
    const known = this.votes.get(from)
    if (known !== undefined && known.view >= view) return
    if (!this.isSignedBy(from, { kind: 'vote', view, block }, signature)) return
    this.votes.set(from, { view, block, signature })
    const votes = this.collected(
      this.votes,
      (other) => other.view === view && equalBytes(other.block, block),
    )
    if (votes.length >= this.quorum) this.certify(Certificate({ view, block, votes }))
  }

  /** Takes in a certificate that was formed here. */
  certify(certificate: Certificate): void {
    const before = this.lastIndex
    this.onCertificate(certificate)
    if (this.lastIndex > before) this.unannounced = true
  }
}
