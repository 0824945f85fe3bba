import type { NodeId } from '../../model/index.ts'
import { RaftApplication } from './application.ts'
import { Entry, type EntryContent, type Message } from './raft.messages.ts'
import { micros } from './raft.parameters.ts'
import { Flow } from './raft.state.ts'

/** What an entry takes on the wire beside a write's body, roughly. */
const entryOverheadBytes = 24

function bytesOf(entry: Entry): number {
  const { content } = entry
  return entryOverheadBytes + (content.kind === 'write' ? content.body.length : 0)
}

/**
 * Log replication: the leader's side (dissertation, §3.5, §3.6.2), pipelined and batched, with the
 * leader writing its own log in parallel (§10.2.1, §10.2.2).
 */
export abstract class RaftReplication extends RaftApplication {
  /** A quorum has confirmed that this node led when `confirmedRound` began. */
  abstract roundConfirmed(): void
  /** A follower has acknowledged more of the log. */
  abstract followerAdvanced(follower: NodeId): void
  /** Sends the next piece of the snapshot. */
  abstract sendSnapshot(to: NodeId, flow: Flow): void
  /** Sends a snapshot to a follower for which the log is too short. */
  abstract beginSnapshot(to: NodeId, flow: Flow): void
  abstract abandonSnapshot(to: NodeId, flow: Flow): void
  /** Repeats what may have been lost. */
  abstract resumeSnapshot(to: NodeId, flow: Flow): void

  becomeLeader(): void {
    const { self, nodes } = this.host
    this.role = 'leader'
    this.leader = self
    this.leaderAlive = false
    this.ledTerm = this.currentTerm
    this.termStart = this.lastIndex + 1
    this.nextIndex = nodes.map(() => this.termStart)
    this.matchIndex = nodes.map(() => 0)
    this.matchIndex[self] = this.durableIndex
    this.acknowledgedRound = nodes.map(() => 0)
    this.flows = nodes.map(() => Flow.initial())
    this.confirmedRound = this.round
    this.leaseEnd = this.host.now()
    this.leaseForfeited = false
    this.quorumHeard = true
    this.host.cancelTimer('election')
    this.host.setTimer('heartbeat', micros(this.parameters.heartbeatMs))
    this.host.setTimer('quorum', this.minimumElectionTimeout)
    // An entry of its own term lets the leader commit those before it (§3.6.2), and so know how
    // far the log is committed, as reads need to (§6.4).
    this.append(this.termStart, [Entry({ term: this.currentTerm, content: { kind: 'noOp' } })])
    this.leaderFound(self)
    this.beginRound()
  }

  /** Forgets what only a leader keeps. */
  forgetFollowers(): void {
    this.nextIndex = []
    this.matchIndex = []
    this.acknowledgedRound = []
    this.flows = []
    this.roundStarts = []
    this.host.cancelTimer('heartbeat')
    this.host.cancelTimer('quorum')
  }

  /** Appends an entry to the leader's log, and sends it while the leader's own disk still writes it (§10.2.1). */
  appendAsLeader(content: EntryContent): void {
    this.append(this.lastIndex + 1, [Entry({ term: this.currentTerm, content })])
    this.replicate()
  }

  // ── Rounds of heartbeats. ──

  heartbeatTimeout(): void {
    this.host.setTimer('heartbeat', micros(this.parameters.heartbeatMs))
    for (const member of this.members) {
      const flow = this.flows[member] as Flow
      if (flow.state === 'snapshot') this.resumeSnapshot(member, flow)
    }
    this.beginRound()
  }

  /** Lets every member hear the leader, and the leader know who did. */
  beginRound(): void {
    const { self } = this.host
    this.round += 1
    this.acknowledgedRound[self] = this.round
    this.roundStarts.push({ round: this.round, at: this.host.now() })
    let last: Message<'appendEntries'> | undefined
    for (let i = 0; i < this.members.length; i += 1) {
      const member = this.members[i] as NodeId
      if (member !== self) last = this.sendHeartbeat(member, last)
    }
    this.confirmRounds()
  }

  private sendHeartbeat(
    to: NodeId,
    last: Message<'appendEntries'> | undefined,
  ): Message<'appendEntries'> | undefined {
    const flow = this.flows[to] as Flow
    const sent = this.replicateTo(to, last)
    if (sent !== undefined) return sent
    // To a follower that lacks more than the log holds it claims nothing, and so does no harm.
    const claimed = flow.state === 'snapshot' ? 0 : (this.nextIndex[to] as number) - 1
    const heartbeat =
      last !== undefined && last.prevLogIndex === claimed && last.entries.length === 0
        ? last
        : this.appendEntriesAfter(claimed, 0)
    this.sendEntries(to, flow, heartbeat)
    return heartbeat
  }

