import type { Checker, Moment, NodeId, Violation } from '../../model/index.ts'
import type { Paxos } from './paxos.ts'

/**
 * Acceptances are kept: what an acceptor told a learner that it has accepted, it remembers, or what
 * took its place, whatever crashes (Lamport 2001, §2.5). What is chosen rests on it.
 */
export class AcceptanceKept implements Checker<Paxos> {
  readonly property = 'acceptances kept'
  readonly kind = 'safety'
  violation: Violation | undefined
  /** Of each acceptor: the highest ballot that a learner has heard it to have accepted. */
  private readonly heard: { ballot: number; learner: NodeId; event: number }[] = []

  stepped(id: NodeId, node: Paxos, moment: Moment): void {
    for (const [acceptor, { ballot }] of node.acceptances) {
      if (ballot <= (this.heard[acceptor]?.ballot ?? 0)) continue
      this.heard[acceptor] = { ballot, learner: id, event: moment.event }
    }
  }

  restarted(id: NodeId, node: Paxos, moment: Moment): void {
    const heard = this.heard[id]
    if (this.violation || heard === undefined) return
    if ((node.accepted?.ballot ?? 0) >= heard.ballot) return
    this.violation = {
      property: this.property,
      message: `node ${id} told node ${heard.learner} that it had accepted in ballot ${heard.ballot}, and came back without it`,
      nodes: [id, heard.learner],
      events: [heard.event, moment.event],
    }
  }
}
