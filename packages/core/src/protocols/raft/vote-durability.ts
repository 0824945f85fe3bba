import type { Checker, Moment, NodeId, Violation } from '../../model/index.ts'
import type { Raft } from './raft.ts'

/**
 * Vote durability: a vote that a candidate has counted is never forgotten nor given again, whatever
 * crashes (dissertation, §3.8). Election safety rests on it, and fails much more rarely.
 */
export class VoteDurability implements Checker<Raft> {
  readonly property = 'vote durability'
  readonly kind = 'safety'
  violation: Violation | undefined
  /** Of each voter: by term, for whom a candidate has counted its vote. */
  private readonly counted: Map<number, { readonly for: NodeId; readonly event: number }>[] = []
  /** Of each voter: the latest term with a counted vote. */
  private readonly latest: number[] = []
  /** Of each node: the term and the vote it was last seen with, and as a candidate the number of votes. */
  private readonly seen: { term: number; votedFor: NodeId | undefined; votes: number }[] = []

  stepped(id: NodeId, node: Raft, moment: Moment): void {
    this.seen[id] ??= { term: -1, votedFor: undefined, votes: 0 }
    const seen = this.seen[id]
    if (seen.term !== node.currentTerm || seen.votedFor !== node.votedFor) {
      seen.term = node.currentTerm
      seen.votedFor = node.votedFor
      seen.votes = 0
      this.checkVote(id, node.currentTerm, node.votedFor, moment)
    }
    if (node.role !== 'candidate' && node.role !== 'leader') return
    if (seen.votes === node.votes.size) return
    seen.votes = node.votes.size
    for (const voter of node.votes) this.count(voter, node.currentTerm, id, moment)
  }

  restarted(id: NodeId, node: Raft, moment: Moment): void {
    const term = this.latest[id]
    if (term !== undefined && node.currentTerm < term) {
      this.report(id, term, `came back in term ${node.currentTerm}`, moment)
    }
    this.checkVote(id, node.currentTerm, node.votedFor, moment)
  }

  private count(voter: NodeId, term: number, candidate: NodeId, moment: Moment): void {
    this.counted[voter] ??= new Map()
    const counted = this.counted[voter]
    const first = counted.get(term)
    if (first === undefined) {
      counted.set(term, { for: candidate, event: moment.event })
      this.latest[voter] = Math.max(this.latest[voter] ?? 0, term)
    } else if (first.for !== candidate) {
      this.report(voter, term, `voted for node ${candidate} too`, moment)
    }
  }

  private checkVote(id: NodeId, term: number, votedFor: NodeId | undefined, moment: Moment): void {
    const counted = this.counted[id]?.get(term)
    if (counted === undefined || counted.for === votedFor) return
    const now = votedFor === undefined ? 'has no vote' : `has voted for node ${votedFor}`
    this.report(id, term, `${now} in that term`, moment)
  }

  private report(voter: NodeId, term: number, what: string, moment: Moment): void {
    const counted = this.counted[voter]?.get(term)
    if (this.violation || counted === undefined) return
    this.violation = {
      property: this.property,
      message: `node ${voter} voted for node ${counted.for} in term ${term}, and ${what}`,
      nodes: [voter, counted.for],
      events: [counted.event, moment.event],
    }
  }
}
