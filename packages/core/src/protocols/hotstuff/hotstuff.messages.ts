import { Sessions } from '../../machines/session.ts'
import { Request } from '../../machines/signed-request.ts'
import {
  bytes,
  type Immutable,
  type Infer,
  list,
  natural,
  nodeId,
  option,
  shared,
  struct,
  union,
} from '../../model/index.ts'

/** What nodes sign. Each kind is encoded with its place, so that no signature passes for one of another kind. */
export const Statement = union({
  /** The paper's vote, of type `generic`: this node found the block safe in this view. */
  vote: { view: natural, block: bytes },
  /** This node has given up waiting in this view. */
  newView: { view: natural },
  /** With this block, the replicated state has this digest. */
  checkpoint: { view: natural, height: natural, block: bytes, digest: bytes },
})
export type Statement = Infer<typeof Statement>

/** Signatures of one statement, by ascending node. */
export const Signatures = list(struct({ node: nodeId, signature: bytes }))
export type Signatures = Immutable<Infer<typeof Signatures>>

/** The paper's quorum certificate (QC): n − f nodes voted for this block in this view. */
export const Certificate = shared('Certificate', {
  view: natural,
  block: bytes,
  votes: Signatures,
})
export type Certificate = Infer<typeof Certificate>

/** n − f nodes gave up waiting in this view, so the next may begin (DiemBFT v4). */
export const TimeoutCertificate = shared('TimeoutCertificate', {
  view: natural,
  signatures: Signatures,
})
export type TimeoutCertificate = Infer<typeof TimeoutCertificate>

/** What the id of a block is the hash of. */
export const BlockContent = struct({
  view: natural,
  height: natural,
  justify: Certificate,
  requests: list(Request),
})

/**
 * A node of the paper's tree. It extends the block that `justify` certifies; the views between the
 * two are the paper's dummy nodes (section 5): it is a direct child just if its view is the next one.
 */
export const Block = shared('Block', {
  /** The hash of the rest, which whoever receives it works out again. */
  id: bytes,
  view: natural,
  /** How many blocks are before it on its branch, the first one among them. */
  height: natural,
  justify: Certificate,
  requests: list(Request),
})
export type Block = Infer<typeof Block>

/** What a checkpoint's `content` encodes. `index`: how many entries led to it. */
export const CheckpointContent = struct({ index: natural, sessions: Sessions, machine: bytes })

/** The state after a block, which n − f nodes have, in place of the branch up to there. */
export const Checkpoint = shared('Checkpoint', {
  view: natural,
  height: natural,
  block: bytes,
  content: bytes,
  votes: Signatures,
})
export type Checkpoint = Infer<typeof Checkpoint>

export const HotStuffMessage = union({
  /** A leader's block. `timeout`: why its view began, where that is not by its own `justify`. */
  generic: { block: Block, timeout: option(TimeoutCertificate) },
  /** To the next leader alone. */
  vote: { view: natural, block: bytes, signature: bytes },
  /** The nextView interrupt: the sender gives up on `view`. */
  newView: {
    view: natural,
    /** The sender's genericQC. */
    justify: Certificate,
    /** Why `view` began, where that is not by `justify`. */
    timeout: option(TimeoutCertificate),
    /** The sender's vote in `view`, in case the leader that it went to keeps it to itself. */
    vote: option(struct({ block: bytes, signature: bytes })),
    /** What the sender waits for, so that a request that reached one correct node reaches all. */
    requests: list(Request),
    signature: bytes,
  },
  /** To a node that is behind: how far the sender is. */
  sync: { justify: Certificate, timeout: option(TimeoutCertificate) },
  /** Asks for a block, and for its ancestors down to the height after `above`. */
  fetch: { view: natural, block: bytes, above: natural },
  /** A branch downwards: each is the parent of the one before. */
  blocks: { blocks: list(Block) },
  /** To a node that asked for blocks that are not kept any more. */
  snapshot: { checkpoint: Checkpoint },
  /** To the node that collects for this height. */
  checkpointVote: { height: natural, signature: bytes },
  /** n − f nodes have the same state at this height. */
  stable: { height: natural, votes: Signatures },
})
export type HotStuffMessage = Infer<typeof HotStuffMessage>
export type Message<K extends HotStuffMessage['kind']> = Extract<HotStuffMessage, { kind: K }>

/** What goes to disk. */
export const HotStuffRecord = union({
  block: { block: Block },
  /** lockedQC has risen. */
  lock: { certificate: Certificate },
  /** This node votes for this block, and for nothing else in this view, nor in any before it. */
  vote: { view: natural, block: bytes },
  timeout: { certificate: TimeoutCertificate },
  /** Replaces the checkpoint, and drops all blocks that do not descend from it. */
  checkpoint: { checkpoint: Checkpoint },
})
export type HotStuffRecord = Infer<typeof HotStuffRecord>

/** What a client may ask for. */
export const HotStuffCommand = union({
  /** Run `body` on the replicated machine, exactly once a request. Reads are ordered like writes. */
  execute: { body: bytes, signature: bytes },
})
export type HotStuffCommand = Infer<typeof HotStuffCommand>

/** What everything descends from: the only block with a certificate that nobody signed. */
const genesisId = new Uint8Array(32)

export const genesisQC = Certificate({ view: 0, block: genesisId, votes: [] })

/** The state that everybody begins with. */
export const genesis = Checkpoint({
  view: 0,
  height: 0,
  block: genesisId,
  content: new Uint8Array(0),
  votes: [],
})
