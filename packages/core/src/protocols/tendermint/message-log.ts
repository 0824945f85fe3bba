import type { NodeId } from '../../model/index.ts'
import { TendermintBlocks } from './blocks.ts'
import { sameId } from './ledger.ts'
import { signedProposal, signedVote } from './signed-content.ts'
import {
  Certificate,
  type Evidence,
  type Proposal,
  Vote,
  type VoteType,
} from './tendermint.messages.ts'
import { type Proposed, Round, type Tally, type VoteSet } from './tendermint.state.ts'

/**
 * Of each validator the messages of so many rounds beyond the next are kept: nobody can fill the memory
 * of others with them. More than one, for the next step of its way may be lost.
 */
const mostRoundsAhead = 2

/**
 * The paper's message log of one height: proposals and votes, by round, each verified. What is asked
 * of it are the powers behind an id, and behind all.
 */
export abstract class TendermintMessageLog extends TendermintBlocks {
  /** The log of a round of the present height, begun if there is none. */
  roundAt(round: number): Round {
    const known = this.rounds.get(round)
    if (known !== undefined) return known
    const begun = Round.initial()
    this.rounds.set(round, begun)
    return begun
  }

  /** Is a message that this validator has signed for this round kept? */
  isKept(number: number, signer: NodeId): boolean {
    if (number <= this.round + 1) return true
    let ahead = 0
    for (const other of this.rounds.keys()) {
      if (!this.isHeardIn(other, signer)) continue
      if (other === number) return true
      if (other > this.round + 1) ahead += 1
    }
    return ahead < mostRoundsAhead
  }

  private isHeardIn(number: number, node: NodeId): boolean {
    const { proposals, prevotes, precommits } = this.roundAt(number)
    return (
      prevotes.byVoter.has(node) ||
      precommits.byVoter.has(node) ||
      (proposals.length > 0 && this.proposer(this.height, number) === node)
    )
  }

  votesOf(round: Round, type: VoteType): VoteSet {
    return type === 'prevote' ? round.prevotes : round.precommits
  }

  /** The id, or nil, that 2f+1 have voted for. */
  quorumIn(votes: VoteSet): Tally | undefined {
    const { quorum } = this
    for (const tally of votes.tallies) if (tally.power >= quorum) return tally
    return undefined
  }

  /** Are there 2f+1 ⟨PREVOTE, h_p, round, id⟩? */
  hasPolka(round: number, id: Uint8Array): boolean {
    const tally = this.rounds.get(round)?.prevotes.tallies.find((some) => sameId(some.id, id))
    return tally !== undefined && tally.power >= this.quorum
  }

  /** The power behind all messages of a round. */
  powerHeardIn(number: number): number {
    const round = this.rounds.get(number)
    if (round === undefined) return 0
    const heard = new Set([...round.prevotes.byVoter.keys(), ...round.precommits.byVoter.keys()])
    if (round.proposals.length > 0) heard.add(this.proposer(this.height, number))
    let power = 0
    for (const node of heard) power += this.powerOf(node)
    return power
  }

  /** The proposal of a value by its id, in one round. */
  proposedIn(round: Round, id: Uint8Array): Proposed | undefined {
    return round.proposals.find((proposed) => sameId(proposed.id, id))
  }

  // ── What comes in. Each returns whether it is new. ──

  logProposal(proposal: Proposal): boolean {
    const { round: number, value, validRound } = proposal
    if (validRound >= number || validRound < -1) return false
    const proposer = this.proposer(this.height, number)
    if (!this.isKept(number, proposer)) return false
    const known = this.rounds.get(number)?.proposals ?? []
    const id = this.idOf(value)
    if (known.some((some) => sameId(some.id, id))) return false
    const signed = signedProposal(proposal, id)
    if (!this.host.verify(proposer, signed, proposal.signature)) return false
    const first = known[0]
    if (first !== undefined) {
      this.accuse(proposer, { kind: 'proposals', first: first.proposal, second: proposal })
      if (!this.isVotedFor(this.roundAt(number), id)) return false
    }
    this.roundAt(number).proposals.push({ proposal, id, valid: this.valid(value) })
    return true
  }

  /** Have 2f+1 voted for it, one way or the other? Then it is needed, whatever else its proposer signed. */
  isVotedFor({ prevotes, precommits }: Round, id: Uint8Array): boolean {
    return [prevotes, precommits].some((votes) => {
      const tally = this.quorumIn(votes)
      return tally !== undefined && sameId(tally.id, id)
    })
  }

  logVote(vote: Vote): boolean {
    const { round, voter, type } = vote
    // Its own votes this validator knows from its disk.
    if (voter === this.host.self || !this.isValidator(voter)) return false
    if (!this.isKept(round, voter)) return false
    const known = this.rounds.get(round)
    const first = known && this.votesOf(known, type).byVoter.get(voter)
    if (first !== undefined && sameId(first.id, vote.id)) return false
    if (!this.host.verify(voter, signedVote(vote), vote.signature)) return false
    if (first !== undefined) {
      this.accuse(voter, { kind: 'votes', first, second: vote })
      return false
    }
    this.count(vote)
    return true
  }

  /** A certificate counts as a whole, also where some of its voters have voted otherwise too. */
  logCertificate(certificate: Certificate): boolean {
    const { type, round, id } = certificate
    const known = this.rounds.get(round)
    const quorum = known && this.quorumIn(this.votesOf(known, type))
    if (quorum !== undefined && sameId(quorum.id, id)) return false
    if (!this.isProof(certificate)) return false
    this.countCertificate(certificate)
    return true
  }

  /** Counts the votes of a certificate that is known to be one. */
  countCertificate({ type, height, round, id, signatures }: Certificate): void {
    for (const { voter, signature } of signatures) {
      this.count(Vote({ type, height, round, id, voter, signature }))
    }
  }

  /** Are these the signatures of 2f+1? */
  isProof(certificate: Certificate): boolean {
    const signed = signedVote(certificate)
    let power = 0
    let last = -1
    for (const { voter, signature } of certificate.signatures) {
      if (voter <= last || !this.isValidator(voter)) return false
      if (!this.host.verify(voter, signed, signature)) return false
      power += this.powerOf(voter)
      last = voter
    }
    return power >= this.quorum
  }

  /** Counts a vote that is known to be its voter's. */
  count(vote: Vote): void {
    const { round, type, voter, id } = vote
    const votes = this.votesOf(this.roundAt(round), type)
    const power = this.powerOf(voter)
    const first = votes.byVoter.get(voter)
    if (first === undefined) {
      votes.byVoter.set(voter, vote)
      votes.power += power
    }
    let tally = votes.tallies.find((some) => sameId(some.id, id))
    if (tally === undefined) {
      tally = { id, power: 0, votes: [] }
      votes.tallies.push(tally)
    } else if (first !== undefined && tally.votes.some((some) => some.voter === voter)) return
    if (first !== undefined) this.accuse(voter, { kind: 'votes', first, second: vote })
    tally.power += power
    tally.votes.push(vote)
  }

  /** The votes of a tally that has a quorum, as a proof. */
  certify({ id, votes }: Tally): Certificate {
    const { type, height, round } = votes[0] as Vote
    const signatures = votes
      .map(({ voter, signature }) => ({ voter, signature }))
      .sort((left, right) => left.voter - right.voter)
    return Certificate({ type, height, round, id, signatures })
  }

  /** Keeps the proof that a validator has signed what no correct one signs; the first is enough. */
  accuse(culprit: NodeId, evidence: Evidence): void {
    if (this.evidence.has(culprit)) return
    this.record({ kind: 'evidence', culprit, evidence })
  }
}
