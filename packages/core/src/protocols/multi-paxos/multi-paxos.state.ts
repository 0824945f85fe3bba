import { Sessions } from '../../machines/session.ts'
import {
  bool,
  bytes,
  durable,
  list,
  natural,
  nodeId,
  nodeSet,
  oneOf,
  option,
  struct,
} from '../../model/index.ts'
import { PValue, Snapshot } from './multi-paxos.messages.ts'

/** A snapshot that is arriving in pieces. */
const ArrivingSnapshot = struct({
  slot: natural,
  totalBytes: natural,
  from: nodeId,
  received: natural,
  chunks: list(bytes),
  /** Where the pieces last asked for begin. */
  askedFrom: natural,
  /** Nothing has arrived since the last time that it was asked for. */
  stalled: bool,
})

/** A read that waits for a round of heartbeats. */
const PendingRead = struct({ client: natural, sequence: natural, body: bytes })

export const multiPaxosState = {
  // The acceptor. The log holds what it accepted for the slots after `discardedSlot`, with gaps.
  promised: durable(natural),
  log: durable(list(option(PValue))),
  discardedSlot: durable(natural),
  snapshot: durable(option(Snapshot)),
  /** The slots up to it are known to be chosen, with the values that the log holds for them. */
  settledSlot: durable(natural),
  /** All slots up to it were accepted in the ballot `promised`, or were executed. */
  acceptedThrough: natural,

  // The replica. Slots are executed in order, without gaps.
  executedSlot: natural,
  /** A leader has said that all slots up to it are chosen. */
  chosenThrough: natural,
  sessions: Sessions,

  // Who leads.
  role: oneOf('replica', 'candidate', 'leader'),
  leader: option(nodeId),
  /** A leader was heard within the leader timeout: the node promises nothing to others. */
  leaderAlive: bool,
  /** The latest ballot that this node began in its present life. */
  ballot: natural,
  /** The highest ballot that another is known to have promised. */
  highestSeen: natural,

  // Phase 1: who has promised, and of all they told the pvalue of the highest ballot for each slot.
  promisers: nodeSet,
  recovered: list(option(PValue)),

  // Phase 2.
  sentThrough: natural,
  /** The last slots of the messages whose slots are not all chosen yet. */
  batches: list(natural),
  /** By node: what it has accepted in this ballot without a gap; of the leader itself, what is on disk. */
  accepted: list(natural),
  /** What the leader has written to its log that its disk may not hold yet. */
  writes: list(struct({ position: natural, slot: natural })),
  /** The last slot that was taken over from earlier ballots. */
  recoveredThrough: natural,

  // Rounds of heartbeats, by which a leader knows that it still leads.
  round: natural,
  acknowledgedRound: list(natural),
  confirmedRound: natural,
  /** A majority has confirmed a round since the quorum was last checked. */
  quorumHeard: bool,

  // Reads: those that wait for a round to begin, and those that wait for one to be confirmed.
  reads: list(PendingRead),
  confirmingReads: list(PendingRead),
  confirmingRound: natural,

  // Catching up: the slots and the snapshot asked for; the snapshot that others are being sent.
  askedThrough: natural,
  arriving: option(ArrivingSnapshot),
  offered: option(Snapshot),
}
