import { Sessions } from '../../machines/session.ts'
import {
  ascendingNodes,
  bool,
  byNode,
  bytes,
  durable,
  type Infer,
  int,
  list,
  natural,
  nodeId,
  nodeSet,
  oneOf,
  option,
  struct,
  type Type,
} from '../../model/index.ts'
import { Configuration, Entry, Snapshot } from './raft.messages.ts'

const noConfiguration = Configuration({ voters: [], learners: [], oldVoters: [] })

/** A configuration, and none before `start`. */
const configuration: Type<Configuration> = { ...Configuration, initial: () => noConfiguration }

/** How fast a leader sends to one follower, beside the paper's nextIndex and matchIndex. */
export const Flow = struct({
  /**
   * Probe: one AppendEntries at a time, until one matches. Replicate: pipelined (§10.2.1), with
   * nextIndex moving ahead of the answers. Snapshot: what the follower lacks is no longer in the log.
   */
  state: oneOf('probe', 'replicate', 'snapshot'),
  /** The follower has answered since the quorum was last checked. */
  heard: bool,
  /** A probe with entries is out, and its answer is not back. Heartbeats repeat it without entries. */
  awaitingProbe: bool,
  /** Estimates, made right whenever nothing is on its way: lost messages count for a while. */
  appendsInFlight: natural,
  bytesInFlight: natural,
  /** The snapshot being sent, which a newer one does not interrupt. */
  snapshot: option(Snapshot),
  /** The next byte of it to send; how many have arrived; no more did since the last heartbeat. */
  snapshotOffset: natural,
  snapshotReceived: natural,
  snapshotStalled: bool,
})
export type Flow = Infer<typeof Flow>

/** A read that waits for its read index, or for that index to be applied. */
const PendingRead = struct({
  client: natural,
  sequence: natural,
  body: bytes,
  lease: bool,
  batch: natural,
  index: option(natural),
})

/** A node's request for a read index. The leader asks itself in the same way. */
const ReadAsk = struct({ node: nodeId, epoch: natural, batch: natural })

/** A snapshot that is arriving in pieces. */
const ArrivingSnapshot = struct({
  index: natural,
  term: natural,
  received: natural,
  chunks: list(bytes),
})

export const raftState = {
  // Persistent state (figure 3.1). The log holds the entries after `discardedIndex`, in order.
  currentTerm: durable(natural),
  votedFor: durable(option(nodeId)),
  log: durable(list(Entry)),
  discardedIndex: durable(natural),
  discardedTerm: durable(natural),
  snapshot: durable(option(Snapshot)),
  /** The configurations in the snapshot and in the log, each with its index; the last one rules. */
  configurations: durable(list(struct({ index: natural, configuration: Configuration }))),
  readEpoch: durable(natural),

  // The configuration that rules, and all that are in it in any part.
  configuration,
  members: ascendingNodes,

  // Volatile state (figure 3.1), and the replicated state beside the machine's own.
  role: oneOf('follower', 'preCandidate', 'candidate', 'leader'),
  commitIndex: natural,
  lastApplied: natural,
  sessions: Sessions,

  // What this node has written to its log that the disk may not hold yet.
  durableIndex: natural,
  writes: list(struct({ position: natural, index: natural })),

  // Elections (§3.4, §4.2.3, §9.6).
  leader: option(nodeId),
  /** A leader was heard within the minimum election timeout: its voters are loyal to it. */
  leaderAlive: bool,
  votes: nodeSet,
  /** Where a candidate's own vote stands in its records: it counts once it is on disk. */
  ownVote: option(natural),
  /** The latest term that this node led since it started: whose clients it answers. */
  ledTerm: natural,

  // Volatile state on leaders (figure 3.1), by node.
  nextIndex: byNode(natural),
  matchIndex: byNode(natural),
  flows: byNode(Flow),
  /** Where the leader's own term begins in its log. */
  termStart: natural,

  // Rounds of heartbeats, by which a leader knows that it still leads (§6.2, §6.4).
  round: natural,
  acknowledgedRound: byNode(natural),
  confirmedRound: natural,
  /** When, by the leader's clock, the rounds not yet confirmed began. */
  roundStarts: list(struct({ round: natural, at: int })),
  /** A quorum confirmed a round since the quorum was last checked. */
  quorumHeard: bool,
  /** Until then, by the leader's clock, no other leader can be elected (§6.4.1). */
  leaseEnd: int,
  leaseForfeited: bool,

  // Reads (§6.4): this node's own, and those that it answers as the leader.
  reads: list(PendingRead),
  readBatch: natural,
  readAsked: bool,
  readEpochOpen: bool,
  readAsks: list(ReadAsk),
  confirmingAsks: list(ReadAsk),
  confirmingRound: natural,
  confirmingIndex: natural,

  arrivingSnapshot: option(ArrivingSnapshot),

  /** A change of the configuration whose new voters are not yet caught up (§4.2.1). */
  change: option(
    struct({
      voters: ascendingNodes,
      learners: ascendingNodes,
      client: natural,
      sequence: natural,
      /** The present round of catching up: up to which index, and since when. */
      catchUpIndex: natural,
      roundStartedAt: int,
    }),
  ),
  /** A transfer of the leadership in progress (§3.10); `asked` once TimeoutNow was sent. */
  transfer: option(struct({ to: nodeId, client: natural, sequence: natural, asked: bool })),
}
