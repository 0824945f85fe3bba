import type { Checker, Moment, NodeId, Violation } from '../../model/index.ts'
import { happenedBefore, type ObservedEvent, type ObservedHistory } from './observed-history.ts'
import type { Relation, VectorRecord } from './vector-clocks.schema.ts'
import type { VectorClocks } from './vector-clocks.ts'

/**
 * What a process reads from two stamps is so: of each message it receives, it says whether the sending
 * happened before, after or concurrently with what it had done last itself.
 */
export class ToldRelation implements Checker<VectorClocks> {
  readonly property = 'order told from stamps'
  readonly kind = 'safety'
  violation: Violation | undefined
  private readonly history: ObservedHistory<readonly number[]>

  constructor(history: ObservedHistory<readonly number[]>) {
    this.history = history
  }

  recorded(id: NodeId, record: VectorRecord, moment: Moment): void {
    const receipt = this.history.latestOf(id)
    if (this.violation || record.kind !== 'receive' || receipt?.runEvent !== moment.event) return
    const last = this.history.previousOf(receipt)
    const { sending } = receipt
    if (!last || !sending) return
    const truth = relationOf(sending, last)
    if (record.sending === truth) return
    this.violation = {
      property: this.property,
      message: `node ${id} takes event ${sending.number} of node ${sending.node} for ${record.sending} to its own event ${last.number}, and it is ${truth}`,
      nodes: [id, sending.node],
      events: [sending.runEvent, last.runEvent].sort((a, b) => a - b),
    }
  }
}

function relationOf<S>(a: ObservedEvent<S>, b: ObservedEvent<S>): Relation {
  if (happenedBefore(a, b)) return 'before'
  return happenedBefore(b, a) ? 'after' : 'concurrent'
}
