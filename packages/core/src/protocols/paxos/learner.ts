import { equalBytes, type NodeId } from '../../model/index.ts'
import { PaxosAcceptor } from './acceptor.ts'
import { majorityOf } from './ballot.ts'
import type { Proposal } from './paxos.messages.ts'
import { micros } from './paxos.parameters.ts'

/**
 * The learner (Lamport 2001, §2.3). Acceptors tell every learner what they accept; a proposal that a
 * majority has accepted is chosen. What was lost is asked for.
 */
export abstract class PaxosLearner extends PaxosAcceptor {
  /** The value is decided, at this moment. */
  abstract afterDecision(value: Uint8Array): void

  get majority(): number {
    return majorityOf(this.host.nodes.length)
  }

  learnAcceptance(acceptor: NodeId, proposal: Proposal): void {
    if (this.decision !== undefined) return
    const known = this.acceptances.get(acceptor)
    if (known !== undefined && known.ballot >= proposal.ballot) return
    this.acceptances.set(acceptor, proposal)
    let count = 0
    for (const other of this.acceptances.values()) if (this.isSame(other, proposal)) count += 1
    if (count >= this.majority) this.decide(proposal.value)
  }

  /** Are these acceptances of one proposal, so that both count for it? */
  isSame(other: Proposal, proposal: Proposal): boolean {
    return other.ballot === proposal.ballot
  }

  /** What a majority has on disk is chosen for ever: nothing that follows waits for this node's disk. */
  decide(value: Uint8Array): void {
    if (this.decision !== undefined) {
      if (equalBytes(this.decision, value)) return
      throw new Error('learned of two values that are chosen')
    }
    this.record({ kind: 'decision', value })
    this.acceptances.clear()
    this.host.cancelTimer('enquiry')
    this.host.output({ kind: 'decided', value })
    this.afterDecision(value)
  }

  /** Whoever does not know yet asks, now and then, in case it was told and did not hear it. */
  awaitDecision(): void {
    this.host.setTimer('enquiry', micros(this.parameters.enquiryMs))
  }

  enquiryTimeout(): void {
    this.broadcast({ kind: 'enquiry' })
    this.awaitDecision()
  }

  onEnquiry(from: NodeId): void {
    if (this.accepted !== undefined) {
      this.host.send(from, { kind: 'accepted', proposal: this.accepted })
    }
  }
}
