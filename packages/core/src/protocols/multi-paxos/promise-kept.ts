import type { Checker, Moment, NodeId, Violation } from '../../model/index.ts'
import type { MultiPaxos } from './multi-paxos.ts'

/**
 * Promises are kept: what an acceptor has promised to a candidate that counted it, it never goes back
 * behind, whatever crashes (Lamport 2001, §2.5). That later ballots know what is chosen rests on it.
 */
export class PromiseKept implements Checker<MultiPaxos> {
  readonly property = 'promises kept'
  readonly kind = 'safety'
  violation: Violation | undefined
  /** Of each acceptor: the highest ballot for which a candidate has counted it. */
  private readonly counted: { ballot: number; candidate: NodeId; event: number }[] = []
  /** Of each node: what it was last seen to have promised; as a candidate, how many promises it had. */
  private readonly seen: { promised: number; promises: number }[] = []

  stepped(id: NodeId, node: MultiPaxos, moment: Moment): void {
    this.seen[id] ??= { promised: 0, promises: 0 }
    const seen = this.seen[id]
    if (node.promised !== seen.promised) {
      seen.promised = node.promised
      seen.promises = 0
      this.check(id, node.promised, moment)
    }
    if (node.promisers.size === seen.promises) return
    seen.promises = node.promisers.size
    for (const acceptor of node.promisers) this.count(acceptor, node.ballot, id, moment)
  }

  restarted(id: NodeId, node: MultiPaxos, moment: Moment): void {
    this.check(id, node.promised, moment)
  }

  private count(acceptor: NodeId, ballot: number, candidate: NodeId, moment: Moment): void {
    // A candidate's own promise may still be lost: its requests leave when that is on disk.
    if (acceptor === candidate || ballot <= (this.counted[acceptor]?.ballot ?? 0)) return
    this.counted[acceptor] = { ballot, candidate, event: moment.event }
  }

  private check(acceptor: NodeId, promised: number, moment: Moment): void {
    const counted = this.counted[acceptor]
    if (this.violation || counted === undefined || promised >= counted.ballot) return
    this.violation = {
      property: this.property,
      message: `node ${acceptor} promised ballot ${counted.ballot} to node ${counted.candidate}, and now keeps to ${promised}`,
      nodes: [acceptor, counted.candidate],
      events: [counted.event, moment.event],
    }
  }
}
