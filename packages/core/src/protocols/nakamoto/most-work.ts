import type { Checker, Moment, NodeId, Violation } from '../../model/index.ts'
import { type AuditedBlock, brief, type ChainAuditor } from './chain-auditor.ts'
import type { NakamotoRecord } from './nakamoto.messages.ts'
import type { Nakamoto } from './nakamoto.ts'

/** What one node has, by its records. */
interface Holding {
  /** The end of its active chain. */
  tip: AuditedBlock
  /** The stored block of most work that keeps every rule, and when it came. */
  best: AuditedBlock
  bestEvent: number
  /** How many blocks are held invalid because somebody ordered it: then the best may be out of bounds. */
  orders: number
}

/**
 * The rule of choice (Bitcoin, section 5): no node's chain has less work than another that it has
 * whole and that keeps every rule. Looked at when the next block comes, since a node may need all of
 * a step to change over.
 */
export class MostWork implements Checker<Nakamoto> {
  readonly property = 'most work'
  readonly kind = 'safety'
  violation: Violation | undefined
  private readonly auditor: ChainAuditor
  private readonly holdings: Holding[]

  constructor(nodes: number, auditor: ChainAuditor) {
    this.auditor = auditor
    const { genesis } = auditor
    this.holdings = Array.from({ length: nodes }, () => holdingOf(genesis))
  }

  recorded(node: NodeId, record: unknown, moment: Moment): void {
    const holding = this.holdings[node] as Holding
    const known = record as NakamotoRecord
    switch (known.kind) {
      case 'block': {
        this.compare(node, holding, moment)
        const block = this.auditor.audit(known.block)
        if (known.active) holding.tip = block
        if (block.fault === undefined && isBetter(block, holding.best)) {
          holding.best = block
          holding.bestEvent = moment.event
        }
        return
      }
      case 'tip':
        holding.tip = this.auditor.get(known.block) as AuditedBlock
        return
      case 'mark':
        if (known.as === 'invalid by order') holding.orders += 1
        return
      case 'payment':
        return
    }
  }

  restarted(id: NodeId, node: Nakamoto): void {
    const holding = holdingOf(this.auditor.get(node.tip.id) as AuditedBlock)
    holding.orders = [...node.marks.values()].filter((as) => as === 'invalid by order').length
    for (const block of node.blocks) {
      const audited = this.auditor.audit(block)
      if (audited.fault === undefined && isBetter(audited, holding.best)) holding.best = audited
    }
    this.holdings[id] = holding
  }

  finished(nodes: ReadonlyMap<NodeId, Nakamoto>, moment: Moment): void {
    for (const id of nodes.keys()) this.compare(id, this.holdings[id] as Holding, moment)
  }

  private compare(node: NodeId, holding: Holding, moment: Moment): void {
    const { tip, best, bestEvent, orders } = holding
    if (tip === best || orders > 0 || !isBetter(best, tip)) return
    const chosen = `node ${node} stays on block ${brief(tip.id)} of height ${tip.height}`
    const message = `${chosen}, though it has block ${brief(best.id)} of height ${best.height} with more work`
    this.violation ??= {
      property: this.property,
      message,
      nodes: [node],
      events: [bestEvent, moment.event],
    }
  }
}

function holdingOf(tip: AuditedBlock): Holding {
  return { tip, best: tip, bestEvent: 0, orders: 0 }
}

function isBetter(one: AuditedBlock, other: AuditedBlock): boolean {
  return one.parent === other || one.chainWork > other.chainWork
}
