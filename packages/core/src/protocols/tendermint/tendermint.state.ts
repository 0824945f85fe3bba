import { Sessions } from '../../machines/session.ts'
import { Request } from '../../machines/signed-request.ts'
import {
  bool,
  bytes,
  durable,
  type Infer,
  int,
  list,
  map,
  natural,
  nodeId,
  oneOf,
  option,
  perNode,
  struct,
  type Type,
} from '../../model/index.ts'
import {
  Block,
  Certificate,
  Commit,
  Evidence,
  Proposal,
  Snapshot,
  TendermintMessage,
  Vote,
} from './tendermint.messages.ts'

/** A round, or −1 where there is none. */
const roundOrNone: Type<number> = { ...int, initial: () => -1 }

/** Votes for one id, or for nil. */
const Tally = struct({ id: option(bytes), power: natural, votes: list(Vote) })
export type Tally = Infer<typeof Tally>

/** The votes of one type that were received for one round. */
export const VoteSet = struct({
  /** The first vote of each voter, and the power of them all. */
  byVoter: perNode(Vote),
  power: natural,
  /** Of a voter that signs twice, more than one may count: whoever certifies an id has the right to it. */
  tallies: list(Tally),
})
export type VoteSet = Infer<typeof VoteSet>

/** A proposal as received: its value's id is worked out, and its validity judged, once. */
const Proposed = struct({ proposal: Proposal, id: bytes, valid: bool })
export type Proposed = Infer<typeof Proposed>

/** The message log of one round of the present height, and what is done for the first time in it. */
export const Round = struct({
  /** More than one only where the proposer signs twice, and another than the first was voted for. */
  proposals: list(Proposed),
  prevotes: VoteSet,
  precommits: VoteSet,
  /** Line 34, 36 and 47 were taken. */
  prevoteTimeoutScheduled: bool,
  polkaSeen: bool,
  precommitTimeoutScheduled: bool,
})
export type Round = Infer<typeof Round>

export const tendermintState = {
  // The paper's h_p and decision_p. `commits` holds the decisions from height `discarded` on.
  height: durable(natural),
  commits: durable(list(Commit)),
  discarded: durable(natural),
  lastBlock: durable(bytes),
  snapshot: durable(option(Snapshot)),

  // What this validator has signed at the present height, which it must never contradict.
  ownProposals: durable(list(Proposal)),
  ownVotes: durable(list(Vote)),
  lockedValue: durable(option(Block)),
  lockedRound: durable(roundOrNone),
  validValue: durable(option(Block)),
  validRound: durable(roundOrNone),
  /** The 2f+1 prevotes of validRound: with them any validator can justify a re-proposal, whatever it has forgotten. */
  validPolka: durable(option(Certificate)),

  /** The first proof of each culprit. */
  evidence: durable(perNode(Evidence)),

  // The paper's round_p and step_p. Before the first round of a height there is nothing to commit.
  round: natural,
  step: oneOf('newHeight', 'propose', 'prevote', 'precommit'),
  rounds: map(natural, Round),
  /** Its own votes of the present height that its disk may not hold yet, with the positions of their records. */
  votesUnderWay: list(struct({ position: natural, vote: Vote })),
  /** Of each peer, some messages for the next height: it has decided, and this validator is about to. */
  ahead: perNode(list(TendermintMessage)),
  /** Who proposes, in turn: see voting-power.ts. */
  rotation: list(nodeId),

  // The replicated state beside the machine's own: what the blocks before `executed` made.
  executed: natural,
  index: natural,
  sessions: Sessions,
  /** What the block of the present height must carry. */
  stateHash: bytes,
  /** A snapshot that no decision has proved yet. */
  checkpoint: option(Snapshot),

  /** Of each client, the latest request that is not committed yet, and when it came among others. */
  pool: map(natural, struct({ request: Request, arrival: natural })),
  arrivals: natural,

  /** Where this validator was when it last looked whether it is stuck. */
  statusHeight: natural,
  statusRound: natural,
  /** Of each peer, the greatest height of which a message made this validator ask it for blocks, since it last looked. */
  askedHeights: perNode(natural),
}
