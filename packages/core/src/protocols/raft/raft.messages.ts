import { Sessions } from '../../machines/session.ts'
import {
  ascendingNodes,
  bool,
  bytes,
  type Infer,
  list,
  natural,
  nodeId,
  oneOf,
  option,
  shared,
  struct,
  union,
} from '../../model/index.ts'

/** The name of a client's operation, as it stands in the log. */
const requestId = struct({ client: natural, sequence: natural })

/**
 * Who takes part. Outside a change `oldVoters` is empty. In joint consensus (§4.3) this is
 * C_old,new: `oldVoters` are those of C_old, and the rest is C_new, which follows it.
 */
export const Configuration = shared('Configuration', {
  voters: ascendingNodes,
  /** They receive the log but have no vote (§4.2.1). */
  learners: ascendingNodes,
  oldVoters: ascendingNodes,
})
export type Configuration = Infer<typeof Configuration>

export const EntryContent = union({
  /** What a new leader appends first, so that it may commit what it inherited (§3.6.2, §6.4). */
  noOp: {},
  write: { request: requestId, body: bytes },
  configuration: { configuration: Configuration, request: option(requestId) },
})
export type EntryContent = Infer<typeof EntryContent>

/** One entry of the log. Its index is its place. */
export const Entry = shared('Entry', { term: natural, content: EntryContent })
export type Entry = Infer<typeof Entry>

/** What a snapshot's `content` encodes. */
export const SnapshotContent = struct({ sessions: Sessions, machine: bytes })

/** The state after all entries up to `index`, in place of these entries (§5.1, figure 5.1). */
export const Snapshot = shared('Snapshot', {
  index: natural,
  term: natural,
  configuration: Configuration,
  content: bytes,
})
export type Snapshot = Infer<typeof Snapshot>

/** Every message carries its sender's `term`. */
export const RaftMessage = union({
  appendEntries: {
    term: natural,
    prevLogIndex: natural,
    prevLogTerm: natural,
    entries: list(Entry),
    leaderCommit: natural,
    /** The leader's latest round of heartbeats: to answer it is to confirm the leadership (§6.4). */
    round: natural,
  },
  appendEntriesAccepted: { term: natural, matchIndex: natural, round: natural },
  appendEntriesRejected: {
    term: natural,
    /** Which request was rejected. */
    prevLogIndex: natural,
    /** The term of the entry in conflict, 0 where the log is too short (§3.5). */
    conflictTerm: natural,
    /** The first index of that term; or the one after the end of the log. */
    conflictIndex: natural,
    round: natural,
  },
  /** `term` is the candidate's present term: it asks for a vote in the one after (§9.6). */
  requestPreVote: { term: natural, lastLogIndex: natural, lastLogTerm: natural },
  requestPreVoteReply: { term: natural, granted: bool },
  requestVote: {
    term: natural,
    lastLogIndex: natural,
    lastLogTerm: natural,
    /** The leader itself asked for this election (§3.10), so its liveness is no objection (§4.2.3). */
    transfer: bool,
  },
  requestVoteReply: { term: natural, granted: bool },
  installSnapshot: {
    term: natural,
    lastIncludedIndex: natural,
    lastIncludedTerm: natural,
    configuration: Configuration,
    totalBytes: natural,
    offset: natural,
    data: bytes,
  },
  /** So many bytes, from the first on, have been received. */
  installSnapshotReply: { term: natural, lastIncludedIndex: natural, received: natural },
  timeoutNow: { term: natural },
  /** A follower asks for a read index, for a batch of its reads (§6.4). */
  readIndex: { term: natural, epoch: natural, batch: natural, lease: bool },
  readIndexReply: { term: natural, epoch: natural, batch: natural, index: natural },
})
export type RaftMessage = Infer<typeof RaftMessage>
export type Message<K extends RaftMessage['kind']> = Extract<RaftMessage, { kind: K }>

/** What goes to disk. */
export const RaftRecord = union({
  vote: { term: natural, votedFor: option(nodeId) },
  /** Removes what the log holds from `index` on, then appends. */
  append: { index: natural, entries: list(Entry) },
  /** Replaces the snapshot, and drops the log up to `discardedIndex`, or all of it if it disagrees. */
  snapshot: { snapshot: Snapshot, discardedIndex: natural },
  /** Numbers a node's lives, so that an answer to an earlier life's read is never taken for one to this. */
  readEpoch: { epoch: natural },
})
export type RaftRecord = Infer<typeof RaftRecord>

/** What a client may ask for. */
export const RaftCommand = union({
  /** Run `body` on the replicated machine, exactly once a request (§6.3). */
  write: { body: bytes },
  /** Answer `body` linearizably: by a round of heartbeats, or by the leader's lease (§6.4). */
  read: { body: bytes, consistency: oneOf('index', 'lease') },
  /** Make these the members (§4.3). */
  configure: { voters: list(nodeId), learners: list(nodeId) },
  /** Hand the leadership to `to`, or to the voter whose log is most complete (§3.10). */
  transfer: { to: option(nodeId) },
})
export type RaftCommand = Infer<typeof RaftCommand>
export type Command<K extends RaftCommand['kind']> = Extract<RaftCommand, { kind: K }>
