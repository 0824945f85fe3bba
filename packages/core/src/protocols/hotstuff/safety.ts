import type { LogPosition } from '../../model/index.ts'
import { HotStuffCheckpoints } from './checkpoints.ts'
import type { Block, Certificate } from './hotstuff.messages.ts'
import type { OwnVote } from './hotstuff.state.ts'

/**
 * The safety module (paper, algorithm 4; with the names of algorithm 3). Three blocks in a row decide:
 *
 *     b ◄── b' ◄── b'' ◄── b*        each `justify` certifies the block to its left
 *
 * To see b* is to be in the prepare phase of b*, the pre-commit phase of b'', the commit phase of b'
 * and the decide phase of b. All four at once are what makes HotStuff chained.
 */
export abstract class HotStuffSafety extends HotStuffCheckpoints {
  /** This node has voted. */
  abstract sendVote(vote: OwnVote): void
  /** Blocks were committed. */
  abstract afterCommit(): void

  /** A valid block of the present view, or one that is certified: its parent is here. */
  accept(block: Block): void {
    this.record({ kind: 'block', block })
    for (const request of block.requests) this.await(request)
    this.commitPhase(block)
    this.learn(block.justify)
    if (block.justify.view === this.genericQC.view) this.unannounced = false
  }

  /** The prepare phase: votes for a block of the present view, at most once in a view. */
  prepare(block: Block): void {
    if (block.view <= this.votedView || this.interrupted || !this.safeNode(block)) return
    const position = this.recordVote(block)
    this.ownVote = this.voteFor(block, position)
    this.sendVote(this.ownVote)
  }

  recordVote({ view, id: block }: Block): LogPosition {
    return this.record({ kind: 'vote', view, block })
  }

  /** The paper's voteMsg. */
  voteFor({ view, id: block }: Pick<Block, 'view' | 'id'>, position: LogPosition): OwnVote {
    return { view, block, signature: this.signed({ kind: 'vote', view, block }), position }
  }

  /** Algorithm 1: may this node vote for the block, for all that it is locked on another? */
  safeNode(block: Block): boolean {
    return this.extends(block, this.lockedQC) || this.isUnlockedBy(block.justify)
  }

  /** The liveness rule: n − f nodes have voted after the lock, so what it protects was not committed. */
  isUnlockedBy(justify: Certificate): boolean {
    return justify.view > this.lockedQC.view
  }

  /** The commit phase of b': the node locks on it, on disk before it votes for b*. */
  commitPhase(block: Block): void {
    const lock = this.lockOf(block)
    if (lock !== undefined && lock.view > this.lockedQC.view) this.recordLock(lock)
  }

  recordLock(certificate: Certificate): void {
    this.record({ kind: 'lock', certificate })
  }

  /** The certificate of b', which stands in b''. */
  lockOf(block: Block): Certificate | undefined {
    return this.blockOf(block.justify)?.justify
  }

  /** The pre-commit phase of b'', whose certificate this is, and the decide phase of b. Its block is here. */
  learn(certificate: Certificate): void {
    if (certificate.view > this.genericQC.view) this.genericQC = certificate
    const decided = this.decidedBy(certificate)
    if (decided === undefined || decided.view <= this.executed.view) return
    const before = this.lastIndex
    this.commit(decided, true)
    if (this.lastIndex > before) this.unannounced = true
    this.afterCommit()
  }

  /** The first of three certified blocks in a row, each in the view after its parent's. */
  decidedBy(certificate: Certificate): Block | undefined {
    const third = this.blockOf(certificate)
    const second = third && this.blockOf(third.justify)
    const first = second && this.blockOf(second.justify)
    if (third === undefined || second === undefined || first === undefined) return undefined
    return this.areDirect(first, second, third) ? first : undefined
  }

  /** Without dummy nodes between. With some, another branch could have been certified meanwhile. */
  areDirect(first: Block, second: Block, third: Block): boolean {
    return second.view === first.view + 1 && third.view === second.view + 1
  }

  /** Algorithm 4, onCommit: executes the branch up to this block, ancestors first. */
  commit(decided: Block, live: boolean): void {
    const branch: Block[] = []
    let block: Block | undefined = decided
    while (block !== undefined && block.view > this.executed.view) {
      branch.push(block)
      if (this.isExecuted(block.justify.block)) block = undefined
      else block = this.blockOf(block.justify)
    }
    const oldest = branch.at(-1) as Block
    if (!this.isExecuted(oldest.justify.block)) {
      throw new Error(
        `the block of view ${decided.view} is final and does not descend from that of view ${this.executed.view}, which is too`,
      )
    }
    while (branch.length > 0) this.execute(branch.pop() as Block, live)
  }
}
