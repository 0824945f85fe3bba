import {
  bool,
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

/** "My round `round` - 1 is over": what the distributed clock advances by (§5.2). */
export const Claim = shared('Claim', { node: nodeId, round: natural, signature: bytes })
export type Claim = Infer<typeof Claim>

/** What a processor attaches to its messages: its initial value and its PROPER set. */
export const Standing = shared('Standing', {
  initial: option(bytes),
  /** PROPER, if it is not all of V. */
  proper: list(bytes),
  /** PROPER contains all of V. */
  everything: bool,
})
export type Standing = Infer<typeof Standing>

/** E_j(list, k): the values that are both acceptable to `node` and in its PROPER set, at the start of a phase. */
export const AcceptableList = shared('AcceptableList', {
  node: nodeId,
  phase: natural,
  values: list(bytes),
  /** Every value is: PROPER is all of V, and nothing is locked. */
  everything: bool,
  signature: bytes,
})
export type AcceptableList = Infer<typeof AcceptableList>

/** E_i(lock v, k, proof): signed by the processor that phase k belongs to. */
export const Lock = shared('Lock', {
  value: bytes,
  phase: natural,
  /** Lists of N - t processors that have the value. */
  proof: list(AcceptableList),
  signature: bytes,
})
export type Lock = Infer<typeof Lock>

/** "Decide v" (§4.2, remark 2). */
export const Announcement = shared('Announcement', {
  node: nodeId,
  value: bytes,
  signature: bytes,
})
export type Announcement = Infer<typeof Announcement>

export const DlsMessage = union({
  /** The clock: a claim, and the claims that prove the sender's present round. */
  claim: { claim: Claim, tick: list(Claim) },
  /** The clock: t + 1 claims, which prove that a round has begun. */
  tick: { tick: list(Claim) },
  /** Round 4k - 3, to the coordinator of phase k. */
  list: { list: AcceptableList, standing: Standing },
  /** Round 4k - 2, from the coordinator to all. */
  lock: { lock: Lock, standing: Standing },
  /** Round 4k - 1, to the coordinator: the value is locked. */
  acknowledge: { phase: natural, value: bytes, standing: Standing },
  /** Round 4k, to all: the locks that the sender has. */
  release: { phase: natural, locks: list(Lock), standing: Standing },
  /** One announcement of the sender's own, or t + 1 that prove the decision. */
  decide: { announcements: list(Announcement) },
})
export type DlsMessage = Infer<typeof DlsMessage>
export type Message<K extends DlsMessage['kind']> = Extract<DlsMessage, { readonly kind: K }>
/** What belongs to one round of the algorithm. */
export type RoundMessage = Message<'list' | 'lock' | 'acknowledge' | 'release'>

export const DlsRecord = union({
  initial: { value: bytes },
  round: { round: natural },
  lock: { lock: Lock },
  /** The lock on this value is released. */
  release: { value: bytes },
  decision: { value: bytes },
})
export type DlsRecord = Infer<typeof DlsRecord>

export const DlsCommand = union({ propose: { value: bytes } })
export type DlsCommand = Infer<typeof DlsCommand>

/** A message of a round that this processor has not begun. */
export const EarlyMessage = struct({ from: nodeId, message: DlsMessage })
