import type { NodeId } from '../../model/index.ts'
import { TendermintHeights } from './heights.ts'
import { sameId } from './ledger.ts'
import type { Message, RoundHeld, Vote, VoteType } from './tendermint.messages.ts'
import { micros } from './tendermint.parameters.ts'
import type { Round, VoteSet } from './tendermint.state.ts'

/** The most votes in one message: the rest follows at the next occasion. */
const mostVotes = 256

/**
 * The paper assumes gossip: what one correct validator has received, all receive, soon after the
 * network has stabilised. Links that lose messages do not give that, so validators exchange their
 * states: one that gets nowhere says what it holds, and its peers send what it lacks, whoever made it.
 */
export abstract class TendermintGossip extends TendermintHeights {
  /** A peer is at an earlier height. */
  abstract sendBlocks(peer: NodeId, from: number): void

  /** Says where this validator is if it got nowhere since it last looked, or now and then while idle. */
  onStatusTimeout(): void {
    const { height, round, parameters } = this
    const idle = this.step === 'newHeight'
    if (idle || (this.statusHeight === height && this.statusRound === round)) {
      this.broadcast(this.status(false))
    }
    this.statusHeight = height
    this.statusRound = round
    this.askedHeights = new Map()
    this.host.setTimer('status', micros(idle ? parameters.idleStatusMs : parameters.statusMs))
  }

  status(answer: boolean): Message<'status'> {
    const rounds = this.roundNumbers().map((number) => this.held(number, this.roundAt(number)))
    return { kind: 'status', height: this.height, rounds, answer }
  }

  private roundNumbers(): number[] {
    return [...this.rounds.keys()].sort((left, right) => left - right)
  }

  private held(number: number, { proposals, prevotes, precommits }: Round): RoundHeld {
    return {
      round: number,
      proposals: proposals.map(({ id }) => id),
      prevotes: votersOf(prevotes),
      precommits: votersOf(precommits),
      prevoteQuorum: this.quorumIn(prevotes) !== undefined,
      precommitQuorum: this.quorumIn(precommits) !== undefined,
    }
  }

  onStatus(peer: NodeId, status: Message<'status'>): void {
    if (!status.answer && this.wantsFrom(status)) this.host.send(peer, this.status(true))
    if (status.height < this.height) this.sendBlocks(peer, status.height)
    if (status.height === this.height) this.sendLacking(peer, status)
  }

  /** Has the peer something that this validator lacks? */
  private wantsFrom({ height, rounds }: Message<'status'>): boolean {
    if (height !== this.height) return height > this.height
    return rounds.some((theirs) => {
      const mine = this.rounds.get(theirs.round)
      if (mine === undefined) return true
      const { prevotes, precommits, proposals } = mine
      return (
        (theirs.proposals.length > 0 && proposals.length === 0) ||
        this.lacks(prevotes, theirs.prevotes, theirs.prevoteQuorum) ||
        this.lacks(precommits, theirs.precommits, theirs.precommitQuorum)
      )
    })
  }

  private lacks(mine: VoteSet, voters: readonly NodeId[], quorum: boolean): boolean {
    if (voters.some((voter) => !mine.byVoter.has(voter))) return true
    return quorum && this.quorumIn(mine) === undefined
  }

  /** Sends what the peer lacks of the present height; of the latest round first. */
  private sendLacking(peer: NodeId, { rounds }: Message<'status'>): void {
    const votes: Vote[] = []
    for (const number of this.roundNumbers().reverse()) {
      const mine = this.roundAt(number)
      const theirs = rounds.find(({ round }) => round === number)
      this.passVotes(peer, mine, theirs, 'prevote', votes)
      this.passVotes(peer, mine, theirs, 'precommit', votes)
      this.passProposals(peer, mine, theirs)
    }
    if (votes.length > 0) {
      this.host.send(peer, { kind: 'votes', votes: votes.slice(0, mostVotes) })
    }
  }

  /** A quorum is passed on as such, for it counts whatever else its voters have signed. */
  private passVotes(
    peer: NodeId,
    round: Round,
    theirs: RoundHeld | undefined,
    type: VoteType,
    votes: Vote[],
  ): void {
    const mine = this.votesOf(round, type)
    const quorum = this.quorumIn(mine)
    const theyHaveQuorum = type === 'prevote' ? theirs?.prevoteQuorum : theirs?.precommitQuorum
    if (quorum !== undefined && theyHaveQuorum !== true) {
      this.host.send(peer, { kind: 'certificate', certificate: this.certify(quorum) })
      return
    }
    const known = new Set(type === 'prevote' ? theirs?.prevotes : theirs?.precommits)
    for (const voter of votersOf(mine)) {
      if (voter !== peer && !known.has(voter)) votes.push(mine.byVoter.get(voter) as Vote)
    }
  }

  /** Of two proposals of one round a second is passed on only if it is the one that 2f+1 voted for. */
  private passProposals(peer: NodeId, round: Round, theirs: RoundHeld | undefined): void {
    const known = theirs?.proposals ?? []
    for (const { proposal, id } of round.proposals) {
      if (known.some((some) => sameId(some, id))) continue
      if (known.length === 0 || this.isVotedFor(round, id)) {
        this.host.send(peer, { kind: 'proposal', proposal })
      }
    }
  }
}

function votersOf({ byVoter }: VoteSet): NodeId[] {
  return [...byVoter.keys()].sort((left, right) => left - right)
}
