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
  option,
  perNode,
  struct,
  type Type,
} from '../../model/index.ts'
import {
  Block,
  Certificate,
  Checkpoint,
  genesis,
  genesisQC,
  TimeoutCertificate,
} from './hotstuff.messages.ts'

/** A certificate, and at first the one for the block that everything descends from. */
const certificate: Type<Certificate> = { ...Certificate, initial: () => genesisQC }
const checkpoint: Type<Checkpoint> = { ...Checkpoint, initial: () => genesis }

const Vote = struct({ view: natural, block: bytes, signature: bytes })
export type Vote = Infer<typeof Vote>
/** `position`: where a node's own vote stands in its records. It counts here once it is on disk. */
const OwnVote = struct({ view: natural, block: bytes, signature: bytes, position: natural })
export type OwnVote = Infer<typeof OwnVote>

export const hotStuffState = {
  // What must survive.
  /** The paper's vheight: the latest view in which this node voted. */
  votedView: durable(natural),
  /** What it voted for there: the tree may hold another block of that view by now, which was certified. */
  votedBlock: durable(bytes),
  /** The paper's lockedQC: this node votes for a block that conflicts with it only by the liveness rule. */
  lockedQC: durable(certificate),
  /**
   * The blocks that descend from the checkpoint, by view: of a view the first that its leader sent,
   * or the one that is certified.
   */
  tree: durable(map(natural, Block)),
  /** The certificate of the latest view that n − f nodes are known to have given up. */
  timeoutCertificate: durable(option(TimeoutCertificate)),
  checkpoint: durable(checkpoint),

  // Volatile: where the protocol stands.
  curView: natural,
  /**
   * The paper's genericQC (and qc_high): the highest certificate known, of those whose block is in
   * the tree. The blocks in the tree bring it back after a crash.
   */
  genericQC: certificate,
  /** This node gave up on the present view, and votes no more in it. */
  interrupted: bool,
  /** Views given up since the last commit. */
  timeouts: natural,
  timerIsSet: bool,
  /** This node's latest vote. */
  ownVote: option(OwnVote),
  /** The latest view that this node led with a block. */
  proposedView: natural,

  // What was received, of each node the latest.
  votes: perNode(Vote),
  newViews: perNode(struct({ view: natural, signature: bytes })),

  // The replicated state beside the machine's own: the paper's b_exec, and the entries so far.
  executed: struct({ view: natural, height: natural, block: bytes }),
  lastIndex: natural,
  sessions: Sessions,
  /** Requests known and not yet executed, of each client the latest, in the order of their arrival. */
  pending: map(natural, struct({ request: Request, arrival: natural })),
  arrivals: natural,
  /** Requests were committed by a certificate that no block has shown to the others yet. */
  unannounced: bool,

  // Blocks that this node lacks.
  /** The certificate of a block that is being fetched, with its ancestors. */
  wanted: option(Certificate),
  /** The highest certificate that came meanwhile, of a block that is not here either. */
  wantedNext: option(Certificate),
  /** The branch of the wanted block as far as it has arrived, downwards. */
  arriving: list(Block),
  fetchAttempts: natural,
  /** Blocks proposed meanwhile, whose parents are not here yet, by view. */
  waiting: map(natural, Block),

  // Checkpoints.
  /** This node's own state at the latest height that asks for a checkpoint. */
  candidate: option(struct({ view: natural, height: natural, block: bytes, content: bytes })),
  checkpointVotes: perNode(struct({ height: natural, signature: bytes })),
}
