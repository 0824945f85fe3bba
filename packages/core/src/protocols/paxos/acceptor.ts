import { type LogPosition, machine, type NodeId } from '../../model/index.ts'
import {
  type Message,
  PaxosCommand,
  PaxosMessage,
  PaxosRecord,
  type Proposal,
} from './paxos.messages.ts'
import { paxosParameters } from './paxos.parameters.ts'
import { paxosState } from './paxos.state.ts'

/**
 * The acceptor (Lamport 2001, §2.2, §2.5): what is durable, and the rules by which it changes. All
 * of safety rests on these two promises:
 *   P1a  it accepts a proposal if and only if it has not promised a higher ballot;
 *        and a promise, once given, tells the highest proposal accepted before it.
 */
export abstract class PaxosAcceptor extends machine({
  state: paxosState,
  message: PaxosMessage,
  record: PaxosRecord,
  command: PaxosCommand,
  timers: ['ballot', 'enquiry'],
  parameters: paxosParameters,
}) {
  /** An acceptor has accepted the proposal, and its disk holds it. */
  abstract learnAcceptance(acceptor: NodeId, proposal: Proposal): void
  /** An acceptor, this node's own or another, has promised this ballot. */
  abstract higherBallotSeen(promised: number): void

  /** The only place that writes durable fields: live, and when a host replays the disk. */
  apply(record: PaxosRecord): void {
    switch (record.kind) {
      case 'promise':
        this.promised = record.ballot
        break
      case 'acceptance':
        this.promised = Math.max(this.promised, record.proposal.ballot)
        this.accepted = record.proposal
        break
      case 'decision':
        this.decision = record.value
        break
    }
  }

  /** Phase 1b. A repeated request is answered again, in case the first answer was lost. */
  onPrepare(from: NodeId, { ballot }: Message<'prepare'>): void {
    if (ballot < this.promised) {
      this.host.send(from, { kind: 'rejected', ballot, promised: this.promised })
      return
    }
    if (ballot > this.promised) this.promise(ballot)
    this.host.send(from, { kind: 'promise', ballot, accepted: this.accepted })
    this.higherBallotSeen(ballot)
  }

  promise(ballot: number): void {
    this.record({ kind: 'promise', ballot })
  }

  /** Phase 2b. */
  onAccept(from: NodeId, { proposal }: Message<'accept'>): void {
    if (!this.mayAccept(proposal)) {
      const { promised } = this
      this.host.send(from, { kind: 'rejected', ballot: proposal.ballot, promised })
      return
    }
    this.accept(proposal)
    this.higherBallotSeen(proposal.ballot)
  }

  mayAccept(proposal: Proposal): boolean {
    return proposal.ballot >= this.promised
  }

  accept(proposal: Proposal): void {
    if (this.accepted?.ballot !== proposal.ballot) {
      this.writing = this.record({ kind: 'acceptance', proposal })
    }
    this.tellLearners(proposal)
  }

  /** Every learner, so that each knows two delays after phase 2 began; it leaves once the disk has it. */
  tellLearners(proposal: Proposal): void {
    this.broadcast({ kind: 'accepted', proposal })
  }

  /** The node's own learner, like all others, counts what the disk holds and no less. */
  override durable(position: LogPosition): void {
    if (this.writing === undefined || position < this.writing) return
    this.writing = undefined
    this.learnAcceptance(this.host.self, this.accepted as Proposal)
  }
}
