import { Sessions } from '../../machines/session.ts'
import { Request } from '../../machines/signed-request.ts'
import {
  bool,
  bytes,
  type Digest,
  encode,
  type Infer,
  list,
  natural,
  nodeId,
  option,
  sha256,
  shared,
  struct,
  union,
} from '../../model/index.ts'

/** The requests that are ordered together under one sequence number; none in the null request (§4.4). */
export const Batch = shared('Batch', { requests: list(Request) })
export type Batch = Infer<typeof Batch>

/** The null request, which does nothing: what a new primary fills gaps with. */
export const nullBatch: Batch = Batch({ requests: [] })
export const nullDigest: Digest = sha256(encode(Batch, nullBatch))

/** ⟨PRE-PREPARE, v, n, d⟩ under the signature of the primary of v; the batch itself goes beside it (§4.2). */
export const PrePrepare = shared('PrePrepare', {
  view: natural,
  sequence: natural,
  digest: bytes,
  signature: bytes,
})
export type PrePrepare = Infer<typeof PrePrepare>

/** A replica's signature under a statement that stands beside it. */
export const Vote = struct({ replica: nodeId, signature: bytes })
export type Vote = Infer<typeof Vote>

/** The proof of prepared(m, v, n): the pre-prepare, and matching prepares of 2f backups, in order of their ids. */
export const PreparedCertificate = shared('PreparedCertificate', {
  prePrepare: PrePrepare,
  prepares: list(Vote),
})
export type PreparedCertificate = Infer<typeof PreparedCertificate>

/** The proof of committed(m, v, n): matching commits of a quorum, in order of their ids. */
export const CommittedCertificate = shared('CommittedCertificate', {
  view: natural,
  sequence: natural,
  digest: bytes,
  commits: list(Vote),
})
export type CommittedCertificate = Infer<typeof CommittedCertificate>

/** The proof that a checkpoint is stable: matching checkpoint messages of a quorum (§4.3). */
export const StableCertificate = shared('StableCertificate', {
  sequence: natural,
  digest: bytes,
  checkpoints: list(Vote),
})
export type StableCertificate = Infer<typeof StableCertificate>

/** ⟨VIEW-CHANGE, v + 1, n, C, P, i⟩ (§4.4); `stable` is n and C, and undefined where n is 0. */
export const ViewChange = shared('ViewChange', {
  view: natural,
  replica: nodeId,
  stable: option(StableCertificate),
  /** By sequence number. */
  prepared: list(PreparedCertificate),
  signature: bytes,
})
export type ViewChange = Infer<typeof ViewChange>

/** ⟨NEW-VIEW, v + 1, V, O⟩ (§4.4). */
export const NewView = shared('NewView', {
  view: natural,
  /** V, in order of the replicas. */
  viewChanges: list(ViewChange),
  /** O, by sequence number. */
  prePrepares: list(PrePrepare),
  signature: bytes,
})
export type NewView = Infer<typeof NewView>

/** The replicated state after a checkpoint's sequence number: what its digest is of. */
export const CheckpointContent = struct({
  /** How many log entries came of the batches so far. */
  index: natural,
  sessions: Sessions,
  machine: bytes,
})

/** What is signed. The kind is part of it, so that no signature under one can serve for another. */
export const Statement = union({
  prePrepare: { view: natural, sequence: natural, digest: bytes },
  prepare: { view: natural, sequence: natural, digest: bytes },
  commit: { view: natural, sequence: natural, digest: bytes },
  checkpoint: { sequence: natural, digest: bytes },
  viewChange: {
    view: natural,
    stable: option(StableCertificate),
    prepared: list(PreparedCertificate),
  },
  newView: { view: natural, viewChanges: list(ViewChange), prePrepares: list(PrePrepare) },
})
export type Statement = Infer<typeof Statement>

export const PbftMessage = union({
  prePrepare: { prePrepare: PrePrepare, batch: Batch },
  prepare: { view: natural, sequence: natural, digest: bytes, signature: bytes },
  commit: { view: natural, sequence: natural, digest: bytes, signature: bytes },
  checkpoint: { sequence: natural, digest: bytes, signature: bytes },
  viewChange: { viewChange: ViewChange },
  newView: { newView: NewView },
  /** A backup passes on a request that the primary may not have received (§4.1). */
  request: { request: Request },
  /** What the sender has, so that others send again what it lacks (thesis, §5.2). Unsigned: it proves nothing. */
  status: {
    view: natural,
    changing: bool,
    /** All up to this sequence number is executed here. */
    executed: natural,
    /** The latest stable checkpoint here. */
    stable: natural,
    /** One `Progress` for each of the sequence numbers after `executed`, as far as the sender knows any. */
    progress: bytes,
    /** Whose view changes to `view` the sender has, where it has yet to begin. */
    viewChanges: list(nodeId),
    /** Who is asked for all that not only its author can send. */
    helper: nodeId,
  },
  /** A batch that the receiver lacks, of which it knows the digest. */
  batch: { sequence: natural, batch: Batch },
  /** What is committed, with its proof; `more` follows when this is executed. */
  committed: { certificate: CommittedCertificate, batch: option(Batch), more: bool },
  /** What comes before this checkpoint is discarded: its state can be fetched. */
  stable: { certificate: StableCertificate },
  /** Asks for the digests of the parts of a checkpoint's state (part 0), or for one part (from 1 on). */
  fetchState: { sequence: natural, part: natural },
  stateParts: { sequence: natural, digests: list(bytes) },
  statePart: { sequence: natural, part: natural, data: bytes },
})
export type PbftMessage = Infer<typeof PbftMessage>
export type Message<K extends PbftMessage['kind']> = Extract<PbftMessage, { kind: K }>

/** What goes to disk: all that a replica has promised, and what it needs to go on after a crash. */
export const PbftRecord = union({
  /** Accepts a pre-prepare: the replica will accept no other in this view under this sequence number. */
  prePrepare: { prePrepare: PrePrepare, batch: Batch },
  /** A batch that was missing. */
  batch: { sequence: natural, digest: bytes, batch: Batch },
  prepared: { certificate: PreparedCertificate },
  committed: { certificate: CommittedCertificate, batch: option(Batch) },
  /** Leaves the present view for this one, which has yet to begin. */
  viewChange: { view: natural },
  newView: { newView: NewView },
  /** Replaces the checkpoint that is stable, and drops the log up to it. */
  stable: { certificate: StableCertificate, content: bytes },
})
export type PbftRecord = Infer<typeof PbftRecord>

/** What a client may ask for: to run `body` on the replicated machine, once a request. */
export const PbftCommand = union({ request: { body: bytes, signature: bytes } })
export type PbftCommand = Infer<typeof PbftCommand>
