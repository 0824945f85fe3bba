import { Sessions } from '../../machines/session.ts'
import { Request } from '../../machines/signed-request.ts'
import {
  bool,
  bytes,
  durable,
  type Infer,
  list,
  map,
  natural,
  nodeId,
  oneOf,
  option,
  struct,
} from '../../model/index.ts'
import {
  Batch,
  CommittedCertificate,
  NewView,
  PrePrepare,
  PreparedCertificate,
  StableCertificate,
  ViewChange,
} from './pbft.messages.ts'

/** What a replica has accepted and learned of one sequence number. */
export const LogEntry = struct({
  /** The pre-prepare accepted last, in the highest view. */
  prePrepare: option(PrePrepare),
  /** The certificate of the highest view in which the sequence number was prepared here. */
  prepared: option(PreparedCertificate),
  committed: option(CommittedCertificate),
  /** All that was ever accepted here: a later view may come back to an earlier one's. */
  batches: list(struct({ digest: bytes, batch: Batch })),
})
export type LogEntry = Infer<typeof LogEntry>

/** A prepare or a commit, as its sender signed it. */
export const Ballot = struct({ view: natural, digest: bytes, signature: bytes })
export type Ballot = Infer<typeof Ballot>

/** The prepares and commits for one sequence number, the latest of each replica, by replica. */
export const Ballots = struct({
  prepares: list(option(Ballot)),
  commits: list(option(Ballot)),
  /** How many of them match the accepted pre-prepare. */
  matchingPrepares: natural,
  matchingCommits: natural,
})
export type Ballots = Infer<typeof Ballots>

/** A vote of this replica's own, which counts here, as elsewhere, once what it rests on is on disk. */
const OwnVote = struct({
  position: natural,
  phase: oneOf('prepare', 'commit'),
  sequence: natural,
  ballot: Ballot,
})

/** A checkpoint message as it was received. */
const CheckpointVote = struct({
  replica: nodeId,
  sequence: natural,
  digest: bytes,
  signature: bytes,
})

/** A checkpoint of this replica's own that is not stable yet. */
const OwnCheckpoint = struct({ sequence: natural, digest: bytes, content: bytes })

/** A request that waits to be executed, in order of arrival; `since` is the tick in which it came. */
const Waiting = struct({ client: natural, sequence: natural, since: natural })

/** A checkpoint's state that is being fetched, and from whom. */
const Transfer = struct({
  certificate: StableCertificate,
  source: nodeId,
  /** The digests of the parts, once they are known; then the parts, from the first on. */
  digests: option(list(bytes)),
  parts: list(bytes),
  /** The source has answered since the last look at it. */
  heard: bool,
})
export type Transfer = Infer<typeof Transfer>

export const pbftState = {
  // What must survive a crash.
  view: durable(natural),
  /** Between the view change to `view` and its new view. */
  changing: durable(bool),
  /** The new view that began `view`, for those who missed it; none in view 0. */
  newView: durable(option(NewView)),
  /** By sequence number, those after the stable checkpoint. */
  log: durable(map(natural, LogEntry)),
  stable: durable(option(StableCertificate)),
  stableContent: durable(bytes),

  // The replicated state, beside the machine's own.
  /** last-executed: the sequence number up to which all is executed. */
  executed: natural,
  /** How many log entries came of them. */
  index: natural,
  sessions: Sessions,

  // The normal case (§4.2).
  ballots: map(natural, Ballots),
  ownVotes: list(OwnVote),
  /** The primary's: the sequence number that it assigned last. */
  assigned: natural,
  /** The highest sequence number in the window that this replica has heard of. */
  highest: natural,

  // Clients' requests: the latest of each, and their order of arrival.
  requests: map(natural, Request),
  queue: list(Waiting),
  /** The primary's: those not proposed yet. */
  proposals: list(struct({ client: natural, sequence: natural })),

  // Checkpoints (§4.3).
  checkpointVotes: list(CheckpointVote),
  ownCheckpoints: list(OwnCheckpoint),

  // View changes (§4.4, §4.5.2).
  /** The latest view change of each replica, by replica. */
  viewChanges: list(option(ViewChange)),
  /** The request that the view-change timer runs for. */
  awaited: option(struct({ client: natural, sequence: natural })),
  /** A quorum wants the view, and the timer runs for it to begin. */
  newViewAwaited: bool,
  /** min-s of the present view: it orders nothing up to there (§4.4). */
  viewFloor: natural,
  /** Views left since a request was executed in one: all but the first double the timeout. */
  viewsInVain: natural,

  // Retransmission and state transfer (thesis, chapter 5).
  transfer: option(Transfer),
  /** Somebody is further on. */
  heardAhead: bool,
  /** How often this replica has told all how far it is: each time another one is to help. */
  asked: natural,
  ticks: natural,
  /** At the latest tick. */
  tickedAt: struct({ view: natural, changing: bool, executed: natural }),
}
