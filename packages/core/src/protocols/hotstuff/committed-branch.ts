import {
  type Checker,
  equalBytes,
  type Moment,
  type NodeId,
  type Violation,
} from '../../model/index.ts'
import type { HotStuff } from './hotstuff.ts'

/**
 * All committed blocks are on one branch (paper, theorems 2 and 5): at every height, one block. It sees
 * what state-machine safety does not, the blocks without requests.
 */
export class CommittedBranch implements Checker<HotStuff> {
  readonly property = 'committed branch'
  readonly kind = 'safety'
  violation: Violation | undefined
  /** By height, the block committed first, and who did it. */
  private readonly first: {
    readonly block: Uint8Array
    readonly node: NodeId
    readonly event: number
  }[] = []
  /** Of each node, the height up to which it was seen to have committed. */
  private readonly heights: number[] = []

  stepped(id: NodeId, node: HotStuff, moment: Moment): void {
    const seen = this.heights[id] ?? 0
    const { height, view } = node.executed
    if (height === seen) return
    this.heights[id] = height
    this.note(id, height, node.executed.block, moment)
    for (let block = node.tree.get(view); block !== undefined && block.height > seen; ) {
      this.note(id, block.height, block.id, moment)
      block = node.blockOf(block.justify)
    }
  }

  /** A node that comes back begins again at its checkpoint. */
  crashed(id: NodeId): void {
    this.heights[id] = 0
  }

  private note(id: NodeId, height: number, block: Uint8Array, moment: Moment): void {
    const first = this.first[height]
    if (first === undefined) {
      this.first[height] = { block, node: id, event: moment.event }
    } else if (!equalBytes(first.block, block) && !this.violation) {
      this.violation = {
        property: this.property,
        message: `nodes ${first.node} and ${id} committed different blocks at height ${height}`,
        nodes: [first.node, id],
        events: [first.event, moment.event],
      }
    }
  }
}
