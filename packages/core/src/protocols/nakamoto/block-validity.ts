import type { Checker, Moment, NodeId, Violation } from '../../model/index.ts'
import { type AuditedBlock, brief, type ChainAuditor } from './chain-auditor.ts'
import type { NakamotoRecord } from './nakamoto.messages.ts'
import type { Nakamoto } from './nakamoto.ts'
import type { Identifier } from './rules/identifier.ts'

/**
 * Validity: a node's active chain keeps every rule of `rules/`, and no block that keeps them all is
 * held invalid, unless somebody ordered that. It also has the auditor judge each block when a node
 * first records it, so it comes before the checkers that ask the auditor.
 */
export class BlockValidity implements Checker<Nakamoto> {
  readonly property = 'validity'
  readonly kind = 'safety'
  violation: Violation | undefined
  private readonly auditor: ChainAuditor

  constructor(auditor: ChainAuditor) {
    this.auditor = auditor
  }

  recorded(node: NodeId, record: unknown, moment: Moment): void {
    const known = record as NakamotoRecord
    switch (known.kind) {
      case 'block': {
        const audited = this.auditor.audit(known.block)
        if (known.active) this.adopted(node, audited, moment)
        return
      }
      case 'tip':
        return this.adopted(node, this.auditor.get(known.block) as AuditedBlock, moment)
      case 'mark':
        if (known.as === 'invalid') this.markedInvalid(node, known.block, moment)
        return
      case 'payment':
        return
    }
  }

  private adopted(node: NodeId, { id, height, fault }: AuditedBlock, moment: Moment): void {
    if (fault === undefined) return
    this.report(
      node,
      moment,
      `node ${node} adopted block ${brief(id)} of height ${height}: ${fault}`,
    )
  }

  private markedInvalid(node: NodeId, id: Identifier, moment: Moment): void {
    const audited = this.auditor.get(id)
    if (audited === undefined || audited.fault !== undefined) return
    const what = `node ${node} holds block ${brief(id)} of height ${audited.height} invalid`
    this.report(node, moment, `${what}, which keeps every rule`)
  }

  private report(node: NodeId, moment: Moment, message: string): void {
    this.violation ??= {
      property: this.property,
      message,
      nodes: [node],
      events: [moment.event],
    }
  }
}
