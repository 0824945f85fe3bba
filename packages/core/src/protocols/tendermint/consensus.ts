import type { LogPosition, Micros } from '../../model/index.ts'
import { sameId } from './ledger.ts'
import { TendermintMessageLog } from './message-log.ts'
import { signedProposal, signedVote } from './signed-content.ts'
import {
  Block,
  Commit,
  Proposal,
  type TendermintRecord,
  Vote,
  type VoteType,
} from './tendermint.messages.ts'
import { micros } from './tendermint.parameters.ts'
import type { Round, Tally } from './tendermint.state.ts'

/**
 * Algorithm 1 of the paper, whose line numbers the comments give. What it broadcasts, a validator
 * also receives from itself: its votes, like everybody else, only when they are on its disk. A decision
 * by a precommit that a crash takes away would be none.
 */
export abstract class TendermintConsensus extends TendermintMessageLog {
  /** A height is decided, and the next begins. */
  abstract decided(): void

  /** Function StartRound, lines 11 to 21. */
  startRound(round: number): void {
    this.round = round // line 12
    this.step = 'propose' // line 13
    this.cancelTimeouts()
    this.roundAt(round)
    if (this.proposer(this.height, round) === this.host.self) this.makeProposal()
    else this.host.setTimer('propose', this.timeoutOf(this.parameters.timeoutProposeMs)) // line 21
  }

  /** Lines 15 to 19. */
  makeProposal(): void {
    const { height, round, valueToRepeat } = this
    const value = valueToRepeat ?? this.getValue() // lines 16, 18
    const validRound = valueToRepeat === undefined ? -1 : this.validRound
    const id = this.idOf(value)
    const signature = this.host.sign(signedProposal({ height, round, validRound }, id))
    const proposal = Proposal({ height, round, value, validRound, signature })
    this.record({ kind: 'proposal', proposal })
    if (valueToRepeat !== undefined) this.showPolka()
    this.broadcast({ kind: 'proposal', proposal })
    this.roundAt(round).proposals.push({ proposal, id, valid: true })
  }

  /** Line 28 asks for the prevotes of validRound: nobody need wait until gossip has brought them. */
  private showPolka(): void {
    const { validPolka } = this
    if (validPolka !== undefined) this.broadcast({ kind: 'certificate', certificate: validPolka })
  }

  /** Line 15. What had a polka may be locked somewhere, and decided: it is proposed again. */
  get valueToRepeat(): Block | undefined {
    return this.validValue
  }

  /**
   * Takes every step whose condition holds, after something has changed.
   * @param heard the round of what came in: the only one, beside the present, in which it can matter
   */
  react(heard: number): void {
    while (
      this.uponProposal() ||
      this.uponProposalAgain() ||
      this.uponPrevotes() ||
      this.uponPolka() ||
      this.uponPolkaForNil() ||
      this.uponPrecommits() ||
      this.uponLaterRound(heard)
    );
    if (!this.uponCommit(heard)) this.uponCommit(this.round)
  }

  /** Lines 22 to 27: a proposal that is new. */
  uponProposal(): boolean {
    if (this.step !== 'propose') return false
    const [proposed] = this.roundAt(this.round).proposals
    if (proposed === undefined || proposed.proposal.validRound !== -1) return false
    const { id, valid, proposal } = proposed
    const agrees = valid && this.mayPrevoteNew(proposal.value) // line 23
    this.vote('prevote', agrees ? id : undefined) // lines 24, 26
    this.step = 'prevote' // line 27
    return true
  }

  mayPrevoteNew(value: Block): boolean {
    return this.lockedRound === -1 || this.isLockedOn(value)
  }

  /** Lines 28 to 33: a proposal that had a polka in an earlier round. A later polka than the lock's unlocks. */
  uponProposalAgain(): boolean {
    if (this.step !== 'propose') return false
    const [proposed] = this.roundAt(this.round).proposals
    if (proposed === undefined) return false
    const { id, valid, proposal } = proposed
    const { validRound, value } = proposal
    if (validRound === -1 || !this.hasPolka(validRound, id)) return false
    const agrees = valid && this.mayPrevoteAgain(value, validRound) // line 29
    this.vote('prevote', agrees ? id : undefined) // lines 30, 32
    this.step = 'prevote' // line 33
    return true
  }

  mayPrevoteAgain(value: Block, validRound: number): boolean {
    return this.lockedRound <= validRound || this.isLockedOn(value)
  }

  private isLockedOn(value: Block): boolean {
    return this.lockedValue !== undefined && Block.equal(this.lockedValue, value)
  }

  /** Lines 34 and 35: 2f+1 prevotes, for whatever. */
  uponPrevotes(): boolean {
    if (this.step !== 'prevote') return false
    const round = this.roundAt(this.round)
    if (round.prevoteTimeoutScheduled || round.prevotes.power < this.quorum) return false
    round.prevoteTimeoutScheduled = true
    this.host.setTimer('prevote', this.timeoutOf(this.parameters.timeoutPrevoteMs))
    return true
  }

