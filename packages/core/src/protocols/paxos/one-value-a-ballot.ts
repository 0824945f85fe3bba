import type { Checker, Moment, NodeId, Violation } from '../../model/index.ts'
import { equalBytes } from '../../model/index.ts'
import type { PaxosRecord } from './paxos.messages.ts'
import type { Paxos } from './paxos.ts'

/**
 * A ballot proposes one value: the number of a proposal says which it is (Lamport 2001, §2.2). The
 * acceptances show it.
 */
export class OneValueABallot implements Checker<Paxos> {
  readonly property = 'one value a ballot'
  readonly kind = 'safety'
  violation: Violation | undefined
  private readonly first = new Map<number, { node: NodeId; value: Uint8Array; event: number }>()

  recorded(id: NodeId, record: unknown, moment: Moment): void {
    const recorded = record as PaxosRecord
    if (recorded.kind !== 'acceptance' || this.violation) return
    const { ballot, value } = recorded.proposal
    const first = this.first.get(ballot)
    if (first === undefined) {
      this.first.set(ballot, { node: id, value, event: moment.event })
    } else if (!equalBytes(first.value, value)) {
      this.violation = {
        property: this.property,
        message: `nodes ${first.node} and ${id} accepted different values in ballot ${ballot}`,
        nodes: [first.node, id],
        events: [first.event, moment.event],
      }
    }
  }
}
