import { Request } from '../../machines/signed-request.ts'
import { equalBytes, type LogPosition, type NodeId, type RequestId } from '../../model/index.ts'
import type { Block, HotStuffCommand, HotStuffMessage, Message } from './hotstuff.messages.ts'
import { HotStuffLeader } from './leader.ts'

/**
 * Chained HotStuff: Maofan Yin, Dahlia Malkhi, Michael K. Reiter, Guy Golan Gueta and Ittai Abraham,
 * "HotStuff: BFT Consensus with Linearity and Responsiveness" (PODC 2019), algorithms 3 to 5. The
 * paper calls a block a node, and a node a replica.
 *
 * Model: up to f of n > 3f nodes do anything but sign for others; correct ones crash and come back
 * with what their disks hold; messages are lost, repeated, delayed and reordered. Safe under full
 * asynchrony; live once messages arrive within a bound that nobody needs to know.
 *
 * The leader changes with every view. A view costs one message to each node and one vote back from
 * each, and a leader waits for n − f of these alone, never for a time: it proposes on the highest
 * certificate that it knows, and the third phase makes sure that this unlocks whoever is locked on
 * something else. (Only to give up on a leader do all write to all; the paper leaves open how.)
 *
 * The class is a chain, a chapter a file, each resting on those before it:
 *   tree             blocks, and what is durable (section 4.2)
 *   certificates     n − f signatures (section 4.2)
 *   application      requests, their execution, sessions
 *   checkpoints      states in place of old blocks
 *   safety           when to vote, lock and commit (algorithm 4)
 *   synchronisation  blocks that are missing
 *   pacemaker        when to give up on a leader (algorithm 5)
 *   leader           proposals and votes (algorithms 3 and 4)
 * and here, what comes in from the host.
 */
export class HotStuff extends HotStuffLeader {
  start(): void {
    const { view, height, block } = this.checkpoint
    if (height > 0) this.restore(this.checkpoint)
    else this.executed = { view, height, block }
    this.genericQC = this.lockedQC
    const blocks = this.blocksInOrder()
    for (const known of blocks) this.relearn(known)
    for (const known of blocks) {
      if (known.view > this.executed.view) for (const request of known.requests) this.await(request)
    }
    this.curView = 1 + Math.max(this.genericQC.view, this.timeoutCertificate?.view ?? 0)
    this.recallVote()
    this.settle()
  }

  /** What the blocks on disk tell: the highest certificate, and what is committed. */
  private relearn({ justify }: Block): void {
    if (justify.view > this.genericQC.view) this.genericQC = justify
    const decided = this.decidedBy(justify)
    if (decided !== undefined && decided.view > this.executed.view) this.commit(decided, false)
  }

  /** The latest vote is on disk: it is said again when this node gives up on its view. */
  private recallVote(): void {
    if (this.votedView === 0) return
    this.ownVote = this.voteFor({ view: this.votedView, id: this.votedBlock }, 0)
    this.ownVoteReached(0)
  }

  propose({ body, signature }: HotStuffCommand, { client, sequence }: RequestId): void {
    this.take(Request({ client, sequence, body, signature }))
    this.settle()
  }

  receive(from: NodeId, message: HotStuffMessage): void {
    this.handle(from, message)
    this.settle()
  }

  private handle(from: NodeId, message: HotStuffMessage): void {
    switch (message.kind) {
      case 'generic':
        return this.onGeneric(from, message)
      case 'vote':
        return this.onVote(from, message)
      case 'newView':
        return this.onNewView(from, message)
      case 'sync':
        return this.onSync(message)
      case 'fetch':
        return this.onFetch(from, message)
      case 'blocks':
        return this.onBlocks(message)
      case 'snapshot':
        return this.onSnapshot(message)
      case 'checkpointVote':
        return this.onCheckpointVote(from, message)
      case 'stable':
        return this.onStable(message)
    }
  }

  timeout(timer: 'view' | 'fetch'): void {
    switch (timer) {
      case 'view':
        this.viewTimeoutPassed()
        break
      case 'fetch':
        this.fetchTimeout()
        break
    }
    this.settle()
  }

  override durable(position: LogPosition): void {
    this.ownVoteReached(position)
    this.settle()
  }

  /** What follows from where this node is now, however it came there. */
  private settle(): void {
    while (this.mayPropose()) this.proposeBlock()
    this.watchView()
  }

  /** The replica's half of algorithm 3: a leader's block. */
  onGeneric(from: NodeId, { block, timeout }: Message<'generic'>): void {
    const { view, justify } = block
    if (from !== this.leaderOf(view) || justify.view >= view) return
    // A block that comes late is of use only where it may be what is being fetched.
    if (view < this.curView && this.wanted === undefined) return
    if (!this.isCertificate(justify)) return
    this.onCertificate(justify)
    if (!this.follow(view, timeout) && view > this.curView) return
    // Of a leader that sends two blocks in a view, the first one counts.
    if (this.tree.has(view) || this.waiting.has(view) || !this.isWellFormed(block)) return
    if (this.holds(justify)) {
      this.parentArrived(block)
      this.closeGap()
    } else if (justify.view > this.genericQC.view) this.keepWaiting(block)
  }

  private isWellFormed(block: Block): boolean {
    return (
      block.requests.length <= this.parameters.maxRequestsPerBlock &&
      equalBytes(block.id, this.idOf(block)) &&
      block.requests.every((request) => this.isGenuine(request))
    )
  }

  parentArrived(block: Block): void {
    if (block.height !== this.heightOf(block.justify) + 1 || this.tree.has(block.view)) return
    this.accept(block)
    if (block.view === this.curView) this.prepare(block)
  }
}
