import type { LogPosition, NodeId, RequestId } from '../../model/index.ts'
import type { Command, RaftCommand, RaftMessage } from './raft.messages.ts'
import { checkRaftParameters } from './raft.parameters.ts'
import { RaftTransfer } from './transfer.ts'

/**
 * Raft, as in Diego Ongaro's dissertation, "Consensus: Bridging Theory and Practice" (Stanford, 2014),
 * whose sections and figures the comments name.
 *
 * Model: servers crash and come back with what their disks hold; messages are lost, repeated,
 * delayed and reordered; nobody lies. Safe under full asynchrony (lease reads alone depend on a bound on
 * clock drift); live while a majority is up and messages arrive well within an election timeout.
 * Tolerates f crashed servers of n > 2f.
 *
 * The class is a chain, a chapter a file, each resting on those before it:
 *   log             what is durable (§3.5, §5.1)
 *   configuration   who votes, what a quorum is (§4.3)
 *   election        terms, votes, pre-votes (§3.4, §9.6)
 *   application     committed entries, sessions, own snapshots (§6.3, §5.1)
 *   replication     the leader sends, counts and commits (§3.5, §3.6.2, §10.2)
 *   follower        the follower checks and appends (§3.5)
 *   snapshots       snapshots sent and installed (§5.1)
 *   reads           linearizable reads (§6.4)
 *   membership      changes of the configuration (§4.2, §4.3)
 *   transfer        the leadership handed over (§3.10)
 * and here, what comes in from the host.
 */
export class Raft extends RaftTransfer {
  start(): void {
    checkRaftParameters(this.parameters)
    this.adoptConfiguration()
    this.durableIndex = this.lastIndex
    if (this.snapshot !== undefined) this.restoreSnapshot(this.snapshot)
    this.awaitElection()
    // A server that comes back may have forgotten that it heard a leader a moment ago. It stays
    // loyal as if it had, or that leader's lease would not hold.
    if (this.currentTerm > 0) {
      this.leaderAlive = true
      this.host.setTimer('election', this.minimumElectionTimeout)
    }
  }

  receive(from: NodeId, message: RaftMessage): void {
    if (this.mayDisregard(message)) return
    if (message.term > this.currentTerm) this.stepDown(message.term)
    switch (message.kind) {
      case 'appendEntries':
        return this.onAppendEntries(from, message)
      case 'appendEntriesAccepted':
        return this.onAppendEntriesAccepted(from, message)
      case 'appendEntriesRejected':
        return this.onAppendEntriesRejected(from, message)
      case 'requestPreVote':
        return this.onRequestPreVote(from, message)
      case 'requestPreVoteReply':
        return this.onRequestPreVoteReply(from, message)
      case 'requestVote':
        return this.onRequestVote(from, message)
      case 'requestVoteReply':
        return this.onRequestVoteReply(from, message)
      case 'installSnapshot':
        return this.onInstallSnapshot(from, message)
      case 'installSnapshotReply':
        return this.onInstallSnapshotReply(from, message)
      case 'timeoutNow':
        return this.onTimeoutNow(message)
      case 'readIndex':
        return this.onReadIndex(from, message)
      case 'readIndexReply':
        return this.onReadIndexReply(message)
    }
  }

  /** Servers loyal to a live leader ignore candidates, whatever their term, unless that leader sent them (§4.2.3). */
  mayDisregard(message: RaftMessage): boolean {
    switch (message.kind) {
      case 'requestPreVote':
        return this.isLoyal()
      case 'requestVote':
        return !message.transfer && this.isLoyal()
      default:
        return false
    }
  }

  timeout(timer: 'election' | 'heartbeat' | 'quorum' | 'transfer' | 'reads'): void {
    switch (timer) {
      case 'election':
        return this.electionTimeout()
      case 'heartbeat':
        return this.heartbeatTimeout()
      case 'quorum':
        return this.quorumTimeout()
      case 'transfer':
        return this.transferTimeout()
      case 'reads':
        return this.readsTimeout()
    }
  }

  propose(command: RaftCommand, request: RequestId): void {
    if (command.kind === 'read') {
      this.proposeRead(command, request)
      return
    }
    if (this.role !== 'leader') {
      this.refuse(request, this.leader === undefined ? 'no leader' : 'not the leader')
      return
    }
    if (this.transfer !== undefined) {
      this.refuse(request, 'transferring leadership')
      return
    }
    switch (command.kind) {
      case 'write':
        return this.proposeWrite(command, request)
      case 'configure':
        return this.proposeConfiguration(command, request)
      case 'transfer':
        return this.proposeTransfer(command, request)
    }
  }

  private proposeWrite(command: Command<'write'>, request: RequestId): void {
    if (this.lastIndex - this.commitIndex >= this.parameters.maxUncommittedEntries) {
      this.refuse(request, 'too many in flight')
      return
    }
    this.appendAsLeader({ kind: 'write', request, body: command.body })
  }

  override durable(position: LogPosition): void {
    this.writesReached(position)
    this.ownVoteReached(position)
    this.ownWritesReached()
  }

  // What the chapters tell each other.

  afterCommit(): void {
    this.answerReads()
    if (this.role !== 'leader') return
    this.confirmReads()
    this.continueChange()
  }

  followerAdvanced(follower: NodeId): void {
    this.continueChange()
    if (this.role === 'leader') this.continueTransfer(follower)
  }

  leaderFound(leader: NodeId): void {
    this.concludeTransfer(leader)
    this.askReadsAgain()
  }

  leaderMissed(): void {
    this.refuseReads('no leader')
  }

  /**
   * Requests in the log stay unanswered: another leader may still commit them. A client that asks
   * again is answered from its session.
   */
  leadershipLost(): void {
    this.forgetFollowers()
    this.forgetReadAsks()
    this.refuseReads('not the leader')
    this.change = undefined
  }
}
