import type { Request } from '../../machines/signed-request.ts'
import { equalBytes, type LogPosition, type NodeId } from '../../model/index.ts'
import { Block, Certificate, type Message } from './hotstuff.messages.ts'
import type { OwnVote, Vote } from './hotstuff.state.ts'
import { HotStuffPacemaker } from './pacemaker.ts'

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
   * block before, which the certificate may count and which was written then. A leader that crashes
   * in between may propose another block in this view: others vote for one of the two, whichever came first.
   */
  sendBlock(block: Block): void {
    this.broadcast({ kind: 'generic', block, timeout: this.viewProof })
    this.accept(block)
    this.prepare(block)
  }

  // ── Votes. ──

  sendVote({ view, block, signature }: OwnVote): void {
    const next = this.leaderOf(view + 1)
    if (next !== this.host.self) this.host.send(next, { kind: 'vote', view, block, signature })
  }

  onVote(from: NodeId, { view, block, signature }: Message<'vote'>): void {
    if (this.leaderOf(view + 1) === this.host.self) {
      this.collectVote(from, { view, block, signature })
    }
  }

  collectVote(from: NodeId, vote: Vote): void {
    const { view, block, signature } = vote
    if (
      this.mayCount(from, vote) &&
      this.isSignedBy(from, { kind: 'vote', view, block }, signature)
    )
      this.countVote(from, vote)
  }

  /** A node's own vote is like those of others once it is on disk: only then may anything rest on it. */
  ownVoteReached(position: LogPosition): void {
    const { self } = this.host
    const vote = this.ownVote
    if (vote === undefined || vote.position > position || !this.mayCount(self, vote)) return
    this.countVote(self, vote)
  }

  /** Of a node one vote a view counts, the first that came; and only while it is of use. */
  private mayCount(from: NodeId, { view }: Vote): boolean {
    const known = this.votes.get(from)
    return view > this.genericQC.view && view >= this.curView - 1 && !(known && known.view >= view)
  }

  private countVote(from: NodeId, { view, block, signature }: Vote): void {
    this.votes.set(from, { view, block, signature })
    const votes = this.collected(
      this.votes,
      (other) => other.view === view && equalBytes(other.block, block),
    )
    if (votes.length >= this.quorum) this.certify(Certificate({ view, block, votes }))
  }

  /** Takes in a certificate that was formed here. */
  certify(certificate: Certificate): void {
    this.onCertificate(certificate)
  }
}
