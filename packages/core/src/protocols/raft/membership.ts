import type { NodeId, RequestId } from '../../model/index.ts'
import { type Command, Configuration, Entry } from './raft.messages.ts'
import { Flow } from './raft.state.ts'
import { RaftReads } from './reads.ts'

/**
 * Membership changes by joint consensus (dissertation, §4.3): C_old, then C_old,new, then C_new, each
 * an entry of the log that rules as soon as it is there. New voters first catch up as learners
 * (§4.2.1), so that the change does not leave a quorum waiting for them.
 */
export abstract class RaftMembership extends RaftReads {
  /** Asks the best voter to take over, before this node steps aside. */
  abstract handOver(): void

  proposeConfiguration(command: Command<'configure'>, request: RequestId): void {
    const objection = this.objectionTo(command)
    if (objection !== undefined) {
      this.refuse(request, objection)
      return
    }
    // A change that still waits for its learners has not begun, and gives way to a new one.
    const replaced = this.takeChange()
    if (replaced !== undefined) this.refuse(replaced, 'replaced by another change')
    const { voters, learners } = command
    this.change = {
      voters: [...voters].sort((a, b) => a - b),
      learners: [...learners].sort((a, b) => a - b),
      client: request.client,
      sequence: request.sequence,
      catchUpIndex: this.lastIndex,
      roundStartedAt: this.host.now(),
    }
    const newcomers = voters.filter((voter) => !this.members.includes(voter))
    if (newcomers.length > 0) this.admitLearners(newcomers)
    else this.continueChange()
  }

  /** Why these cannot be the members now, if so. */
  private objectionTo({ voters, learners }: Command<'configure'>): string | undefined {
    if (this.isJoint || this.commitIndex < this.configurationIndex) return 'change in progress'
    if (!this.hasCommittedInTerm()) return 'leader not ready'
    if (voters.length === 0) return 'no voters'
    const named = [...voters, ...learners]
    if (named.some((node) => !this.host.nodes.includes(node))) return 'unknown node'
    if (new Set(named).size < named.length) return 'a node named twice'
    return undefined
  }

  private admitLearners(newcomers: readonly NodeId[]): void {
    const { voters, learners } = this.configuration
    this.appendConfiguration(
      { voters, learners: [...learners, ...newcomers].sort((a, b) => a - b), oldVoters: [] },
      undefined,
    )
  }

  /** Takes the next step of a change, when the one before it is committed. */
  continueChange(): void {
    if (this.role !== 'leader' || this.commitIndex < this.configurationIndex) return
    const { voters, learners } = this.configuration
    if (this.isJoint)
      this.appendConfiguration({ voters, learners, oldVoters: [] }, this.takeChange())
    else if (this.change !== undefined) {
      if (this.newVotersCaughtUp()) this.beginTransition()
    } else if (!this.isVoter(this.host.self)) {
      // The leader led through a change that removes it (§4.2.2).
      this.handOver()
      this.stepDown(this.currentTerm)
    }
  }

  /** Removes the change in hand, and says whose request it is. */
  private takeChange(): RequestId | undefined {
    const { change } = this
    this.change = undefined
    return change && { client: change.client, sequence: change.sequence }
  }

  private beginTransition(): void {
    const { change } = this
    if (change === undefined) return
    const next = this.transitionTo(change.voters, change.learners)
    this.appendConfiguration(next, next.oldVoters.length > 0 ? undefined : this.takeChange())
  }

  /** Where the voters change, their majorities must be joined: two could elect two leaders (figure 4.2). */
  transitionTo(
    voters: readonly NodeId[],
    learners: readonly NodeId[],
  ): Parameters<typeof Configuration>[0] {
    const present = this.configuration.voters
    const same = voters.length === present.length && voters.every((v) => present.includes(v))
    return { voters, learners, oldVoters: same ? [] : present }
  }

  /**
   * Rounds of catching up (§4.2.1): each lasts until the new voters have all that the leader's log
   * held when it began. When one is no longer than an election timeout, they are close enough.
   */
  private newVotersCaughtUp(): boolean {
    const { change } = this
    if (change === undefined) return false
    let slowest = this.lastIndex
    for (const voter of change.voters) {
      if (!this.isVoter(voter)) slowest = Math.min(slowest, this.matchIndex[voter] as number)
    }
    if (slowest < change.catchUpIndex) return false
    const now = this.host.now()
    if (slowest === this.lastIndex || now - change.roundStartedAt <= this.minimumElectionTimeout) {
      return true
    }
    change.catchUpIndex = this.lastIndex
    change.roundStartedAt = now
    return false
  }

  private appendConfiguration(
    values: Parameters<typeof Configuration>[0],
    request: RequestId | undefined,
  ): void {
    const before = this.members
    const index = this.lastIndex + 1
    const configuration = Configuration(values)
    const content = { kind: 'configuration', configuration, request } as const
    this.append(index, [Entry({ term: this.currentTerm, content })])
    for (const member of this.members) {
      if (before.includes(member)) continue
      this.nextIndex[member] = index
      this.matchIndex[member] = 0
      this.flows[member] = Flow.initial()
    }
    this.replicate()
  }
}
