import { encode, equalBytes, machine } from '../../model/index.ts'
import {
  type Block,
  BlockContent,
  type Certificate,
  type Checkpoint,
  HotStuffCommand,
  HotStuffMessage,
  HotStuffRecord,
} from './hotstuff.messages.ts'
import { hotStuffParameters } from './hotstuff.parameters.ts'
import { hotStuffState } from './hotstuff.state.ts'

/**
 * The tree of blocks and all else that is durable (paper, section 4.2, "Tree and branches"). Of each
 * view at most one block can be certified, and more than one is never kept, so views name blocks.
 */
export abstract class HotStuffTree extends machine({
  state: hotStuffState,
  message: HotStuffMessage,
  record: HotStuffRecord,
  command: HotStuffCommand,
  timers: ['view', 'fetch'],
  parameters: hotStuffParameters,
}) {
  /** The only place that writes durable fields: live, and when a host replays the disk. */
  apply(record: HotStuffRecord): void {
    switch (record.kind) {
      case 'block':
        this.tree.set(record.block.view, record.block)
        break
      case 'lock':
        this.lockedQC = record.certificate
        break
      case 'vote':
        this.votedView = record.view
        this.votedBlock = record.block
        break
      case 'timeout':
        this.timeoutCertificate = record.certificate
        break
      case 'checkpoint':
        this.applyCheckpoint(record.checkpoint)
        break
    }
  }

  /** What does not descend from the checkpoint's block conflicts with what is committed, or is it. */
  private applyCheckpoint(checkpoint: Checkpoint): void {
    this.checkpoint = checkpoint
    const blocks = this.blocksInOrder()
    this.tree.clear()
    for (const block of blocks) {
      if (block.view > checkpoint.view && this.holds(block.justify)) {
        this.tree.set(block.view, block)
      }
    }
  }

  /** The blocks in the tree by ascending view, so that parents come before their children. */
  blocksInOrder(): Block[] {
    return [...this.tree.values()].sort((left, right) => left.view - right.view)
  }

  /** The block that this certificate is for, where it is in the tree. */
  blockOf(certificate: Certificate): Block | undefined {
    const block = this.tree.get(certificate.view)
    return block !== undefined && equalBytes(block.id, certificate.block) ? block : undefined
  }

  /** Is the certified block here, in the tree or as the one of the checkpoint? */
  holds(certificate: Certificate): boolean {
    return this.isCheckpointed(certificate) || this.blockOf(certificate) !== undefined
  }

  isCheckpointed({ view, block }: Certificate): boolean {
    return view === this.checkpoint.view && equalBytes(block, this.checkpoint.block)
  }

  /** The height of a block that is here. */
  heightOf(certificate: Certificate): number {
    return this.blockOf(certificate)?.height ?? this.checkpoint.height
  }

  /** Is `block`, whose branch is in the tree, a descendant of the certified one? */
  extends(block: Block, certificate: Certificate): boolean {
    let { justify } = block
    while (justify.view > certificate.view) {
      const parent = this.blockOf(justify)
      // The branch has reached the checkpoint: what was certified before that is behind it.
      if (parent === undefined) return true
      justify = parent.justify
    }
    return justify.view === certificate.view && equalBytes(justify.block, certificate.block)
  }

  idOf(block: Pick<Block, 'view' | 'height' | 'justify' | 'requests'>): Uint8Array {
    const { view, height, justify, requests } = block
    return this.host.hash(
      encode(BlockContent, {
        view,
        height,
        justify,
        requests: requests as Block['requests'][number][],
      }),
    )
  }
}
