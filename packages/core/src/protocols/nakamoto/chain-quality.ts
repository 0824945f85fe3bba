import type { Checker, Moment, NodeId, Output, Violation } from '../../model/index.ts'
import type { NakamotoRecord } from './nakamoto.messages.ts'
import type { Nakamoto } from './nakamoto.ts'
import { ownerNode } from './node-owner.ts'
import type { Identifier } from './rules/identifier.ts'

/** Fewer blocks than this say nothing about a miner. */
const fewestBlocks = 40
/** Of a miner's blocks at least so much of the share that is kept of all blocks is kept. */
const smallestPart = 1 / 3
/** A shorter chain says nothing about attackers. */
const fewestForAttackers = 100
/** A deeper reorganisation shows that nodes were apart for long, and says nothing about miners. */
const deepestReorganisation = 10

/**
 * Chain quality (Garay, Kiayias and Leonardos 2015): the chain is made of blocks of all miners, in
 * proportion to their work. Two rough bounds, over the whole run:
 *
 * - Most of the blocks are honest miners'. The paper has it that attackers with a share β of the
 *   hash power get at most about β / (1 − β) of the blocks: half of them with a third. Whose a block
 *   is, its coinbase tells, once an honest node has the block.
 * - No honest miner is shut out: of its blocks at least a third of the share that is kept of all honest
 *   miners' is in the best chain, if the network was never apart for long.
 */
export class ChainQuality implements Checker<Nakamoto> {
  readonly property = 'chain quality'
  readonly kind = 'safety'
  violation: Violation | undefined
  private readonly byzantine: ReadonlySet<NodeId>
  private readonly miners = new Map<Identifier, NodeId>()
  /** Blocks that attackers found, as far as an honest node has them. */
  private readonly attackers = new Set<Identifier>()
  private deepest = 0

  constructor(byzantine: ReadonlySet<NodeId>) {
    this.byzantine = byzantine
  }

  recorded(_node: NodeId, record: unknown): void {
    if (this.byzantine.size === 0) return
    const known = record as NakamotoRecord
    if (known.kind !== 'block') return
    const reward = known.block.transactions[0]?.outputs[0]
    if (reward !== undefined && this.byzantine.has(ownerNode(reward.lockingScript))) {
      this.attackers.add(known.block.id)
    }
  }

  output(node: NodeId, output: Output): void {
    if (output.kind === 'mined') this.miners.set(output.block, node)
    if (output.kind === 'adopted') this.deepest = Math.max(this.deepest, output.disconnected)
  }

  finished(nodes: ReadonlyMap<NodeId, Nakamoto>, moment: Moment): void {
    let best: Nakamoto | undefined
    for (const node of nodes.values()) {
      if (best === undefined || node.tip.chainWork > best.tip.chainWork) best = node
    }
    const chain = best?.activeChain ?? []
    this.countAttackers(chain, moment)
    if (this.deepest <= deepestReorganisation) this.compareMiners(new Set(chain), moment)
  }

  private countAttackers(chain: readonly Identifier[], moment: Moment): void {
    const height = chain.length - 1
    let count = 0
    for (const id of chain) if (this.attackers.has(id)) count += 1
    if (height < fewestForAttackers || count <= height / 2) return
    this.violation = {
      property: this.property,
      message: `of the ${height} blocks of the best chain ${count} are the attackers'`,
      nodes: [...this.byzantine],
      events: [moment.event],
    }
  }

  private compareMiners(kept: ReadonlySet<Identifier>, moment: Moment): void {
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
