import { Request } from '../../machines/signed-request.ts'
import { type Attack, type AttackerHost, list, type NodeId, withFields } from '../../model/index.ts'
import { signedProposal, signedVote } from './signed-content.ts'
import {
  Block,
  Certificate,
  Commit,
  type Message,
  Proposal,
  type TendermintMessage,
  type TendermintRecord,
  Vote,
  type VoteType,
} from './tendermint.messages.ts'
import { Tendermint } from './tendermint.ts'

/** What attackers have in common: they know each other, and say what they like to whom they like. */
abstract class Accomplice extends Tendermint {
  get accomplices(): readonly NodeId[] {
    const host = this.host as AttackerHost<TendermintMessage, TendermintRecord, string>
    return host.accomplices
  }

  get correct(): NodeId[] {
    return this.host.nodes.filter((node) => !this.accomplices.includes(node))
  }

  get isLedByAccomplice(): boolean {
    return this.accomplices.includes(this.proposer(this.height, this.round))
  }

  /** Proposes a value to some, and to the accomplices. */
  proposeTo(receivers: readonly NodeId[], value: Block, validRound: number): Proposal {
    const { height, round } = this
    const id = this.idOf(value)
    const signature = this.host.sign(signedProposal({ height, round, validRound }, id))
    const proposal = Proposal({ height, round, value, validRound, signature })
    for (const to of [...receivers, ...this.accomplices]) {
      if (to !== this.host.self) this.host.send(to, { kind: 'proposal', proposal })
    }
    return proposal
  }

  /** Votes in the round of a proposal, before some alone. */
  voteBefore(
    receivers: readonly NodeId[],
    type: VoteType,
    { height, round }: Proposal,
    id: Uint8Array | undefined,
  ): void {
    const signature = this.host.sign(signedVote({ type, height, round, id }))
    const vote = Vote({ type, height, round, id, voter: this.host.self, signature })
    for (const to of receivers) this.host.send(to, { kind: 'vote', vote })
  }
}

/**
 * Two proposals in one round, each for one half of the others, and votes of all accomplices for both:
 * for each half those for its own. With f of them a half never makes a quorum; with f+1 both do.
 */
class Equivocates extends Accomplice {
  override makeProposal(): void {
    const full = this.valueToRepeat ?? this.getValue()
    const { height, previous, stateHash, requests } = full
    if (requests.length === 0) return super.makeProposal()
    const empty = Block({ height, previous, stateHash, requests: [] })
    for (const value of [full, empty]) {
      this.voteFor(this.proposeTo(this.sideOf(value), value, this.validRound))
    }
  }

  override onProposal(from: NodeId, message: Message<'proposal'>): void {
    if (this.accomplices.includes(from)) this.voteFor(message.proposal)
    else super.onProposal(from, message)
  }

  /** Both votes at once, before those who were sent this proposal. */
  private voteFor(proposal: Proposal): void {
    const id = this.idOf(proposal.value)
    const side = this.sideOf(proposal.value)
    this.voteBefore(side, 'prevote', proposal, id)
    this.voteBefore(side, 'precommit', proposal, id)
  }

  /** The half for which this value is: the one with requests, or the empty one. */
  private sideOf({ requests }: Block): NodeId[] {
    return this.correct.filter((_, place) => place % 2 === (requests.length > 0 ? 0 : 1))
  }

  /** Where an accomplice proposes, its two votes are all there is. */
  override vote(type: VoteType, id: Uint8Array | undefined): void {
    if (!this.isLedByAccomplice) super.vote(type, id)
  }
}

/**
 * The danger that locks are for: one correct validator decides in round 0, and the others go on. The
 * block goes to f+1 of them, just enough for a polka; one of these is shown the precommits that it
 * lacks, the others are shown nil. In later rounds the attacker votes for whatever comes, and itself
 * proposes another block, with a polka that never was.
 */
class LeavesOneDecided extends Accomplice {
  override makeProposal(): void {
    const value = this.getValue()
    if (this.round > 0) {
      const proposal = this.proposeTo(this.correct, value, this.round - 1)
      const id = this.idOf(value)
      this.voteBefore(this.correct, 'prevote', proposal, id)
      this.voteBefore(this.correct, 'precommit', proposal, id)
    } else this.voteApart(this.proposeTo(this.chosen(), value, -1))
  }

  override onProposal(from: NodeId, message: Message<'proposal'>): void {
    const { proposal } = message
    if (this.accomplices.includes(from) && proposal.round === 0) this.voteApart(proposal)
    else super.onProposal(from, message)
  }

  private voteApart(proposal: Proposal): void {
    const chosen = this.chosen()
    this.voteFor(proposal, 'prevote', chosen)
    this.voteFor(proposal, 'precommit', this.shownDecision(chosen))
  }

  /** Of those who have a polka, who sees a decision too. */
  shownDecision(chosen: readonly NodeId[]): readonly NodeId[] {
    return chosen.slice(0, 1)
  }

  /** For the proposal before some, for nil before the others. */
  private voteFor(proposal: Proposal, type: VoteType, some: readonly NodeId[]): void {
    const others = this.correct.filter((node) => !some.includes(node))
    this.voteBefore(some, type, proposal, this.idOf(proposal.value))
    this.voteBefore(others, type, proposal, undefined)
  }