  /** Lines 36 to 43: a proposal and its polka. */
  uponPolka(): boolean {
    if (this.step === 'newHeight' || this.step === 'propose') return false
    const round = this.roundAt(this.round)
    if (round.polkaSeen) return false
    const tally = this.polkaOf(round)
    if (tally?.id === undefined) return false
    const proposed = this.proposedIn(round, tally.id)
    if (proposed === undefined || !proposed.valid) return false
    round.polkaSeen = true
    const { value } = proposed.proposal
    const polka = this.certify(tally)
    if (this.step !== 'prevote') {
      this.record({ kind: 'valid', value, polka }) // lines 42, 43
      return true
    }
    this.recordLock({ kind: 'lock', value, polka }) // lines 38, 39, 42, 43
    this.vote('precommit', tally.id) // line 40
    this.step = 'precommit' // line 41
    return true
  }

  recordLock(record: TendermintRecord): void {
    this.record(record)
  }

  polkaOf(round: Round): Tally | undefined {
    return this.quorumIn(round.prevotes)
  }

  /** Lines 44 to 46. */
  uponPolkaForNil(): boolean {
    if (this.step !== 'prevote') return false
    const tally = this.quorumIn(this.roundAt(this.round).prevotes)
    if (tally === undefined || tally.id !== undefined) return false
    this.vote('precommit', undefined) // line 45
    this.step = 'precommit' // line 46
    return true
  }

  /** Lines 47 and 48: 2f+1 precommits, for whatever. */
  uponPrecommits(): boolean {
    if (this.step === 'newHeight') return false
    const round = this.roundAt(this.round)
    if (round.precommitTimeoutScheduled || round.precommits.power < this.quorum) return false
    round.precommitTimeoutScheduled = true
    this.host.setTimer('precommit', this.timeoutOf(this.parameters.timeoutPrecommitMs))
    return true
  }

  /** Lines 49 to 54: a proposal and 2f+1 precommits for it, in any round. */
  uponCommit(number: number): boolean {
    const round = this.rounds.get(number)
    if (round === undefined) return false
    const tally = this.quorumIn(round.precommits)
    if (tally?.id === undefined) return false
    const proposed = this.proposedIn(round, tally.id)
    if (proposed === undefined || !proposed.valid) return false // line 50
    this.decide(Commit({ block: proposed.proposal.value, certificate: this.certify(tally) }))
    this.decided() // line 54
    return true
  }

  /** Lines 51 to 53. */
  decide(commit: Commit): void {
    this.record({ kind: 'commit', commit })
    this.leaveHeight()
    this.runDecided(true)
  }

  /** Line 53: what is known of the height that is over is forgotten. */
  leaveHeight(): void {
    this.cancelTimeouts()
    this.rounds.clear()
    this.votesUnderWay = []
    this.round = 0
    this.step = 'newHeight'
  }

  /** Lines 55 and 56: a correct validator is in a later round. */
  uponLaterRound(heard: number): boolean {
    if (heard <= this.round || this.step === 'newHeight') return false
    if (this.powerHeardIn(heard) < this.oneCorrect) return false
    this.startRound(heard)
    return true
  }

  // A round's timers die with it, so those that go off are of the present height and round.

  /** Function OnTimeoutPropose, lines 57 to 60. */
  onTimeoutPropose(): void {
    if (this.step !== 'propose') return
    this.vote('prevote', undefined)
    this.step = 'prevote'
    this.react(this.round)
  }

  /** Function OnTimeoutPrevote, lines 61 to 64. */
  onTimeoutPrevote(): void {
    if (this.step !== 'prevote') return
    this.vote('precommit', undefined)
    this.step = 'precommit'
    this.react(this.round)
  }

  /** Function OnTimeoutPrecommit, lines 65 to 67. */
  onTimeoutPrecommit(): void {
    this.startRound(this.round + 1)
    this.react(this.round)
  }

  /** timeoutPropose(round), timeoutPrevote(round) and timeoutPrecommit(round). */
  timeoutOf(initialMs: number): Micros {
    return micros(initialMs + this.round * this.parameters.timeoutDeltaMs)
  }

  private cancelTimeouts(): void {
    this.host.cancelTimer('propose')
    this.host.cancelTimer('prevote')
    this.host.cancelTimer('precommit')
  }

  /** Signs, records and sends a vote of this validator's own. */
  vote(type: VoteType, id: Uint8Array | undefined): void {
    const { height, round, ownVotes } = this
    const earlier = ownVotes.find((own) => own.type === type && own.round === round)
    if (earlier !== undefined && !sameId(earlier.id, id)) {
      throw new Error(`would ${type} twice in height ${height}, round ${round}`)
    }
    const signature = this.host.sign(signedVote({ type, height, round, id }))
    const vote = Vote({ type, height, round, id, voter: this.host.self, signature })
    this.recordVote(vote)
    this.broadcast({ kind: 'vote', vote })
  }

  recordVote(vote: Vote): void {
    const position = this.record({ kind: 'vote', vote })
    this.votesUnderWay.push({ position, vote })
  }

  /** The disk holds all records up to there: the votes among them count from now on. */
  ownVotesReached(position: LogPosition): void {
    let reached = 0
    while (reached < this.votesUnderWay.length) {
      if ((this.votesUnderWay[reached]?.position ?? 0) > position) break
      reached += 1
    }
    for (const { vote } of this.votesUnderWay.splice(0, reached)) {
      // What came of the votes before it may have ended its height.
      if (vote.height !== this.height) continue
      this.count(vote)
      this.react(vote.round)
    }
  }
}
