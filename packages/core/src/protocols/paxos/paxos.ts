import type { NodeId, RequestId } from '../../model/index.ts'
import type { PaxosCommand, PaxosMessage } from './paxos.messages.ts'
import { PaxosProposer } from './proposer.ts'

/**
 * Paxos, the single-decree Synod protocol: Leslie Lamport, "Paxos Made Simple" (2001), whose sections
 * the comments name; first in "The Part-Time Parliament" (1998). Acceptors answer a repeated prepare
 * request, and proposers abandon what was outrun, as in van Renesse and Altinbuken, "Paxos Made
 * Moderately Complex" (2015).
 *
 * Model: nodes crash and come back with what their disks hold; messages are lost, repeated, delayed
 * and reordered; nobody lies. Safe under full asynchrony. Live while a majority is up, messages
 * arrive within some bound, known or not, and proposers that compete wait for random times.
 * Tolerates f crashed nodes of n > 2f.
 *
 * The class is a chain, a role a file; every node plays all three:
 *   acceptor   promises and accepts: all that must be durable (§2.2, §2.5)
 *   learner    counts acceptances and decides (§2.3)
 *   proposer   the two phases of a ballot (§2.2 to §2.4)
 * and here, what comes in from the host.
 */
export class Paxos extends PaxosProposer {
  start(): void {
    if (this.decision === undefined) this.awaitDecision()
    else this.host.output({ kind: 'decided', value: this.decision })
  }

  receive(from: NodeId, message: PaxosMessage): void {
    if (message.kind === 'decided') {
      this.decide(message.value)
      return
    }
    if (this.decision !== undefined) {
      this.answerWithDecision(from, message, this.decision)
      return
    }
    switch (message.kind) {
      case 'prepare':
        return this.onPrepare(from, message)
      case 'promise':
        return this.onPromise(from, message)
      case 'accept':
        return this.onAccept(from, message)
      case 'accepted':
        return this.learnAcceptance(from, message.proposal)
      case 'rejected':
        return this.onRejected(message)
      case 'enquiry':
        return this.onEnquiry(from)
    }
  }

  /** Whoever asks for anything is told how it ended: so ballots end that are not needed any more. */
  private answerWithDecision(from: NodeId, message: PaxosMessage, value: Uint8Array): void {
    const { kind } = message
    if (kind === 'prepare' || kind === 'accept' || kind === 'enquiry') {
      this.host.sendEagerly(from, { kind: 'decided', value })
    }
  }

  timeout(timer: 'ballot' | 'enquiry'): void {
    switch (timer) {
      case 'ballot':
        return this.ballotTimeout()
      case 'enquiry':
        return this.enquiryTimeout()
    }
  }

  propose({ value }: PaxosCommand, request: RequestId): void {
    if (this.decision !== undefined) {
      this.host.replyEagerly(request, { kind: 'done', result: this.decision })
      return
    }
    if (!this.mayPropose) {
      const reason = 'takes no proposals'
      this.host.replyEagerly(request, { kind: 'refused', reason, leader: undefined })
      return
    }
    if (!this.isWaiting(request)) this.requests.push(request)
    this.ownValue ??= value
    if (this.phase === 'idle') this.beginBallot()
  }

  private get mayPropose(): boolean {
    const { proposers } = this.parameters
    return proposers === 0 || this.host.self < proposers
  }

  private isWaiting({ client, sequence }: RequestId): boolean {
    return this.requests.some((known) => known.client === client && known.sequence === sequence)
  }

  afterDecision(value: Uint8Array): void {
    this.phase = 'idle'
    this.promises.clear()
    this.host.cancelTimer('ballot')
    for (const request of this.requests.splice(0)) {
      this.host.replyEagerly(request, { kind: 'done', result: value })
    }
  }
}
