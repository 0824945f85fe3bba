import { encode, equalBytes, type NodeId } from '../../model/index.ts'
import { HotStuffApplication } from './application.ts'
import { type Block, Checkpoint, CheckpointContent, type Message } from './hotstuff.messages.ts'

/**
 * Checkpoints, which the paper leaves to implementations: at certain heights every node signs the
 * digest of its state. Once n − f have, at least f + 1 correct nodes can hand that state to whoever
 * lacks it, and nobody needs the blocks before. The signatures are collected by one node, another
 * one each time, so that messages stay linear.
 */
export abstract class HotStuffCheckpoints extends HotStuffApplication {
  /** The state has been replaced by that of a checkpoint. */
  abstract afterRestore(): void

  afterBlock({ view, height, id }: Block, live: boolean): void {
    if (height % this.parameters.checkpointBlocks !== 0) return
    const content = encode(CheckpointContent, {
      index: this.lastIndex,
      sessions: this.sessions,
      machine: this.host.application.snapshot(),
    })
    const candidate = { view, height, block: id, content }
    this.candidate = candidate
    if (!live) return
    const signature = this.signed(this.checkpointStatement(candidate))
    const collector = this.collectorOf(height)
    if (collector === this.host.self) this.onCheckpointVote(collector, { height, signature })
    else this.host.send(collector, { kind: 'checkpointVote', height, signature })
  }

  private collectorOf(height: number): NodeId {
    return (height / this.parameters.checkpointBlocks) % this.host.nodes.length
  }

  onCheckpointVote(
    from: NodeId,
    { height, signature }: Pick<Message<'checkpointVote'>, 'height' | 'signature'>,
  ): void {
    if (height === this.checkpoint.height) {
      // Whoever comes last got there after the others had told it that the checkpoint is stable.
      this.host.send(from, { kind: 'stable', height, votes: this.checkpoint.votes })
    }
    if (height <= this.checkpoint.height) return
    this.checkpointVotes.set(from, { height, signature })
    this.collectCheckpoint()
  }

  /** The votes may have come before this node got there itself: they are verified by what it has then. */
  private collectCheckpoint(): void {
    const { candidate } = this
    if (candidate === undefined || candidate.height <= this.checkpoint.height) return
    if (this.collectorOf(candidate.height) !== this.host.self) return
    const { height } = candidate
    if (
      this.collected(this.checkpointVotes, (vote) => vote.height === height).length < this.quorum
    ) {
      return
    }
    const statement = this.checkpointStatement(candidate)
    for (const [node, vote] of this.checkpointVotes) {
      if (vote.height === height && !this.isSignedBy(node, statement, vote.signature)) {
        this.checkpointVotes.delete(node)
      }
    }
    const votes = this.collected(this.checkpointVotes, (vote) => vote.height === height)
    if (votes.length < this.quorum) return
    this.record({ kind: 'checkpoint', checkpoint: Checkpoint({ ...candidate, votes }) })
    this.broadcast({ kind: 'stable', height, votes })
  }

  onStable({ height, votes }: Message<'stable'>): void {
    const { candidate } = this
    if (candidate?.height !== height || height <= this.checkpoint.height) return
    const checkpoint = Checkpoint({ ...candidate, votes })
    if (this.isCheckpoint(checkpoint)) this.record({ kind: 'checkpoint', checkpoint })
  }

  // ── State transfer: the whole state in one message, which suits states of some megabytes. ──

  onSnapshot({ checkpoint }: Message<'snapshot'>): void {
    if (this.wanted === undefined || checkpoint.height <= this.executed.height) return
    if (!this.isCheckpoint(checkpoint)) return
    const before = this.lastIndex
    this.record({ kind: 'checkpoint', checkpoint })
    this.restore(checkpoint)
    if (this.lastIndex > before) {
      this.host.output({ kind: 'restored', index: this.lastIndex, term: checkpoint.view })
    }
    this.afterRestore()
  }

  /** Is this block the last one that was executed? */
  isExecuted(block: Uint8Array): boolean {
    return equalBytes(block, this.executed.block)
  }
}
