import type { Checker, Moment, NodeId, Violation } from '../../model/index.ts'
import { type MultiPaxosRecord, PValue } from './multi-paxos.messages.ts'
import type { MultiPaxos } from './multi-paxos.ts'

/**
 * A ballot proposes one value for a slot (van Renesse and Altinbuken 2015, §2.3, invariant A4 of
 * acceptors). What acceptors write shows it. Of each slot the latest ballot is remembered, in columns,
 * for a long run has many slots.
 */
export class OneValueABallot implements Checker<MultiPaxos> {
  readonly property = 'one value a ballot'
  readonly kind = 'safety'
  violation: Violation | undefined
  private readonly pvalues: PValue[] = []
  private readonly nodes: NodeId[] = []
  private readonly events: number[] = []

  recorded(id: NodeId, record: unknown, moment: Moment): void {
    const recorded = record as MultiPaxosRecord
    if (recorded.kind !== 'accept') return
    const { slot, pvalues } = recorded
    for (let i = 0; i < pvalues.length; i += 1) this.see(id, slot + i, pvalues[i] as PValue, moment)
  }

  private see(id: NodeId, slot: number, pvalue: PValue, moment: Moment): void {
    const known = this.pvalues[slot]
    if (known === pvalue) return
    if (known === undefined || pvalue.ballot > known.ballot) {
      this.pvalues[slot] = pvalue
      this.nodes[slot] = id
      this.events[slot] = moment.event
    } else if (pvalue.ballot === known.ballot && !PValue.equal(pvalue, known)) {
      this.report(id, slot, pvalue.ballot, moment)
    }
  }

  private report(id: NodeId, slot: number, ballot: number, moment: Moment): void {
    const first = this.nodes[slot] as NodeId
    this.violation ??= {
      property: this.property,
      message: `nodes ${first} and ${id} accepted different values for slot ${slot} in ballot ${ballot}`,
      nodes: [first, id],
      events: [this.events[slot] as number, moment.event],
    }
  }
}