  private acknowledgeRound(from: NodeId, round: number): void {
    if (round <= (this.acknowledgedRound[from] as number)) return
    this.acknowledgedRound[from] = round
    this.confirmRounds()
  }

  private confirmRounds(): void {
    const confirmed = this.quorumReached(this.acknowledgedRound, this.confirmedRound)
    if (confirmed === this.confirmedRound) return
    this.confirmedRound = confirmed
    this.quorumHeard = true
    this.roundConfirmed()
  }

  /** A leader that has not heard a quorum for an election timeout makes way (§6.2). */
  quorumTimeout(): void {
    this.host.setTimer('quorum', this.minimumElectionTimeout)
    if (!this.quorumHeard) {
      this.stepDown(this.currentTerm)
      return
    }
    this.quorumHeard = false
    for (const member of this.members) {
      const flow = this.flows[member] as Flow
      if (flow.state === 'snapshot' && !flow.heard) this.abandonSnapshot(member, flow)
      flow.heard = false
    }
  }

  // ── Sending entries. ──

  /** Sends to every member what it lacks, as far as its window allows. */
  replicate(): void {
    const { self } = this.host
    let last: Message<'appendEntries'> | undefined
    for (let i = 0; i < this.members.length; i += 1) {
      const member = this.members[i] as NodeId
      if (member !== self) last = this.replicateTo(member, last) ?? last
    }
  }

  /**
   * Sends what `to` lacks, as far as its window allows. `last` is the message just sent to another:
   * followers that are equally far get the same one.
   */
  replicateTo(to: NodeId, last?: Message<'appendEntries'>): Message<'appendEntries'> | undefined {
    const flow = this.flows[to] as Flow
    let message: Message<'appendEntries'> | undefined
    while ((this.nextIndex[to] as number) <= this.lastIndex && this.maySend(flow)) {
      const prevLogIndex = (this.nextIndex[to] as number) - 1
      if (prevLogIndex < this.discardedIndex) {
        this.beginSnapshot(to, flow)
        return undefined
      }
      message =
        last !== undefined && last.prevLogIndex === prevLogIndex && last.entries.length > 0
          ? last
          : this.appendEntriesAfter(prevLogIndex, this.parameters.maxEntriesPerAppend)
      this.sendEntries(to, flow, message)
    }
    return message
  }

  private maySend(flow: Flow): boolean {
    switch (flow.state) {
      case 'probe':
        return !flow.awaitingProbe
      case 'replicate':
        return (
          flow.appendsInFlight < this.parameters.maxAppendsInFlight &&
          flow.bytesInFlight < this.parameters.maxBytesInFlight
        )
      case 'snapshot':
        return false
    }
  }

  /** The entries after `prevLogIndex`, at most so many, and no more bytes than fit. */
  private appendEntriesAfter(prevLogIndex: number, atMost: number): Message<'appendEntries'> {
    const start = prevLogIndex - this.discardedIndex
    const limit = Math.min(this.log.length, start + atMost)
    let end = start
    for (let room = this.parameters.maxBytesPerAppend; end < limit && room > 0; end += 1) {
      room -= bytesOf(this.log[end] as Entry)
    }
    return {
      kind: 'appendEntries',
      term: this.currentTerm,
      prevLogIndex,
      prevLogTerm: this.termAt(prevLogIndex),
      entries: start < end ? this.log.slice(start, end) : [],
      leaderCommit: this.commitIndex,
      round: this.round,
    }
  }

  private sendEntries(to: NodeId, flow: Flow, message: Message<'appendEntries'>): void {
    const { entries } = message
    if (flow.state === 'probe') flow.awaitingProbe = true
    else if (entries.length > 0) {
      this.nextIndex[to] = message.prevLogIndex + entries.length + 1
      flow.appendsInFlight += 1
      for (let i = 0; i < entries.length; i += 1) flow.bytesInFlight += bytesOf(entries[i] as Entry)
    }
    // Eagerly, in parallel with the leader's own write: the leader counts itself no sooner than its
    // disk has the entry, and its term and vote were durable before it led.
    this.host.sendEagerly(to, message)
  }

  // ── The answers. ──

