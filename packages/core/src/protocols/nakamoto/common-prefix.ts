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
  /** The ids of each node's active chain by height; undefined while it is not known what it is. */
  private readonly chains: (Identifier[] | undefined)[]
  /** By height: the first block that had enough confirmations. */
  private readonly final: FinalBlock[] = []

  constructor(nodes: number, confirmations: number, genesis: Identifier) {
    this.confirmations = confirmations
    this.chains = Array.from({ length: nodes }, () => [genesis])
  }

  output(node: NodeId, output: Output, moment: Moment): void {
    if (output.kind !== 'adopted') return
    const chain = this.chains[node]
    if (chain === undefined) return
    const fork = output.height - output.connected.length
    if (output.disconnected > 0) this.disconnect(node, chain, fork, moment)
    for (const id of output.connected) {
      chain.push(id)
      if (chain.length <= this.final.length) this.compare(node, chain, chain.length - 1, moment)
    }
    this.finalise(node, chain, moment)
  }

  crashed(node: NodeId): void {
    this.chains[node] = undefined
  }

  restarted(id: NodeId, node: Nakamoto, moment: Moment): void {
    const chain = [...node.activeChain]
    this.chains[id] = chain
    const last = Math.min(chain.length, this.final.length) - 1
    if (last >= 0) this.compare(id, chain, last, moment)
    this.finalise(id, chain, moment)
  }

  private disconnect(node: NodeId, chain: Identifier[], fork: number, moment: Moment): void {
    const above = this.final[fork + 1]
    if (above !== undefined && chain[fork + 1] === above.id) {
      this.report(
        node,
        above,
        moment,
        `node ${node} disconnected block ${brief(above.id)} of height ${fork + 1}, which had ${this.confirmations} confirmations at node ${above.node}`,
      )
    }
    chain.length = fork + 1
  }

  private finalise(node: NodeId, chain: readonly Identifier[], moment: Moment): void {
    const end = chain.length - this.confirmations
    if (this.final.length > end) return
    const last = this.final.length - 1
    if (last >= 0) this.compare(node, chain, last, moment)
    for (let height = last + 1; height <= end; height += 1) {
      this.final.push({ id: chain[height] as Identifier, node, event: moment.event })
    }
  }

  /** Is the block at this height the final one? Chains that agree there agree below. */
  private compare(
    node: NodeId,
    chain: readonly Identifier[],
    height: number,
    moment: Moment,
  ): void {
    const final = this.final[height] as FinalBlock
    const own = chain[height] as Identifier
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
