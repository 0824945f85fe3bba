import { Sessions } from '../../machines/session.ts'
import {
  bytes,
  type Infer,
  list,
  natural,
  nodeId,
  option,
  shared,
  struct,
  union,
} from '../../model/index.ts'

/** What a slot of the log may hold. */
export const Value = union({
  /** What a new leader fills a gap with (Lamport 2001, §3). */
  noOp: {},
  write: { request: struct({ client: natural, sequence: natural }), body: bytes },
})
export type Value = Infer<typeof Value>

/** A value proposed in a ballot for a slot, which is its place: ⟨b, s, c⟩ (van Renesse and Altinbuken 2015, §4.1). */
export const PValue = shared('PValue', { ballot: natural, value: Value })
export type PValue = Infer<typeof PValue>

/** What a snapshot's `content` encodes. */
export const SnapshotContent = struct({ sessions: Sessions, machine: bytes })

/** The state after all slots up to `slot`, in place of these. */
export const Snapshot = shared('Snapshot', { slot: natural, content: bytes })
export type Snapshot = Infer<typeof Snapshot>

export const MultiPaxosMessage = union({
  /** Phase 1a, of all slots from `slot` on at once. */
  prepare: { ballot: natural, slot: natural },
  /** Phase 1b: what the acceptor has accepted from `slot` on, slot after slot, with gaps. */
  promise: { ballot: natural, slot: natural, pvalues: list(option(PValue)) },
  /** Phase 2a, of as many slots as there are values, from `slot` on; a heartbeat where there are none. */
  accept: {
    ballot: natural,
    slot: natural,
    pvalues: list(PValue),
    /** The leader has sent all slots up to this: whoever lacks one asks for it. */
    sentThrough: natural,
    /** All slots up to this are chosen. */
    chosenThrough: natural,
    /** The leader's latest round of heartbeats: to answer it is to confirm that it leads. */
    round: natural,
  },
  /** Phase 2b: the acceptor has accepted all slots up to `through`, without a gap, in this ballot. */
  accepted: { ballot: natural, through: natural, round: natural },
  /** In place of 1b or 2b: the acceptor has promised a higher ballot; and whose leadership it follows. */
  rejected: { ballot: natural, promised: natural, leader: option(nodeId) },
  /** A replica lacks these slots. */
  lacking: { ballot: natural, slot: natural, through: natural },
  /** A piece of a snapshot, for one that lacks slots which are no longer in the log. */
  snapshot: { slot: natural, totalBytes: natural, offset: natural, data: bytes },
  /** It has the snapshot up to `offset`, and asks for more of it. */
  lackingSnapshot: { slot: natural, offset: natural },
})
export type MultiPaxosMessage = Infer<typeof MultiPaxosMessage>
export type Message<K extends MultiPaxosMessage['kind']> = Extract<MultiPaxosMessage, { kind: K }>

/** What goes to disk. */
export const MultiPaxosRecord = union({
  promise: { ballot: natural },
  /** Accepts these for the slots from `slot` on. All up to `settledSlot` were executed by then. */
  accept: { slot: natural, pvalues: list(PValue), settledSlot: natural },
  /** Replaces the snapshot, and drops the log up to `discardedSlot`. */
  snapshot: { snapshot: Snapshot, discardedSlot: natural },
})
export type MultiPaxosRecord = Infer<typeof MultiPaxosRecord>

/** What a client may ask for. */
export const MultiPaxosCommand = union({
  /** Run `body` on the replicated machine, exactly once a request. */
  write: { body: bytes },
  /** Answer `body` linearizably, by a round of heartbeats. */
  read: { body: bytes },
})
export type MultiPaxosCommand = Infer<typeof MultiPaxosCommand>
