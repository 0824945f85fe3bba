import { Sessions } from '../../machines/session.ts'
import { Request } from '../../machines/signed-request.ts'
import {
  bool,
  bytes,
  type Immutable,
  type Infer,
  int,
  list,
  natural,
  nodeId,
  oneOf,
  option,
  shared,
  struct,
  union,
} from '../../model/index.ts'

/** A value of the paper: what one height decides. Votes name it by its id, the hash of its encoding. */
export const Block = shared('Block', {
  height: natural,
  /** The id of the block before; empty at height 0. */
  previous: bytes,
  /** Of the state before this block, at heights where all take a snapshot; empty at others. */
  stateHash: bytes,
  requests: list(Request),
})
export type Block = Infer<typeof Block>

/** ⟨PROPOSAL, h, round, v, validRound⟩, signed by the proposer. */
export const Proposal = shared('Proposal', {
  height: natural,
  round: natural,
  value: Block,
  /** The round in which v had a polka, by the proposer's account; −1 for a value that is new. */
  validRound: int,
  signature: bytes,
})
export type Proposal = Infer<typeof Proposal>

/** The two kinds of votes. */
export const VoteType = oneOf('prevote', 'precommit')
export type VoteType = Infer<typeof VoteType>

/** ⟨PREVOTE, h, round, id(v)⟩ or ⟨PRECOMMIT, h, round, id(v)⟩, signed by its voter. No id stands for nil. */
export const Vote = shared('Vote', {
  type: VoteType,
  height: natural,
  round: natural,
  id: option(bytes),
  voter: nodeId,
  signature: bytes,
})
export type Vote = Infer<typeof Vote>

/**
 * 2f+1 votes of one type, height and round for one id. Of prevotes the implementations call it a
 * polka; of precommits for a block it proves to anybody that the block is decided.
 */
export const Certificate = shared('Certificate', {
  type: VoteType,
  height: natural,
  round: natural,
  id: option(bytes),
  signatures: list(struct({ voter: nodeId, signature: bytes })),
})
export type Certificate = Infer<typeof Certificate>

/** A decision, and its proof. */
export const Commit = shared('Commit', { block: Block, certificate: Certificate })
export type Commit = Infer<typeof Commit>

/** What a snapshot's `content` encodes. */
export const SnapshotContent = struct({ sessions: Sessions, machine: bytes })

/**
 * The state before the block of `height`. That block carries the snapshot's hash, so the block's
 * certificate proves the snapshot too, to a validator that has seen nothing of what came before.
 */
export const Snapshot = shared('Snapshot', {
  height: natural,
  lastBlock: bytes,
  /** The index of the latest entry in it. */
  index: natural,
  content: bytes,
})
export type Snapshot = Infer<typeof Snapshot>

/** Two messages that no correct validator signs both. */
export const Evidence = union({
  votes: { first: Vote, second: Vote },
  proposals: { first: Proposal, second: Proposal },
})
export type Evidence = Infer<typeof Evidence>

/** What a validator holds of one round, so that its peers can see what it lacks. */
export const RoundHeld = struct({
  round: natural,
  proposals: list(bytes),
  prevotes: list(nodeId),
  precommits: list(nodeId),
  /** Whether 2f+1 of them are for one id. */
  prevoteQuorum: bool,
  precommitQuorum: bool,
})
export type RoundHeld = Immutable<Infer<typeof RoundHeld>>

export const TendermintMessage = union({
  proposal: { proposal: Proposal },
  vote: { vote: Vote },
  /** Where the sender is, and what it holds: whoever has more sends it. An answer is not answered. */
  status: { height: natural, rounds: list(RoundHeld), answer: bool },
  /** Votes passed on, whoever cast them. */
  votes: { votes: list(Vote) },
  certificate: { certificate: Certificate },
  /** Blocks for a validator that is behind, in order. */
  commits: { commits: list(Commit) },
  /** A snapshot for one that is far behind, and the decision at its height, which proves it. */
  snapshot: { snapshot: Snapshot, commit: Commit },
})
export type TendermintMessage = Infer<typeof TendermintMessage>
export type Message<K extends TendermintMessage['kind']> = Extract<TendermintMessage, { kind: K }>

/** What goes to disk: a write-ahead log of what this validator has signed and promised. */
export const TendermintRecord = union({
  /** A proposal of this validator's own, before it is sent. */
  proposal: { proposal: Proposal },
  /** A vote of this validator's own, before it is sent. */
  vote: { vote: Vote },
  /** Lines 38, 39, 42 and 43: locked on a value, which is valid too, by this polka. */
  lock: { value: Block, polka: Certificate },
  /** Lines 42 and 43 alone: too late to lock. */
  valid: { value: Block, polka: Certificate },
  /** Lines 51 to 53: the decision of a height, which ends it. */
  commit: { commit: Commit },
  /** A snapshot of this validator's own replaces the blocks that it contains, but for some. */
  snapshot: { snapshot: Snapshot, discarded: natural },
  /** A snapshot from a peer, and the decision that proves it, replace everything. */
  install: { snapshot: Snapshot, commit: Commit },
  /** Somebody has signed what no correct validator signs. */
  evidence: { culprit: nodeId, evidence: Evidence },
})
export type TendermintRecord = Infer<typeof TendermintRecord>

/** What a client may ask for: reads are ordered like writes. */
export const TendermintCommand = union({
  request: { body: bytes, signature: bytes },
})
export type TendermintCommand = Infer<typeof TendermintCommand>