  /** f+1 correct validators, by power, others at each height; the first of them is to decide. */
  private chosen(): NodeId[] {
    const { correct } = this
    const first = this.height % correct.length
    const chosen: NodeId[] = []
    let power = 0
    for (const node of [...correct.slice(first), ...correct.slice(0, first)]) {
      if (power >= this.oneCorrect) break
      chosen.push(node)
      power += this.powerOf(node)
    }
    return chosen
  }

  override vote(type: VoteType, id: Uint8Array | undefined): void {
    if (!this.isLedByAccomplice) super.vote(type, id)
  }

  override mayPrevoteNew(): boolean {
    return true
  }

  override mayPrevoteAgain(): boolean {
    return true
  }
}

/**
 * The danger that validValue is for: f+1 correct validators are locked, the others are not, and
 * nothing is decided. The attacker says no more, so all of them are needed to go on.
 */
class LeavesSomeLocked extends LeavesOneDecided {
  override shownDecision(): readonly NodeId[] {
    return []
  }

  override makeProposal(): void {
    if (this.round === 0) super.makeProposal()
  }

  override vote(): void {}
}

/** Its proposals go to every other validator alone, so that the prevotes of a round are split. */
class ProposesToHalf extends Tendermint {
  override broadcast(message: TendermintMessage): void {
    if (message.kind !== 'proposal') return super.broadcast(message)
    for (const to of this.host.peers) {
      if ((to + message.proposal.round) % 2 === 0) this.host.send(to, message)
    }
  }
}

/**
 * Votes reach one validator in time, which may lock by them alone; all others when the next round
 * has begun. What they reveal then, a polka of an old round, is what validValue is for (section III).
 */
class RevealsLate extends withFields(Tendermint, { kept: list(Vote) }) {
  override broadcast(message: TendermintMessage): void {
    if (message.kind !== 'vote') return super.broadcast(message)
    const { vote } = message
    this.kept.push(vote)
    const { peers } = this.host
    this.host.send(peers[(vote.height + vote.round) % peers.length] as NodeId, message)
  }

  override startRound(round: number): void {
    for (const vote of this.kept) super.broadcast({ kind: 'vote', vote })
    this.kept = []
    super.startRound(round)
  }
}

/** Amnesia: prevotes whatever is proposed, as if it had never locked; the precommits were its own. */
class ForgetsItsLock extends Tendermint {
  override mayPrevoteNew(): boolean {
    return true
  }

  override mayPrevoteAgain(): boolean {
    return true
  }
}

/** Tells whoever says where it is that the height was decided long ago; each another block, with a proof of its own signature alone. */
class ForgesDecisions extends Tendermint {
  override onStatus(peer: NodeId, status: Message<'status'>): void {
    super.onStatus(peer, status)
    const { height } = status
    const stateHash = Uint8Array.of(peer)
    const block = Block({ height, previous: this.lastBlock, stateHash, requests: [] })
    const id = this.idOf(block)
    const signature = this.host.sign(signedVote({ type: 'precommit', height, round: 0, id }))
    const signatures = [{ voter: this.host.self, signature }]
    const certificate = Certificate({ type: 'precommit', height, round: 0, id, signatures })
    this.host.send(peer, { kind: 'commits', commits: [Commit({ block, certificate })] })
  }
}

/** Changes a bit of every request that it proposes. */
class ForgesRequests extends Tendermint {
  override getValue(): Block {
    const { height, previous, stateHash, requests } = super.getValue()
    return Block({ height, previous, stateHash, requests: requests.map(forged) })
  }
}

function forged({ client, sequence, body, signature }: Request): Request {
  const changed = body.slice()
  const last = changed.length - 1
  if (last >= 0) changed[last] = (changed[last] as number) ^ 1
  return Request({ client, sequence, body: changed, signature })
}

export const tendermintAttacks: readonly Attack<Tendermint>[] = [
  {
    name: 'equivocates',
    what: 'proposes one block to half of the others and another to the rest, and all accomplices vote for both',
    node: Equivocates,
    inChaos: true,
  },
  {
    name: 'leaves-one-decided',
    what: 'lets one validator alone see that a block is decided, and leads the others to another block',
    node: LeavesOneDecided,
    inChaos: true,
  },
  {
    name: 'leaves-some-locked',
    what: 'lets just enough validators lock in round 0 that no other block can be decided, and falls silent',
    node: LeavesSomeLocked,
    inChaos: true,
  },
  {
    name: 'proposes-to-half',
    what: 'withholds its proposals from every second validator',
    node: ProposesToHalf,
    inChaos: true,
  },
  {
    name: 'reveals-late',
    what: 'shows its votes to one validator in time and to the others a round later, so that one locks alone',
    node: RevealsLate,
    inChaos: true,
  },
  {
    name: 'amnesia',
    what: 'forgets its lock, and prevotes whatever is proposed',
    node: ForgetsItsLock,
    inChaos: true,
  },
  {
    name: 'forges-decisions',
    what: 'sends blocks that nobody decided to whoever says at which height it is',
    node: ForgesDecisions,
    inChaos: true,
  },
  {
    name: 'forges-requests',
    what: 'proposes under the names of clients what they did not ask for',
    node: ForgesRequests,
    inChaos: true,
  },
]
