import type { Checker, Moment, NodeId, Output, Violation } from '../../model/index.ts'
import { brief } from './chain-auditor.ts'
import type { Nakamoto } from './nakamoto.ts'
import type { Identifier } from './rules/identifier.ts'

/** A block that some node counted as final, and when. */
interface FinalBlock {
  readonly id: Identifier
  readonly node: NodeId
  readonly event: number
}

/** The end of a chain, and with it the chain: nodes on one chain are at the same. */
interface ChainEnd {
  readonly id: Identifier
  readonly height: number
  readonly parent: ChainEnd | undefined
}

/**
 * Common prefix at depth k (Garay, Kiayias and Leonardos 2015): chains agree but for their last
 * blocks, now and ever after. A block that had k confirmations at one node, its own the first, is
 * never contradicted by another of its height, nor disconnected, by any node.
 */
export class CommonPrefix implements Checker<Nakamoto> {
  readonly property = 'common prefix'
  readonly kind = 'safety'
  violation: Violation | undefined
  private readonly confirmations: number
  /** The end of each node's active chain; undefined while it is not known what it is. */
  private readonly ends: (ChainEnd | undefined)[]
  /** Every block that any node ever adopted. */
  private readonly known: Map<Identifier, ChainEnd>
  /** By height: the first block that had enough confirmations. */
  private readonly final: FinalBlock[] = []

  constructor(nodes: number, confirmations: number, genesis: Identifier) {
    this.confirmations = confirmations
    const root = { id: genesis, height: 0, parent: undefined }
    this.known = new Map([[genesis, root]])
    this.ends = new Array<ChainEnd>(nodes).fill(root)
  }

  output(node: NodeId, output: Output, moment: Moment): void {
    if (output.kind !== 'adopted') return
    let end = this.ends[node]
    if (end === undefined) return
    const fork = output.height - output.connected.length
    if (output.disconnected > 0) end = this.disconnect(node, end, fork, moment)
    for (const id of output.connected) {
      end = this.after(end, id)
      if (end.height < this.final.length) this.compare(node, end, end.height, moment)
    }
    this.ends[node] = end
    this.finalise(node, end, moment)
  }

  crashed(node: NodeId): void {
    this.ends[node] = undefined
  }

  restarted(id: NodeId, node: Nakamoto, moment: Moment): void {
    const [genesis, ...blocks] = node.activeChain as [Identifier, ...Identifier[]]
    let end = this.known.get(genesis) as ChainEnd
    for (const block of blocks) end = this.after(end, block)
    this.ends[id] = end
    const last = Math.min(end.height, this.final.length - 1)
    if (last >= 0) this.compare(id, end, last, moment)
    this.finalise(id, end, moment)
  }

  private after(parent: ChainEnd, id: Identifier): ChainEnd {
    const known = this.known.get(id)
    if (known !== undefined) return known
    const end = { id, height: parent.height + 1, parent }
    this.known.set(id, end)
    return end
  }

  /** @returns the chain up to the fork */
  private disconnect(node: NodeId, end: ChainEnd, fork: number, moment: Moment): ChainEnd {
    const above = this.final[fork + 1]
    if (above !== undefined && at(end, fork + 1).id === above.id) {
      this.report(
        node,
        above,
        moment,
        `node ${node} disconnected block ${brief(above.id)} of height ${fork + 1}, which had ${this.confirmations} confirmations at node ${above.node}`,
      )
    }
    return at(end, fork)
  }

  private finalise(node: NodeId, end: ChainEnd, moment: Moment): void {
    const highest = end.height + 1 - this.confirmations
    if (this.final.length > highest) return
    const last = this.final.length - 1
    if (last >= 0) this.compare(node, end, last, moment)
    for (let height = last + 1; height <= highest; height += 1) {
      this.final.push({ id: at(end, height).id, node, event: moment.event })
    }
  }

  /** Is the block at this height the final one? Chains that agree there agree below. */
  private compare(node: NodeId, end: ChainEnd, height: number, moment: Moment): void {
    const final = this.final[height] as FinalBlock
    const own = at(end, height).id
    if (own === final.id) return
    this.report(
      node,
      final,
      moment,
      `at height ${height} node ${node} has block ${brief(own)}, but ${brief(final.id)} had ${this.confirmations} confirmations at node ${final.node}`,
    )
  }

  private report(node: NodeId, final: FinalBlock, moment: Moment, message: string): void {
    this.violation ??= {
      property: this.property,
      message,
      nodes: [final.node, node],
      events: [final.event, moment.event],
    }
  }
}

/** The block of a chain at a height. */
function at(end: ChainEnd, height: number): ChainEnd {
  let block = end
  while (block.height > height) block = block.parent as ChainEnd
  return block
}
