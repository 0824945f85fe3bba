import type { Checker, Moment, NodeId, Violation } from '../../model/index.ts'
import type { Bit } from './ben-or.messages.ts'
import type { BenOr } from './ben-or.ts'

/** All that is proposed in a round is one value: no two are reported by more than half. */
export class OneValueARound implements Checker<BenOr> {
  readonly property = 'one value a round'
  readonly kind = 'safety'
  violation: Violation | undefined
  /** By round: who proposed a value first. */
  private readonly first = new Map<
    number,
    { readonly node: NodeId; readonly value: Bit; readonly event: number }
  >()

  stepped(id: NodeId, node: BenOr, moment: Moment): void {
    const { round, proposed: value } = node
    if (value === undefined || this.violation) return
    const first = this.first.get(round)
    if (!first) this.first.set(round, { node: id, value, event: moment.event })
    else if (first.value !== value) {
      this.violation = {
        property: this.property,
        message: `in round ${round} node ${first.node} proposed ${first.value} and node ${id} proposed ${value}`,
        nodes: [first.node, id],
        events: [first.event, moment.event],
      }
    }
  }
}
