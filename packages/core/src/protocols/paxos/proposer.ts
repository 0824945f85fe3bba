import type { NodeId } from '../../model/index.ts'
import { ballotAbove } from './ballot.ts'
import { PaxosLearner } from './learner.ts'
import { type Message, Proposal } from './paxos.messages.ts'
import { micros } from './paxos.parameters.ts'

/** The wait of a proposer that is outrun again and again doubles no more than so often. */
const maximumDoublings = 8

/**
 * The proposer (Lamport 2001, §2.2 to §2.4). A ballot has two phases: a majority promises it, then it
 * is asked to accept a value, which is free only where no acceptor of that majority has accepted one.
 *
 * Two proposers can outrun each other for ever. Nothing but a decision is lost by that, and no
 * deterministic rule can exclude it (Fischer, Lynch and Paterson 1985); so whoever is outrun waits for
 * a random time.
 */
export abstract class PaxosProposer extends PaxosLearner {
  get isProposing(): boolean {
    return this.phase === 'prepare' || this.phase === 'accept'
  }

  /** Begins a ballot above all that this node knows of. */
  beginBallot(): void {
    const { self } = this.host
    this.phase = 'prepare'
    this.ballot = this.nextBallot()
    this.highestSeen = this.ballot
    this.promises.clear()
    this.ballots += 1
    // Each has more time than the last, so that nobody need know how long messages take.
    this.host.setTimer('ballot', this.ballots * micros(this.parameters.ballotTimeoutMs))
    // The promise of the node's own acceptor is also what the proposer must remember, the highest
    // ballot that it has begun (§2.5): no request leaves before it is on disk.
    this.promise(this.ballot)
    this.broadcast({ kind: 'prepare', ballot: this.ballot })
    this.countPromise(self, this.accepted)
  }

  nextBallot(): number {
    const { self, nodes } = this.host
    return ballotAbove(Math.max(this.promised, this.highestSeen), self, nodes.length)
  }

  onPromise(from: NodeId, { ballot, accepted }: Message<'promise'>): void {
    if (this.phase === 'prepare' && ballot === this.ballot) this.countPromise(from, accepted)
  }

  private countPromise(from: NodeId, accepted: Proposal | undefined): void {
    this.promises.set(from, accepted)
    if (this.promises.size >= this.majority) this.beginPhase2()
  }

  /**
   * Phase 2a. The requests need no disk: the ballot itself is there, and if the rest of this is
   * forgotten the node begins another.
   */
  private beginPhase2(): void {
    const proposal = Proposal({ ballot: this.ballot, value: this.valueToPropose() })
    this.phase = 'accept'
    this.promises.clear()
    const request = { kind: 'accept', proposal } as const
    for (const peer of this.host.peers) this.host.sendEagerly(peer, request)
    this.accept(proposal)
  }

  /** P2c: the value of the highest-numbered proposal among the answers, or any value if there is none. */
  valueToPropose(): Uint8Array {
    let highest: Proposal | undefined
    for (const accepted of this.promises.values()) {
      if (accepted !== undefined && accepted.ballot > (highest?.ballot ?? 0)) highest = accepted
    }
    return highest?.value ?? (this.ownValue as Uint8Array)
  }

  onRejected({ ballot, promised }: Message<'rejected'>): void {
    if (this.isProposing && ballot === this.ballot) this.higherBallotSeen(promised)
  }

  /** A ballot below one that an acceptor has promised had better be abandoned (§2.3). */
  higherBallotSeen(promised: number): void {
    if (promised > this.highestSeen) this.highestSeen = promised
    if (!this.isProposing || promised <= this.ballot) return
    this.phase = 'waiting'
    this.promises.clear()
    this.host.setTimer('ballot', this.randomBackoff())
  }

  private randomBackoff(): number {
    const factor = 1 << Math.min(this.ballots - 1, maximumDoublings)
    return Math.floor(this.host.random() * micros(this.parameters.backoffMs) * factor)
  }

  /** The ballot has taken too long, so messages or acceptors may be lost; or the wait is over. */
  ballotTimeout(): void {
    this.beginBallot()
  }
}