  onAppendEntriesAccepted(from: NodeId, message: Message<'appendEntriesAccepted'>): void {
    if (this.role !== 'leader' || message.term !== this.currentTerm) return
    this.acknowledgeRound(from, message.round)
    if (!this.members.includes(from)) return
    const flow = this.flows[from] as Flow
    flow.heard = true
    const advanced = message.matchIndex > (this.matchIndex[from] as number)
    if (advanced) this.advanceMatchIndex(from, flow, message.matchIndex)
    if (flow.state === 'probe' && message.matchIndex === this.matchIndex[from]) {
      this.beginPipeline(from, flow)
    }
    if (advanced) {
      this.advanceCommitIndex()
      if (this.role !== 'leader') return
      this.followerAdvanced(from)
      if (this.role !== 'leader') return
    }
    this.replicateTo(from)
  }

  private advanceMatchIndex(of: NodeId, flow: Flow, matchIndex: number): void {
    if (flow.appendsInFlight > 0) flow.appendsInFlight -= 1
    const first = Math.max(this.matchIndex[of] as number, this.discardedIndex) + 1
    const last = Math.min(matchIndex, this.lastIndex)
    for (let index = first; index <= last && flow.bytesInFlight > 0; index += 1) {
      flow.bytesInFlight = Math.max(0, flow.bytesInFlight - bytesOf(this.entryAt(index)))
    }
    this.matchIndex[of] = matchIndex
    if (flow.state === 'snapshot' && matchIndex >= (flow.snapshot?.index ?? 0)) {
      this.beginPipeline(of, flow)
    }
    if ((this.nextIndex[of] as number) <= matchIndex) this.nextIndex[of] = matchIndex + 1
    if (this.nextIndex[of] === matchIndex + 1) {
      flow.appendsInFlight = 0
      flow.bytesInFlight = 0
    }
  }

  private beginPipeline(to: NodeId, flow: Flow): void {
    flow.state = 'replicate'
    flow.appendsInFlight = 0
    flow.bytesInFlight = 0
    flow.snapshot = undefined
    this.nextIndex[to] = (this.matchIndex[to] as number) + 1
  }

  onAppendEntriesRejected(from: NodeId, message: Message<'appendEntriesRejected'>): void {
    if (this.role !== 'leader' || message.term !== this.currentTerm) return
    this.acknowledgeRound(from, message.round)
    if (!this.members.includes(from)) return
    const flow = this.flows[from] as Flow
    flow.heard = true
    if (this.isStaleRejection(from, message.prevLogIndex)) return
    flow.state = 'probe'
    flow.awaitingProbe = false
    const next = Math.min(this.nextIndexAfterConflict(message), message.prevLogIndex)
    this.nextIndex[from] = Math.max(next, (this.matchIndex[from] as number) + 1)
    this.replicateTo(from)
  }

  /** Was what the follower rejects sent before what the leader has learned since? */
  private isStaleRejection(from: NodeId, prevLogIndex: number): boolean {
    switch ((this.flows[from] as Flow).state) {
      case 'probe':
        return prevLogIndex !== (this.nextIndex[from] as number) - 1
      case 'replicate':
        return prevLogIndex <= (this.matchIndex[from] as number)
      case 'snapshot':
        return true
    }
  }

  /** Passes over all entries of a conflicting term at once (§3.5). */
  private nextIndexAfterConflict(message: Message<'appendEntriesRejected'>): number {
    const { conflictTerm, conflictIndex } = message
    if (conflictTerm === 0) return conflictIndex
    const afterTerm = this.firstIndexOfTerm(conflictTerm + 1)
    return this.termAt(afterTerm - 1) === conflictTerm ? afterTerm : conflictIndex
  }

  // ── Commitment (§3.6.2). ──

  /** The leader's own disk counts like a follower's. */
  ownWritesReached(): void {
    if (this.role !== 'leader') return
    this.matchIndex[this.host.self] = this.durableIndex
    this.advanceCommitIndex()
  }

  advanceCommitIndex(): void {
    const index = this.quorumReached(this.matchIndex, this.commitIndex)
    if (index > this.commitIndex && this.mayCommit(index)) this.commitThrough(index)
  }

  /** Only entries of the leader's own term are committed by counting replicas (§3.6.2, figure 3.7). */
  mayCommit(index: number): boolean {
    return this.termAt(index) === this.currentTerm
  }

  /** Has the leader committed an entry of its own term, so that it knows all that is committed (§6.4)? */
  hasCommittedInTerm(): boolean {
    return this.commitIndex >= this.termStart
  }
}
