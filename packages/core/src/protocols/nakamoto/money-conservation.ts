import type { Checker, Moment, NodeId, Violation } from '../../model/index.ts'
import type { AuditedBlock, ChainAuditor } from './chain-auditor.ts'
import type { Nakamoto } from './nakamoto.ts'
import type { CoinSet } from './rules/coin-set.ts'
import { totalSupply } from './rules/coins.ts'

/**
 * Conservation of money: what all coins of a node are worth is what the subsidies up to its tip come
 * to, less the fees that no coinbase took; and they are the very coins that an independent
 * recomputation along its chain leaves.
 */
export class MoneyConservation implements Checker<Nakamoto> {
  readonly property = 'conservation of money'
  readonly kind = 'safety'
  violation: Violation | undefined
  private readonly auditor: ChainAuditor

  constructor(auditor: ChainAuditor) {
    this.auditor = auditor
  }

  finished(nodes: ReadonlyMap<NodeId, Nakamoto>, moment: Moment): void {
    // By tip, so that the auditor's money moves along each branch once.
    const byTip = new Map<AuditedBlock, [NodeId, Nakamoto][]>()
    for (const entry of nodes) {
      const tip = this.auditor.get(entry[1].tip.id)
      if (tip === undefined || tip.fault !== undefined) continue
      const same = byTip.get(tip)
      if (same === undefined) byTip.set(tip, [entry])
      else same.push(entry)
    }
    for (const [tip, holders] of byTip) {
      // Nodes on one chain hold one set.
      const looked = new Set<CoinSet>()
      for (const [id, node] of holders) {
        if (looked.has(node.coins)) continue
        looked.add(node.coins)
        this.count(id, node, tip, moment)
        this.compare(id, node, tip, moment)
      }
    }
  }

  private count(id: NodeId, node: Nakamoto, tip: AuditedBlock, moment: Moment): void {
    const supply = totalSupply(node.coins.table)
    if (supply === tip.supply && node.coins.size === tip.coins) return
    const has = `${supply} satoshis in ${node.coins.size} coins`
    const right = `${tip.supply} in ${tip.coins}`
    this.report(
      id,
      moment,
      `node ${id} has ${has} at height ${tip.height}, where there are ${right}`,
    )
  }

  private compare(id: NodeId, node: Nakamoto, tip: AuditedBlock, moment: Moment): void {
    for (const [outpoint, coin] of this.auditor.coinsAfter(tip)) {
      const own = node.coins.get(outpoint)
      if (own?.value === coin.value && own.height === coin.height) continue
      this.report(id, moment, `node ${id} has not the coin ${outpoint} as its chain made it`)
      return
    }
  }

  private report(node: NodeId, moment: Moment, message: string): void {
    this.violation ??= { property: this.property, message, nodes: [node], events: [moment.event] }
  }
}
