import { runAgain } from '../../machines/session.mutants.ts'
import type { Execution, Session } from '../../machines/session.ts'
import type { CheckWorld, Mutant, NodeId, RequestId } from '../../model/index.ts'
import type { Configuration, Entry, Message } from './raft.messages.ts'
import { Raft } from './raft.ts'
import { conflictingLogs, figure37 } from './raft.worlds.ts'

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

class NeverStepsBack extends Raft {
  override onAppendEntriesRejected(from: NodeId, message: Message<'appendEntriesRejected'>): void {
    const flow = this.flows[from]
    if (this.role !== 'leader' || message.term !== this.currentTerm || !flow) return
    flow.heard = true
    flow.state = 'probe'
    flow.awaitingProbe = false
    this.replicateTo(from)
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

class SkipsConsistencyCheck extends Raft {
  override matchesLog(prevLogIndex: number, _prevLogTerm: number): boolean {
    return prevLogIndex <= this.lastIndex
  }
}

class AcceptsBeforeWriting extends Raft {
  override accept(leader: NodeId, matchIndex: number, round: number): void {
    const term = this.currentTerm
    this.host.sendEagerly(leader, { kind: 'appendEntriesAccepted', term, matchIndex, round })
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

class LosesSessions extends Raft {
  override sessionsToSave(): Map<number, Session> {
    return new Map()
  }
}

class RunsRetriesAgain extends Raft {
  override execute(index: number, request: RequestId, body: Uint8Array): Execution {
    const { application } = this.host
    return runAgain(application, this.sessions, request, body, index, this.parameters.maxSessions)
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

/** A leader crashes every 0.3 s, for 1.5 s. */
const crashingLeaders: readonly string[] = Array.from(
  { length: 80 },
  (_, i) => `crash:leader@${300 * (i + 1)}ms+1500ms`,
)

/** One server after the other is cut off from the two others, but not from the clients. */
const partitions: readonly string[] = Array.from({ length: 6 }, (_, i) => {
  const alone = i % 3
  const others = [0, 1, 2].filter((node) => node !== alone)
  return `partition:${alone}|${others.join(',')}@${5 + 9 * i}s+7s`
})

/**
 * Between the election of another leader and the moment when the old one finds that it has no
 * quorum, there must be clients that have not given up the old one yet.
 */
const patientClients = {
  parameters: { electionTimeoutMs: 3_000, electionSpreadMs: 100, heartbeatMs: 300 },
  scenario: {
    network: 'lan',
    nodes: 3,
    for: '80s',
    clients: 50,
    thinkTime: '4s',
    faults: partitions,
  },
}

const slowDisks: CheckWorld = {
  name: 'an election, a write, disks that take their time',
  nodes: 3,
  commands: [{ write: 'a' }],
  bounds: { timeouts: { election: 1 } },
  disk: 'asynchronous',
}

/** The classic mistakes, and some that are easy to make beside the paper. */
export const raftMutants: readonly Mutant<Raft>[] = [
  {
    name: 'commit-earlier-term',
    bug: 'a leader counts replicas to commit an entry of an earlier term (§3.6.2, figure 3.7)',
    breaks: ['leader completeness', 'state-machine safety', 'linearizability', 'assertion'],
    node: CommitsEarlierTerms,
    // Figure 3.7 takes leaders that crash early, one after the other; and entries that travel one by
    // one, or a new leader's own goes along with those of earlier terms, and hides the mistake.
    parameters: {
      electionTimeoutMs: 400,
      electionSpreadMs: 800,
      heartbeatMs: 100,
      maxEntriesPerAppend: 1,
      maxAppendsInFlight: 1,
      snapshotEntries: 10_000,
    },
    scenario: { network: 'wan', nodes: 5, for: '40s', faults: crashingLeaders },
    world: figure37,
  },
  {
    name: 'vote-not-persisted',
    bug: 'a server votes without writing its vote to disk first (§3.8)',
    breaks: ['vote durability', 'election safety', 'log matching', 'assertion'],
    node: VotesFromMemory,
    world: {
      name: 'two candidates in one term, a crash',
      nodes: 3,
      bounds: { timeouts: { election: 3 }, crashes: 1 },
      atMost: { currentTerm: 1 },
      only: [{ field: 'role', is: ['follower'], nodes: [2] }],
    },
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
    name: 'consistency-check-skipped',
    bug: 'a follower appends entries without comparing the one before them (§3.5)',
    breaks: ['log matching', 'state-machine safety', 'leader completeness', 'linearizability'],
    node: SkipsConsistencyCheck,
    world: conflictingLogs,
  },
  {
    name: 'never-steps-back',
    bug: 'a leader whose entries a follower rejects sends the same ones again, and none before them (§3.5)',
    breaks: ['progress'],
    node: NeverStepsBack,
    // On a fast network the same message goes to and fro too often.
    scenario: { network: 'wan', nodes: 2, clients: 2, for: '16s' },
    world: {
      name: 'two servers, elections, a crash',
      nodes: 2,
      bounds: { timeouts: { election: 3 }, crashes: 1 },
      liveness: true,
    },
  },
  {
    name: 'accepted-before-written',
    bug: 'a follower acknowledges entries that its disk does not hold yet (§3.8)',
    breaks: ['leader completeness', 'state-machine safety', 'linearizability'],
    node: AcceptsBeforeWriting,
    scenario: { disk: '20ms' },
    world: slowDisks,
  },
  {
    name: 'commit-beyond-append',
    bug: 'a follower takes over the commit index past the entries that it knows to match (§3.5)',
    breaks: ['state-machine safety', 'leader completeness', 'linearizability', 'assertion'],
    node: CommitsBeyondAppend,
    // Heartbeats to a follower that is being sent a snapshot match nothing of its log: so the
    // snapshot must take long, and others like it follow soon.
    parameters: {
      electionTimeoutMs: 150,
      electionSpreadMs: 150,
      heartbeatMs: 10,
      snapshotEntries: 10,
      trailingEntries: 0,
      snapshotChunkBytes: 16,
      maxBytesInFlight: 32,
    },
    scenario: { network: 'zones', for: '6s', clients: 5, thinkTime: '1ms' },
    world: {
      name: 'two elections, a write, a heartbeat',
      nodes: 3,
      commands: [{ write: 'a', node: 0 }],
      bounds: { timeouts: { election: 2, heartbeat: 1 } },
      only: [{ field: 'role', is: ['follower'], nodes: [2] }],
    },
  },
  {
    name: 'unwritten-entries-counted',
    bug: 'a leader counts itself for entries that its disk does not hold yet (§10.2.1)',
    breaks: ['leader completeness', 'state-machine safety', 'linearizability', 'assertion'],
    node: CountsUnwrittenEntries,
    scenario: { nodes: 3, disk: '20ms' },
    world: slowDisks,
  },
  {
    name: 'read-without-quorum',
    bug: 'a leader answers reads without making sure that it still leads (§6.4)',
    breaks: ['linearizability'],
    node: ReadsWithoutQuorum,
    ...patientClients,
  },
  {
    name: 'read-before-commit',
    bug: 'a new leader answers reads before it has committed in its own term (§6.4)',
    breaks: ['linearizability'],
    node: ReadsBeforeCommitting,
    parameters: { electionTimeoutMs: 600, electionSpreadMs: 600, heartbeatMs: 150 },
    scenario: { network: 'wan', for: '16s', clients: 20, thinkTime: '100ms' },
  },
  {
    name: 'lease-too-long',
    bug: 'a leader trusts its lease for longer than its voters are loyal (§6.4.1)',
    breaks: ['linearizability'],
    node: LeaseOutlivesLoyalty,
    ...patientClients,
  },
  {
    name: 'snapshot-loses-sessions',
    bug: 'a snapshot holds the machine but not the sessions (§6.3)',
    breaks: ['exactly once', 'state-machine safety', 'linearizability'],
    node: LosesSessions,
    parameters: { snapshotEntries: 10, trailingEntries: 0 },
    world: {
      name: 'one server, a request asked twice, a crash between',
      nodes: 1,
      parameters: { snapshotEntries: 1, trailingEntries: 0 },
      commands: [
        { write: 'a', node: 0, client: 1 },
        { write: 'a', node: 0, client: 1 },
      ],
      bounds: { timeouts: { election: 4 }, crashes: 1 },
    },
  },
  {
    name: 'retry-run-again',
    bug: 'a request that a client repeats is run again (§6.3)',
    breaks: ['exactly once', 'linearizability'],
    node: RunsRetriesAgain,
    world: {
      name: 'a request asked twice',
      nodes: 2,
      commands: [
        { write: 'a', client: 1 },
        { write: 'a', client: 1 },
      ],
      bounds: { timeouts: { election: 1 } },
    },
  },
  {
    name: 'joint-consensus-skipped',
    bug: 'the voters change in one step, so that old and new majorities need not meet (§4.3, figure 4.2)',
    breaks: ['election safety', 'leader completeness', 'state-machine safety', 'assertion'],
    node: SkipsJointConsensus,
    scenario: { membershipChanges: true },
  },
]
