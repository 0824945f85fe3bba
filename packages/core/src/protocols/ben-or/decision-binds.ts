import type { Checker, Moment, NodeId, Violation } from '../../model/index.ts'
import type { Bit } from './ben-or.messages.ts'
import type { BenOr } from './ben-or.ts'

/** Once a node has decided at the end of a round, every node goes into the next rounds with that value. */
export class DecisionBinds implements Checker<BenOr> {
  readonly property = 'decision binds'
  readonly kind = 'safety'
  violation: Violation | undefined
  private decision:
    | { readonly node: NodeId; readonly value: Bit; readonly round: number; readonly event: number }
    | undefined
  /** The latest round that each node has begun, with which value. */
  private readonly latest = new Map<NodeId, { round: number; value: Bit; event: number }>()

  stepped(id: NodeId, node: BenOr, moment: Moment): void {
    if (this.violation) return
    const { round, value, decided, decidedRound } = node
    const known = this.latest.get(id)
    if (known === undefined) this.latest.set(id, { round, value, event: moment.event })
    else if (known.round !== round) {
      known.round = round
      known.value = value
      known.event = moment.event
    } else if (decided === undefined || this.decision) return
    if (decided !== undefined && !this.decision) {
      this.decision = { node: id, value: decided, round: decidedRound, event: moment.event }
      for (const other of this.latest.keys()) this.compare(other)
    } else this.compare(id)
  }

  private compare(id: NodeId): void {
    const { decision } = this
    const latest = this.latest.get(id)
    if (!decision || !latest || latest.round <= decision.round) return
    if (latest.value === decision.value || this.violation) return
    this.violation = {
      property: this.property,
      message: `node ${decision.node} decided ${decision.value} in round ${decision.round}, and node ${id} went into round ${latest.round} with ${latest.value}`,
      nodes: [decision.node, id],
      events: [decision.event, latest.event],
    }
  }
}
