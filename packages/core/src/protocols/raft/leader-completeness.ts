import { FirstSeen } from '../../checkers/first-seen.ts'
import type { Checker, Moment, NodeId, Output, Violation } from '../../model/index.ts'
import type { Raft } from './raft.ts'

/**
 * Leader completeness: if an entry is committed in a given term, it is present in the logs of the
 * leaders of all higher terms (dissertation, figure 3.2, §3.6.3). Checked when a leader is elected.
 */
export class LeaderCompleteness implements Checker<Raft> {
  readonly property = 'leader completeness'
  readonly kind = 'safety'
  violation: Violation | undefined
  /** By index: the term of the committed entry, the term in which it was committed, and who did it. */
  private readonly terms: number[] = []
  private readonly committedIn: number[] = []
  private readonly committed = new FirstSeen()
  /** The first commits of an index, in the step that a node is taking. */
  private readonly news: { readonly index: number; readonly term: number }[] = []
  private readonly led: number[] = []

  output(_id: NodeId, output: Output): void {
    if (output.kind !== 'committed' || output.index < this.terms.length) return
    this.news.push(output)
  }

  stepped(id: NodeId, node: Raft, moment: Moment): void {
    if (this.news.length > 0) this.remember(id, node, moment)
    if (node.role !== 'leader' || this.led[id] === node.currentTerm) return
    this.led[id] = node.currentTerm
    // Of what the leader itself has committed, state-machine safety takes care.
    for (let index = node.commitIndex + 1; index < this.terms.length; index += 1) {
      const term = this.terms[index]
      if (term === undefined || (this.committedIn[index] as number) >= node.currentTerm) continue
      if (node.termAt(index) !== term) this.report(id, node, index, moment)
    }
  }

  private remember(id: NodeId, node: Raft, moment: Moment): void {
    for (const { index, term } of this.news) {
      this.terms[index] = term
      this.committedIn[index] = node.currentTerm
      this.committed.note(index, id, moment.event)
    }
    while (this.news.length > 0) this.news.pop()
  }

  private report(id: NodeId, node: Raft, index: number, moment: Moment): void {
    const entry = `entry ${index} of term ${this.terms[index]}`
    const committer = this.committed.nodeAt(index)
    this.violation ??= {
      property: this.property,
      message: `node ${id} leads term ${node.currentTerm} without ${entry}, which node ${committer} committed in term ${this.committedIn[index]}`,
      nodes: [committer, id],
      events: [this.committed.eventAt(index), moment.event],
    }
  }
}
