import type { NodeId } from '../../model/index.ts'
import { TendermintConsensus } from './consensus.ts'
import type { Message, TendermintMessage, Vote } from './tendermint.messages.ts'
import { micros } from './tendermint.parameters.ts'

/** Of each peer so many messages for the next height are kept: a round of it is three. */
const mostAhead = 8

/**
 * From height to height. A height begins when there is something to commit, so that an idle system
 * rests (`create_empty_blocks = false` of the implementations): with a request, or a message of
 * somebody who knows of one. After a crash it is taken up where this validator was.
 */
export abstract class TendermintHeights extends TendermintConsensus {
  /** A message shows that this validator lacks decisions that its peers have. */
  abstract fellBehind(peer: NodeId, height: number): void
  abstract receive(from: NodeId, message: TendermintMessage): void

  /** Waits for something to commit at the present height, unless it is there already. */
  beginHeight(): void {
    if (this.pool.size > 0) this.beginRounds()
    else this.host.setTimer('empty', micros(this.parameters.emptyBlockMs))
  }

  /** There is something to commit. */
  beginRounds(): void {
    if (this.step !== 'newHeight') return
    this.host.setTimer('status', micros(this.parameters.statusMs))
    this.startRound(0)
    this.react(0)
  }

  override decided(): void {
    this.beginHeight()
    const { ahead } = this
    this.ahead = new Map()
    for (const peer of this.host.peers) {
      for (const message of ahead.get(peer) ?? []) this.receive(peer, message)
    }
  }

  onProposal(from: NodeId, message: Message<'proposal'>): void {
    const { proposal } = message
    if (!this.isOfThisHeight(from, proposal.height, message)) return
    if (this.logProposal(proposal)) this.heardIn(proposal.round)
  }

  onVote(from: NodeId, vote: Vote, message: Message<'vote' | 'votes'>): void {
    if (!this.isOfThisHeight(from, vote.height, message)) return
    if (this.logVote(vote)) this.heardIn(vote.round)
  }

  onCertificate(from: NodeId, message: Message<'certificate'>): void {
    const { certificate } = message
    if (!this.isOfThisHeight(from, certificate.height, message)) return
    if (this.logCertificate(certificate)) this.heardIn(certificate.round)
  }

  private heardIn(round: number): void {
    this.beginRounds()
    this.react(round)
  }

  /** A peer that has decided goes on while this validator is about to decide: its messages wait. */
  private isOfThisHeight(from: NodeId, height: number, message: TendermintMessage): boolean {
    if (height <= this.height) return height === this.height
    if (height === this.height + 1) {
      const kept = this.ahead.get(from) ?? []
      if (kept.length < mostAhead && !kept.includes(message))
        this.ahead.set(from, [...kept, message])
    }
    if (height > this.height + 1 || this.step === 'newHeight') this.fellBehind(from, height)
    return false
  }

  /** Takes up the present height where this validator was before it crashed, bound by all it has signed. */
  resumeHeight(): void {
    const { ownProposals, ownVotes, validPolka } = this
    const signed = [...ownProposals, ...ownVotes].map(({ round }) => round)
    if (signed.length === 0) {
      this.beginHeight()
      return
    }
    this.round = Math.max(...signed)
    for (const proposal of ownProposals) {
      const id = this.idOf(proposal.value)
      this.roundAt(proposal.round).proposals.push({ proposal, id, valid: true })
    }
    for (const vote of ownVotes) this.count(vote)
    if (validPolka !== undefined) this.countCertificate(validPolka)
    const cast = ownVotes.filter(({ round }) => round === this.round).map(({ type }) => type)
    this.step = cast.includes('precommit')
      ? 'precommit'
      : cast.includes('prevote')
        ? 'prevote'
        : 'propose'
    this.roundAt(this.round).polkaSeen = this.step === 'precommit' && this.validRound === this.round
    this.react(this.round)
  }
}
