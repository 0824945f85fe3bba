import type { NodeId, RequestId } from '../../model/index.ts'
import type { MultiPaxosCommand, MultiPaxosMessage } from './multi-paxos.messages.ts'
import { checkMultiPaxosParameters } from './multi-paxos.parameters.ts'
import { MultiPaxosReads } from './reads.ts'

/**
 * Multi-Paxos: one instance of Paxos for each slot of a log, with phase 1 run once for all slots to
 * come. Leslie Lamport, "Paxos Made Simple" (2001), §3; Robbert van Renesse and Deniz Altinbuken,
 * "Paxos Made Moderately Complex" (2015); Tushar Chandra, Robert Griesemer and Joshua Redstone,
 * "Paxos Made Live" (2007), for leaders that last, snapshots and catching up.
 *
 * Model: nodes crash and come back with what their disks hold; messages are lost, repeated, delayed
 * and reordered; nobody lies. Safe under full asynchrony, with no assumption on clocks. Live while a
 * majority is up and messages arrive well within a leader timeout.
 * Tolerates f crashed nodes of n > 2f.
 *
 * Every node is replica, acceptor and, if it comes to that, leader. The class is a chain, a chapter a
 * file, each resting on those before it:
 *   acceptor     what is durable: one promise for all slots, a pvalue for each
 *   replica      chosen slots executed in order; sessions and own snapshots
 *   leadership   who stands, and phase 1 (scouts)
 *   leader       phase 2a, counting, choosing, rounds of heartbeats (commanders)
 *   follower     phase 2b, missing slots, snapshots received
 *   reads        linearizable reads
 * and here, what comes in from the host.
 */
export class MultiPaxos extends MultiPaxosReads {
  start(): void {
    checkMultiPaxosParameters(this.parameters)
    if (this.snapshot !== undefined) this.restoreSnapshot(this.snapshot)
    this.acceptedThrough = Math.max(this.executedSlot, this.settledSlot)
    this.advanceAccepted()
    this.learnChosen(this.settledSlot)
    this.awaitLeader()
  }

  receive(from: NodeId, message: MultiPaxosMessage): void {
    switch (message.kind) {
      case 'accept':
        return this.onAccept(from, message)
      case 'accepted':
        return this.onAccepted(from, message)
      case 'prepare':
        return this.onPrepare(from, message)
      case 'promise':
        return this.onPromise(from, message)
      case 'rejected':
        return this.onRejected(message)
      case 'lacking':
        return this.onLacking(from, message)
      case 'snapshot':
        return this.onSnapshot(from, message)
      case 'lackingSnapshot':
        return this.onLackingSnapshot(from, message)
    }
  }

  timeout(timer: 'leader' | 'heartbeat' | 'quorum' | 'catchUp' | 'offer'): void {
    switch (timer) {
      case 'leader':
        return this.leaderTimedOut()
      case 'heartbeat':
        return this.heartbeatTimeout()
      case 'quorum':
        return this.quorumTimeout()
      case 'catchUp':
        return this.catchUpTimeout()
      case 'offer':
        return this.offerTimeout()
    }
  }

  propose(command: MultiPaxosCommand, request: RequestId): void {
    if (this.role !== 'leader') {
      this.refuse(request, this.leader === undefined ? 'no leader' : 'not the leader')
      return
    }
    switch (command.kind) {
      case 'write':
        return this.proposeWrite(request, command.body)
      case 'read':
        return this.proposeRead(request, command.body)
    }
  }

  /**
   * What was proposed stays unanswered unless this node sees it chosen as it proposed it: another
   * leader may take it over. A client that asks again is answered from its session.
   */
  leadershipLost(): void {
    this.forgetFollowers()
    this.refuseReads()
  }
}
