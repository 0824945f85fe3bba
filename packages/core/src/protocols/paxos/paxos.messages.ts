import { bytes, type Infer, natural, option, shared, union } from '../../model/index.ts'

/** A value under the number of a ballot: there are never two with the same number. */
export const Proposal = shared('Proposal', { ballot: natural, value: bytes })
export type Proposal = Infer<typeof Proposal>

export const PaxosMessage = union({
  /** Phase 1a: a proposer asks for the promise to accept nothing below `ballot` any more. */
  prepare: { ballot: natural },
  /** Phase 1b: the promise, with the highest-numbered proposal that the acceptor has accepted. */
  promise: { ballot: natural, accepted: option(Proposal) },
  /** Phase 2a: a proposer asks to accept the value of its ballot. */
  accept: { proposal: Proposal },
  /** Phase 2b: an acceptor tells every learner what it has accepted. */
  accepted: { proposal: Proposal },
  /** In place of phase 1b or 2b: the acceptor has promised a higher ballot than `ballot` (§2.3). */
  rejected: { ballot: natural, promised: natural },
  /** A learner asks what has been accepted: what it was told may have been lost (§2.3). */
  enquiry: {},
  /** The value is chosen, and nothing else needs to be said. */
  decided: { value: bytes },
})
export type PaxosMessage = Infer<typeof PaxosMessage>
export type Message<K extends PaxosMessage['kind']> = Extract<PaxosMessage, { kind: K }>

/** What an acceptor must remember whatever happens (§2.5), and what a learner has learned. */
export const PaxosRecord = union({
  promise: { ballot: natural },
  acceptance: { proposal: Proposal },
  decision: { value: bytes },
})
export type PaxosRecord = Infer<typeof PaxosRecord>

export const PaxosCommand = union({
  /** Let this node propose `value`, and answer with what is decided. */
  propose: { value: bytes },
})
export type PaxosCommand = Infer<typeof PaxosCommand>
