import type { Checker, Moment, NodeId, Output, Violation } from '../../model/index.ts'
import type { Nakamoto } from './nakamoto.ts'
import type { Identifier } from './rules/identifier.ts'

/** Fewer blocks than this say nothing about a miner. */
const fewestBlocks = 40
/** Of a miner's blocks at least so much of the share that is kept of all blocks is kept. */
const smallestPart = 1 / 3
/** A deeper reorganisation shows that nodes were apart for long, and says nothing about miners. */
const deepestReorganisation = 10

/**
 * Chain quality (Garay, Kiayias and Leonardos 2015): the chain is made of blocks of all miners, in
 * proportion to their work. Here, over the whole run of a network that was never apart for long: of a
 * miner's blocks at least a third of the share that is kept of everyone's is in the best chain. A rough
 * bound: what it can see is a miner that is shut out.
 */
export class ChainQuality implements Checker<Nakamoto> {
  readonly property = 'chain quality'
  readonly kind = 'safety'
  violation: Violation | undefined
  private readonly miners = new Map<Identifier, NodeId>()
  private deepest = 0

  output(node: NodeId, output: Output): void {
    if (output.kind === 'mined') this.miners.set(output.block, node)
    if (output.kind === 'adopted') this.deepest = Math.max(this.deepest, output.disconnected)
  }

  finished(nodes: ReadonlyMap<NodeId, Nakamoto>, moment: Moment): void {
    if (this.deepest > deepestReorganisation) return
    let best: Nakamoto | undefined
    for (const node of nodes.values()) {
      if (best === undefined || node.tip.chainWork > best.tip.chainWork) best = node
    }
    const kept = new Set(best?.activeChain)
    const found = new Map<NodeId, { mined: number; kept: number }>()
    let keptOfAll = 0
    for (const [id, miner] of this.miners) {
      const count = found.get(miner) ?? { mined: 0, kept: 0 }
      count.mined += 1
      if (kept.has(id)) {
        count.kept += 1
        keptOfAll += 1
      }
      found.set(miner, count)
    }
    const share = keptOfAll / this.miners.size
    for (const [miner, count] of found) {
      if (count.mined < fewestBlocks || count.kept >= count.mined * share * smallestPart) continue
      const all = `${keptOfAll} of all ${this.miners.size}`
      this.violation ??= {
        property: this.property,
        message: `of the ${count.mined} blocks that node ${miner} found ${count.kept} are in the best chain, and of all ${all}`,
        nodes: [miner],
        events: [moment.event],
      }
    }
  }
}
