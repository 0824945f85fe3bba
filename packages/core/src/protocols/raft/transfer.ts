import type { NodeId, RequestId } from '../../model/index.ts'
import { RaftMembership } from './membership.ts'
import type { Command, Message } from './raft.messages.ts'

const noBytes = new Uint8Array(0)

/**
 * Leadership transfer (dissertation, §3.10): the leader stops taking requests, brings the other's log
 * up to date, and asks it to begin an election at once.
 */
export abstract class RaftTransfer extends RaftMembership {
  proposeTransfer(command: Command<'transfer'>, request: RequestId): void {
    const to = command.to ?? this.mostCompleteVoter()
    if (to === undefined || !this.isVoter(to)) {
      this.refuse(request, 'not a voter')
      return
    }
    if (to === this.host.self) {
      this.host.replyEagerly(request, { kind: 'done', result: noBytes })
      return
    }
    this.transfer = { to, client: request.client, sequence: request.sequence, asked: false }
    this.host.setTimer('transfer', this.minimumElectionTimeout)
    this.continueTransfer(to)
  }

  private mostCompleteVoter(): NodeId | undefined {
    let best: NodeId | undefined
    for (const member of this.members) {
      if (member === this.host.self || !this.isVoter(member)) continue
      if (
        best === undefined ||
        (this.matchIndex[member] as number) > (this.matchIndex[best] as number)
      ) {
        best = member
      }
    }
    return best
  }

  /** Once the other's log is complete, it may stand for election. */
  continueTransfer(follower: NodeId): void {
    const { transfer } = this
    if (transfer === undefined || transfer.asked || transfer.to !== follower) return
    if (this.matchIndex[follower] !== this.lastIndex) return
    transfer.asked = true
    this.askToTakeOver(follower)
  }

  private askToTakeOver(to: NodeId): void {
    // Such an election disregards loyalty, whenever it comes: from now on there is no lease.
    this.leaseForfeited = true
    this.host.sendEagerly(to, { kind: 'timeoutNow', term: this.currentTerm })
  }

  handOver(): void {
    const to = this.mostCompleteVoter()
    if (to !== undefined) this.askToTakeOver(to)
  }

  onTimeoutNow(message: Message<'timeoutNow'>): void {
    if (message.term !== this.currentTerm || this.role === 'leader') return
    if (this.isVoter(this.host.self)) this.startElection(true)
  }

  /** The other did not take over within an election timeout: the leader goes on. */
  transferTimeout(): void {
    const { transfer } = this
    if (transfer === undefined) return
    this.transfer = undefined
    this.refuseTransfer(transfer)
  }

  /** Somebody leads: was it the one asked to? */
  concludeTransfer(leader: NodeId): void {
    const { transfer } = this
    if (transfer === undefined) return
    this.transfer = undefined
    this.host.cancelTimer('transfer')
    if (leader !== transfer.to) {
      this.refuseTransfer(transfer)
      return
    }
    const { client, sequence } = transfer
    this.host.replyEagerly({ client, sequence }, { kind: 'done', result: noBytes })
  }

  private refuseTransfer(transfer: RequestId & { readonly asked: boolean }): void {
    // Once asked, the other may still begin its election, so nothing can be said to the client.
    if (transfer.asked) return
    this.refuse({ client: transfer.client, sequence: transfer.sequence }, 'transfer aborted')
  }
}
