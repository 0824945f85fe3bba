import type { Checker, Moment, NodeId, Violation } from '../../model/index.ts'
import type { Paxos } from './paxos.ts'

/**
 * Promises are kept: what an acceptor has promised to a proposer that counted it, it remembers, and it
 * accepts nothing below it any more, whatever crashes (Lamport 2001, P1a and §2.5). Agreement rests on
 * it, and fails much more rarely.
 */
export class PromiseKept implements Checker<Paxos> {
  readonly property = 'promises kept'
  readonly kind = 'safety'
  violation: Violation | undefined
  /** Of each acceptor: the highest ballot of which a proposer has counted its promise. */
  private readonly counted: { ballot: number; proposer: NodeId; event: number }[] = []
  /** Of each acceptor: the ballot in which it was last seen to have accepted, in its present life. */
  private readonly accepted: (number | undefined)[] = []

  stepped(id: NodeId, node: Paxos, moment: Moment): void {
    if (node.phase === 'prepare') {
      for (const acceptor of node.promises.keys()) this.count(acceptor, node.ballot, id, moment)
    }
    const ballot = node.accepted?.ballot ?? 0
    const last = this.accepted[id]
    if (ballot === last) return
    this.accepted[id] = ballot
    if (last === undefined || ballot >= this.countedOf(id)) return
    this.report(id, `accepts ballot ${ballot}`, moment)
  }

  crashed(id: NodeId): void {
    this.accepted[id] = undefined
  }

  restarted(id: NodeId, node: Paxos, moment: Moment): void {
    if (node.promised >= this.countedOf(id)) return
    this.report(id, `came back with a promise of ballot ${node.promised} alone`, moment)
  }

  private countedOf(acceptor: NodeId): number {
    return this.counted[acceptor]?.ballot ?? 0
  }

  private count(acceptor: NodeId, ballot: number, proposer: NodeId, moment: Moment): void {
    // A proposer's own promise may still be lost: its requests leave when that is on disk.
    if (acceptor === proposer || ballot <= this.countedOf(acceptor)) return
    this.counted[acceptor] = { ballot, proposer, event: moment.event }
  }

  private report(acceptor: NodeId, what: string, moment: Moment): void {
    const counted = this.counted[acceptor]
    if (this.violation || counted === undefined) return
    this.violation = {
      property: this.property,
      message: `node ${acceptor} promised ballot ${counted.ballot} to node ${counted.proposer}, and ${what}`,
      nodes: [acceptor, counted.proposer],
      events: [counted.event, moment.event],
    }
  }
}
