import type { LogPosition, NodeId, RequestId } from '../../model/index.ts'
import { TendermintBlockSync } from './block-sync.ts'
import type { TendermintCommand, TendermintMessage } from './tendermint.messages.ts'
import { checkTendermintParameters, micros } from './tendermint.parameters.ts'
import { proposerRotation } from './voting-power.ts'

/**
 * Tendermint, as in Ethan Buchman, Jae Kwon and Zarko Milosevic, "The latest gossip on BFT consensus"
 * (arXiv:1807.04938, 2018), Algorithm 1, whose line numbers the comments give.
 *
 * Model: less than a third of the voting power is Byzantine, n > 3f; correct validators may crash and
 * come back with what their disks hold; messages are lost, repeated, delayed and reordered; messages
 * and requests are signed. Safe under full asynchrony; live once the network is timely, for the
 * timeouts grow from round to round. There is no view change apart from the rounds themselves: a new
 * proposer begins with what it has, and needs nobody's report of an earlier round.
 *
 * The class is a chain, a chapter a file, each resting on those before it:
 *   ledger         what is durable; the validators and their power
 *   application    decided blocks are run; snapshots
 *   blocks         requests, getValue() and valid(v)
 *   message-log    proposals and votes received; certificates; evidence against who signs twice
 *   consensus      Algorithm 1
 *   heights        from height to height; back from a crash
 *   gossip         what a peer lacks is sent again
 *   block-sync     decisions and snapshots for those who are behind
 * and here, what comes in from the host.
 */
export class Tendermint extends TendermintBlockSync {
  start(): void {
    checkTendermintParameters(this.parameters)
    this.rotation = proposerRotation(this.host.nodes.map((node) => this.powerOf(node)))
    this.restoreSnapshot()
    this.runDecided(false)
    this.host.setTimer('status', micros(this.parameters.statusMs))
    this.resumeHeight()
    this.broadcast(this.status(false))
  }

  override receive(from: NodeId, message: TendermintMessage): void {
    switch (message.kind) {
      case 'proposal':
        return this.onProposal(from, message)
      case 'vote':
        return this.onVote(from, message.vote, message)
      case 'status':
        return this.onStatus(from, message)
      case 'votes':
        for (const vote of message.votes) this.onVote(from, vote, message)
        return
      case 'certificate':
        return this.onCertificate(from, message)
      case 'commits':
        return this.onCommits(from, message)
      case 'snapshot':
        return this.onSnapshot(from, message)
    }
  }

  timeout(timer: 'propose' | 'prevote' | 'precommit' | 'empty' | 'status'): void {
    switch (timer) {
      case 'propose':
        return this.onTimeoutPropose()
      case 'prevote':
        return this.onTimeoutPrevote()
      case 'precommit':
        return this.onTimeoutPrecommit()
      case 'empty':
        return this.beginRounds()
      case 'status':
        return this.onStatusTimeout()
    }
  }

  override durable(position: LogPosition): void {
    this.ownVotesReached(position)
  }

  propose(command: TendermintCommand, request: RequestId): void {
    if (this.pooled(command, request)) this.beginRounds()
  }
}
