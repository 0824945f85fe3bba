import type { Checker, Moment, NodeId, Violation } from '../../model/index.ts'
import type { Raft } from './raft.ts'

/** Election safety: at most one leader can be elected in a given term (dissertation, figure 3.2). */
export class ElectionSafety implements Checker<Raft> {
  readonly property = 'election safety'
  readonly kind = 'safety'
  violation: Violation | undefined
  private readonly leaders = new Map<number, { readonly node: NodeId; readonly event: number }>()
  /** The term that each node was last seen to lead. */
  private readonly led: number[] = []

  stepped(id: NodeId, node: Raft, moment: Moment): void {
    if (node.role !== 'leader' || this.led[id] === node.currentTerm) return
    const term = node.currentTerm
    this.led[id] = term
    const other = this.leaders.get(term)
    if (other === undefined) {
      this.leaders.set(term, { node: id, event: moment.event })
      return
    }
    if (other.node === id || this.violation) return
    this.violation = {
      property: this.property,
      message: `node ${id} leads term ${term}, which node ${other.node} was elected to lead`,
      nodes: [other.node, id],
      events: [other.event, moment.event],
    }
  }
}
