import type { Checker, Moment, NodeId, Output, Violation } from '../../model/index.ts'
import type { Raft } from './raft.ts'

/** A committed entry: its own term, and the term in which it was committed. */
interface Committed {
  readonly term: number
  readonly committedIn: number
  readonly node: NodeId
  readonly event: number
}

/**
 * Leader completeness: if an entry is committed in a given term, it is present in the logs of the
 * leaders of all higher terms (dissertation, figure 3.2, §3.6.3). Checked when a leader is elected.
 */
export class LeaderCompleteness implements Checker<Raft> {
  readonly property = 'leader completeness'
  readonly kind = 'safety'
  violation: Violation | undefined
  private readonly committed: Committed[] = []
  /** The first commits of an index, in the step that a node is taking. */
  private readonly news: { readonly index: number; readonly term: number }[] = []
  private readonly led: number[] = []

  output(_id: NodeId, output: Output): void {
    if (output.kind !== 'committed' || output.index < this.committed.length) return
    this.news.push(output)
  }

  stepped(id: NodeId, node: Raft, moment: Moment): void {
    if (this.news.length > 0) this.remember(id, node, moment)
    if (node.role !== 'leader' || this.led[id] === node.currentTerm) return
    this.led[id] = node.currentTerm
    // Of what the leader itself has committed, state-machine safety takes care.
    for (let index = node.commitIndex + 1; index < this.committed.length; index += 1) {
      const committed = this.committed[index]
      if (committed === undefined || committed.committedIn >= node.currentTerm) continue
      if (node.termAt(index) !== committed.term) this.report(id, node, index, committed, moment)
    }
  }

  private remember(id: NodeId, node: Raft, moment: Moment): void {
    for (const { index, term } of this.news) {
      this.committed[index] = {
        term,
        committedIn: node.currentTerm,
        node: id,
        event: moment.event,
      }
    }
    this.news.length = 0
  }

  private report(
    id: NodeId,
    node: Raft,
    index: number,
    committed: Committed,
    moment: Moment,
  ): void {
    this.violation ??= {
      property: this.property,
      message: `node ${id} leads term ${node.currentTerm} without entry ${index} of term ${committed.term}, which node ${committed.node} committed in term ${committed.committedIn}`,
      nodes: [committed.node, id],
      events: [committed.event, moment.event],
    }
  }
}
