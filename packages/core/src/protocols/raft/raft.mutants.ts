import type { Mutant, NodeId } from '../../model/index.ts'
import type { Configuration, Entry, Message, Session } from './raft.messages.ts'
import { Raft } from './raft.ts'

class CommitsEarlierTerms extends Raft {
  override mayCommit(_index: number): boolean {
    return true
  }
}

class VotesFromMemory extends Raft {
  override recordVote(candidate: NodeId): void {
    this.apply({ kind: 'vote', term: this.currentTerm, votedFor: candidate })
  }
}

class VotesTwice extends Raft {
  override mayVoteFor(_candidate: NodeId, message: Message<'requestVote'>): boolean {
    return this.isUpToDate(message.lastLogIndex, message.lastLogTerm)
  }
}

class VotesForAnyLog extends Raft {
  override isUpToDate(_lastLogIndex: number, _lastLogTerm: number): boolean {
    return true
  }
}

class TruncatesMatchingLogs extends Raft {
  override firstNewEntry(prevLogIndex: number, _entries: readonly Entry[]): number {
    return Math.max(0, this.discardedIndex - prevLogIndex)
  }
}

class CommitsBeyondAppend extends Raft {
  override committedNow(leaderCommit: number, _lastNewIndex: number): number {
    return Math.min(leaderCommit, this.lastIndex)
  }
}

class CountsUnwrittenEntries extends Raft {
  override append(index: number, entries: readonly Entry[]): void {
    super.append(index, entries)
    this.durableIndex = this.lastIndex
    if (this.role === 'leader') this.matchIndex[this.host.self] = this.lastIndex
  }
}

class ReadsWithoutQuorum extends Raft {
  override mayAnswerAtOnce(_lease: boolean): boolean {
    return true
  }
}

class ReadsBeforeCommitting extends Raft {
  override maySetReadIndex(): boolean {
    return true
  }
}

class LeaseOutlivesLoyalty extends Raft {
  override leaseMicros(): number {
    return super.leaseMicros() * 5
  }
}

class ForgetsLoyalty extends Raft {
  override isLoyal(): boolean {
    return false
  }
}

class LosesSessions extends Raft {
  override sessionsToSave(): Map<number, Session> {
    return new Map()
  }
}

class RunsRetriesAgain extends Raft {
  override isRetry(_session: Session, _sequence: number): boolean {
    return false
  }
}

class SkipsJointConsensus extends Raft {
  override transitionTo(
    voters: readonly NodeId[],
    learners: readonly NodeId[],
  ): Parameters<typeof Configuration>[0] {
    return { voters, learners, oldVoters: [] }
  }
}

/** The classic mistakes, and some that are easy to make beside the paper. */
export const raftMutants: readonly Mutant<Raft>[] = [
  {
    name: 'commit-earlier-term',
    bug: 'a leader counts replicas to commit an entry of an earlier term (§3.6.2, figure 3.7)',
    breaks: ['leader completeness', 'state-machine safety', 'linearizability', 'assertion'],
    node: CommitsEarlierTerms,
    // Else a new leader's own entry travels with those of earlier terms, and hides the mistake.
    parameters: { maxEntriesPerAppend: 1, maxAppendsInFlight: 1 },
  },
  {
    name: 'vote-not-persisted',
    bug: 'a server votes without writing its vote to disk first (§3.8)',
    breaks: ['vote durability', 'election safety', 'log matching', 'assertion'],
    node: VotesFromMemory,
  },
  {
    name: 'two-votes-in-a-term',
    bug: 'a server votes for whoever asks, though it has voted in this term (§3.4)',
    breaks: ['vote durability', 'election safety', 'log matching', 'assertion'],
    node: VotesTwice,
  },
  {
    name: 'stale-log-elected',
    bug: 'a server votes for candidates whose logs lack entries of its own (§3.6.1)',
    breaks: ['leader completeness', 'state-machine safety', 'linearizability', 'assertion'],
    node: VotesForAnyLog,
  },
  {
    name: 'truncate-on-matching-append',
    bug: 'a follower drops what follows the entries of an AppendEntries though they match (§3.5)',
    breaks: ['leader completeness', 'state-machine safety', 'linearizability', 'assertion'],
    node: TruncatesMatchingLogs,
  },
  {
    name: 'commit-beyond-append',
    bug: 'a follower takes over the commit index past the entries that it knows to match (§3.5)',
    breaks: ['state-machine safety', 'leader completeness', 'linearizability', 'assertion'],
    node: CommitsBeyondAppend,
    parameters: { maxEntriesPerAppend: 1, maxAppendsInFlight: 1 },
  },
  {
    name: 'unwritten-entries-counted',
    bug: 'a leader counts itself for entries that its disk does not hold yet (§10.2.1)',
    breaks: ['leader completeness', 'state-machine safety', 'linearizability', 'assertion'],
    node: CountsUnwrittenEntries,
  },
  {
    name: 'read-without-quorum',
    bug: 'a leader answers reads without making sure that it still leads (§6.4)',
    breaks: ['linearizability'],
    node: ReadsWithoutQuorum,
  },
  {
    name: 'read-before-commit',
    bug: 'a new leader answers reads before it has committed in its own term (§6.4)',
    breaks: ['linearizability'],
    node: ReadsBeforeCommitting,
  },
  {
    name: 'lease-too-long',
    bug: 'a leader trusts its lease for longer than its voters are loyal (§6.4.1)',
    breaks: ['linearizability'],
    node: LeaseOutlivesLoyalty,
    scenario: { leaseReads: true },
  },
  {
    name: 'voters-not-loyal',
    bug: 'servers vote while their leader is alive, though its lease rests on them (§4.2.3, §6.4.1)',
    breaks: ['linearizability'],
    node: ForgetsLoyalty,
    scenario: { leaseReads: true },
  },
  {
    name: 'snapshot-loses-sessions',
    bug: 'a snapshot holds the machine but not the sessions (§6.3)',
    breaks: ['exactly once', 'state-machine safety', 'linearizability'],
    node: LosesSessions,
    parameters: { snapshotEntries: 10, trailingEntries: 0 },
  },
  {
    name: 'retry-run-again',
    bug: 'a request that a client repeats is run again (§6.3)',
    breaks: ['exactly once', 'linearizability'],
    node: RunsRetriesAgain,
  },
  {
    name: 'joint-consensus-skipped',
    bug: 'the voters change in one step, so that old and new majorities need not meet (§4.3, figure 4.2)',
    breaks: ['election safety', 'leader completeness', 'state-machine safety', 'assertion'],
    node: SkipsJointConsensus,
    scenario: { membershipChanges: true },
  },
]
