import type { Micros, NodeId, RequestId } from '../../model/index.ts'
import { RaftConfiguration } from './configuration.ts'
import type { Message } from './raft.messages.ts'
import { micros } from './raft.parameters.ts'

/**
 * Terms and elections (dissertation, §3.3, §3.4, §3.6.1), with the pre-vote (§9.6) and loyalty to a
 * live leader (§4.2.3), which keep servers that were cut off or removed from disturbing the others.
 *
 * The election timeout has two parts. When no leader was heard for the minimum, the server is free
 * to vote; after a further random time it asks for votes itself. So one timer serves both rules, and
 * no clock is read.
 */
export abstract class RaftElection extends RaftConfiguration {
  abstract becomeLeader(): void
  /** The node was the leader and no longer is. */
  abstract leadershipLost(): void
  /** The node has learned who leads. */
  abstract leaderFound(leader: NodeId): void
  /** The node has given up waiting for its leader. */
  abstract leaderMissed(): void

  refuse(request: RequestId, reason: string): void {
    // Nothing has taken effect, so there is no disk to wait for.
    this.host.replyEagerly(request, { kind: 'refused', reason, leader: this.leader })
  }

  get minimumElectionTimeout(): Micros {
    return micros(this.parameters.electionTimeoutMs)
  }

  randomElectionSpread(): Micros {
    return Math.floor(this.host.random() * micros(this.parameters.electionSpreadMs))
  }

  /** Waits for a full election timeout, without loyalty to anyone. */
  awaitElection(): void {
    this.leaderAlive = false
    this.host.setTimer('election', this.minimumElectionTimeout + this.randomElectionSpread())
  }

  electionTimeout(): void {
    if (this.leaderAlive) {
      this.leaderAlive = false
      this.host.setTimer('election', this.randomElectionSpread())
      return
    }
    this.leader = undefined
    this.leaderMissed()
    if (this.mayCampaign()) this.startPreVote()
  }

  /**
   * Voters may, and so may a server whose latest configuration leaves it out, until that is
   * committed: it may be the only one that has it, and refuse everybody else its vote (§4.2.2).
   */
  mayCampaign(): boolean {
    return this.isVoter(this.host.self) || this.commitIndex < this.configurationIndex
  }

  /** Rules for all servers (figure 3.1): a higher term makes anyone a follower. */
  stepDown(term: number): void {
    if (term > this.currentTerm) {
      this.record({ kind: 'vote', term, votedFor: undefined })
      this.leader = undefined
      this.arrivingSnapshot = undefined
    }
    if (this.role === 'follower') return
    const led = this.role === 'leader'
    this.role = 'follower'
    this.votes.clear()
    this.ownVote = undefined
    this.awaitElection()
    if (!led) return
    this.leader = undefined
    this.leadershipLost()
  }

  /** A message came from the leader of the current term. */
  hearLeader(from: NodeId): void {
    if (this.role === 'leader') {
      throw new Error(`leads term ${this.currentTerm} and hears of node ${from} leading it (§3.4)`)
    }
    if (this.role !== 'follower') this.stepDown(this.currentTerm)
    this.leaderAlive = true
    this.host.setTimer('election', this.minimumElectionTimeout)
    if (this.leader === from) return
    this.leader = from
    this.leaderFound(from)
  }

  /** May a server ignore who asks for votes, because its leader is alive (§4.2.3)? */
  isLoyal(): boolean {
    return this.leaderAlive || this.role === 'leader'
  }

  // ── The pre-vote: would a majority vote for this node? No one's state changes (§9.6). ──

  startPreVote(): void {
    this.role = 'preCandidate'
    this.votes.clear()
    this.votes.add(this.host.self)
    this.awaitElection()
    if (this.isQuorum(this.votes)) {
      this.startElection(false)
      return
    }
    const request = {
      kind: 'requestPreVote',
      term: this.currentTerm,
      lastLogIndex: this.lastIndex,
      lastLogTerm: this.lastTerm,
    } as const
    for (const member of this.members) {
      // A pre-vote promises nothing, so neither question nor answer waits for the disk.
      if (this.isElector(member)) this.host.sendEagerly(member, request)
    }
  }

  private isElector(node: NodeId): boolean {
    return node !== this.host.self && this.isVoter(node)
  }

  onRequestPreVote(from: NodeId, message: Message<'requestPreVote'>): void {
    const granted =
      message.term === this.currentTerm &&
      this.isUpToDate(message.lastLogIndex, message.lastLogTerm)
    this.host.sendEagerly(from, { kind: 'requestPreVoteReply', term: this.currentTerm, granted })
  }

  onRequestPreVoteReply(from: NodeId, message: Message<'requestPreVoteReply'>): void {
    if (this.role !== 'preCandidate' || message.term !== this.currentTerm) return
    if (!message.granted) return
    this.votes.add(from)
    if (this.isQuorum(this.votes)) this.startElection(false)
  }

  // ── The election (§3.4). ──

  startElection(transfer: boolean): void {
    this.role = 'candidate'
    this.leader = undefined
    this.votes.clear()
    this.awaitElection()
    // The own vote counts once it is durable; the requests leave no earlier, for the same reason:
    // messages that a leader sends eagerly rely on its term and vote to be on disk.
    this.ownVote = this.record({
      kind: 'vote',
      term: this.currentTerm + 1,
      votedFor: this.host.self,
    })
    const request = {
      kind: 'requestVote',
      term: this.currentTerm,
      lastLogIndex: this.lastIndex,
      lastLogTerm: this.lastTerm,
      transfer,
    } as const
    for (const member of this.members) {
      if (this.isElector(member)) this.host.send(member, request)
    }
  }

  /** The disk has reached `position`, and with it perhaps a candidate's vote for itself. */
  ownVoteReached(position: number): void {
    if (this.ownVote === undefined || position < this.ownVote) return
    this.ownVote = undefined
    this.countVote(this.host.self)
  }

  onRequestVote(from: NodeId, message: Message<'requestVote'>): void {
    const granted = message.term === this.currentTerm && this.mayVoteFor(from, message)
    if (granted) {
      if (this.votedFor !== from) this.recordVote(from)
      if (this.role === 'follower') this.awaitElection()
      else this.stepDown(this.currentTerm)
    }
    this.host.send(from, { kind: 'requestVoteReply', term: this.currentTerm, granted })
  }

  /** One vote a term, first come first served, and only for a log as complete as one's own (§3.4, §3.6.1). */
  mayVoteFor(candidate: NodeId, message: Message<'requestVote'>): boolean {
    return (
      (this.votedFor === undefined || this.votedFor === candidate) &&
      this.isUpToDate(message.lastLogIndex, message.lastLogTerm)
    )
  }

  recordVote(candidate: NodeId): void {
    this.record({ kind: 'vote', term: this.currentTerm, votedFor: candidate })
  }

  /** Is a log that ends so at least as up-to-date as this one (§3.6.1)? */
  isUpToDate(lastLogIndex: number, lastLogTerm: number): boolean {
    const { lastTerm } = this
    return lastLogTerm > lastTerm || (lastLogTerm === lastTerm && lastLogIndex >= this.lastIndex)
  }

  onRequestVoteReply(from: NodeId, message: Message<'requestVoteReply'>): void {
    if (message.term === this.currentTerm && message.granted) this.countVote(from)
  }

  private countVote(from: NodeId): void {
    if (this.role !== 'candidate') return
    this.votes.add(from)
    if (this.isQuorum(this.votes)) this.becomeLeader()
  }
}
