import type { Micros, NodeId } from '../../model/index.ts'
import { ballotAbove, majorityOf } from '../paxos/ballot.ts'
import type { Message, PValue } from './multi-paxos.messages.ts'
import { micros } from './multi-paxos.parameters.ts'
import { MultiPaxosReplica } from './replica.ts'

/**
 * Phase 1, and who runs it: a node that has heard no leader for a while begins a ballot for all slots
 * that it has not executed (Lamport 2001, §3; a scout, in van Renesse and Altinbuken 2015, §2.3).
 *
 * The leader timeout has two parts. Until no leader was heard for the minimum, an acceptor answers no
 * other's phase 1 (Chandra et al. 2007, §5.2), so that a node which was cut off does not depose a
 * leader that all others hear; after a further random time it stands itself.
 */
export abstract class MultiPaxosLeadership extends MultiPaxosReplica {
  abstract becomeLeader(): void
  /** The node was the leader and no longer is. */
  abstract leadershipLost(): void
  /** Sends a snapshot to a node that lacks slots which this one no longer has. */
  abstract offerSnapshot(to: NodeId): void

  get majority(): number {
    return majorityOf(this.host.nodes.length)
  }

  get leaderTimeout(): Micros {
    return micros(this.parameters.leaderTimeoutMs)
  }

  private randomSpread(): Micros {
    return Math.floor(this.host.random() * micros(this.parameters.leaderSpreadMs))
  }

  /** Waits for a full timeout, without following anyone. */
  awaitLeader(): void {
    this.leaderAlive = false
    this.host.setTimer('leader', this.leaderTimeout + this.randomSpread())
  }

  leaderTimedOut(): void {
    if (this.leaderAlive) {
      this.leaderAlive = false
      this.host.setTimer('leader', this.randomSpread())
    } else this.beginBallot()
  }

  /** A leader of a ballot that this node may accept in has been heard. */
  hearLeader(from: NodeId, ballot: number): void {
    if (this.role !== 'replica') {
      if (ballot === this.ballot) throw new Error(`ballot ${ballot} has two leaders`)
      this.stepDown()
    }
    if (ballot !== this.promised) this.promise(ballot)
    this.leader = from
    this.leaderAlive = true
    this.host.setTimer('leader', this.leaderTimeout)
  }

  stepDown(): void {
    const led = this.role === 'leader'
    this.role = 'replica'
    this.leader = undefined
    this.promisers.clear()
    this.recovered = []
    this.awaitLeader()
    if (led) this.leadershipLost()
  }

  // ── Phase 1a. ──

  beginBallot(): void {
    const { self } = this.host
    if (this.role === 'leader') this.leadershipLost()
    this.role = 'candidate'
    this.leader = undefined
    this.ballot = this.nextBallot()
    // The promise to itself is also how the node remembers which ballots it has begun: the requests
    // leave when it is on disk.
    this.promise(this.ballot)
    this.awaitLeader()
    this.promisers.clear()
    this.recovered = []
    const slot = this.executedSlot + 1
    this.broadcast({ kind: 'prepare', ballot: this.ballot, slot })
    this.countPromise(self, slot, this.logFrom(slot))
  }

  nextBallot(): number {
    const { self, nodes } = this.host
    return ballotAbove(Math.max(this.promised, this.highestSeen), self, nodes.length)
  }

  // ── Phase 1b. ──

  onPrepare(from: NodeId, { ballot, slot }: Message<'prepare'>): void {
    if (this.isLoyal() && from !== this.leader) return
    if (ballot < this.promised) {
      this.reject(from, ballot)
      return
    }
    if (slot <= this.discardedSlot) {
      // It could not be told all that is accepted: what it lacks comes first.
      this.offerSnapshot(from)
      return
    }
    if (ballot > this.promised) {
      if (this.role !== 'replica') this.stepDown()
      this.promise(ballot)
      this.leader = undefined
      this.awaitLeader()
    }
    this.host.send(from, { kind: 'promise', ballot, slot, pvalues: this.logFrom(slot) })
  }

  /** Does this node follow a leader that it has heard lately, or lead itself? */
  isLoyal(): boolean {
    return this.leaderAlive || this.role === 'leader'
  }

  reject(from: NodeId, ballot: number): void {
    const leader = this.isLoyal() ? this.leader : undefined
    this.host.send(from, { kind: 'rejected', ballot, promised: this.promised, leader })
  }

  onPromise(from: NodeId, { ballot, slot, pvalues }: Message<'promise'>): void {
    if (this.role === 'candidate' && ballot === this.ballot) this.countPromise(from, slot, pvalues)
  }

  private countPromise(from: NodeId, slot: number, pvalues: readonly (PValue | undefined)[]): void {
    if (slot !== this.executedSlot + 1 || this.promisers.has(from)) return
    this.promisers.add(from)
    this.recover(pvalues)
    if (this.promisers.size >= this.majority) this.becomeLeader()
  }

  /** Of each slot, the pvalue of the highest ballot (P2c; `pmax` in van Renesse and Altinbuken). */
  recover(pvalues: readonly (PValue | undefined)[]): void {
    const { recovered } = this
    while (recovered.length < pvalues.length) recovered.push(undefined)
    for (let i = 0; i < pvalues.length; i += 1) {
      const told = pvalues[i]
      if (told !== undefined && this.isBetter(told, recovered[i])) recovered[i] = told
    }
  }

  isBetter(told: PValue, known: PValue | undefined): boolean {
    return known === undefined || told.ballot > known.ballot
  }

  /**
   * An acceptor has promised a higher ballot. If it follows another leader, this one's time is over.
   * If nobody leads there, it was cut off for a while and began ballots that came to nothing: the
   * leader goes above them.
   */
  onRejected({ ballot, promised, leader }: Message<'rejected'>): void {
    if (this.role === 'replica' || ballot !== this.ballot || promised <= ballot) return
    this.highestSeen = Math.max(this.highestSeen, promised)
    if (this.role === 'leader' && leader === undefined && this.quorumHeard) this.beginBallot()
    else this.stepDown()
  }
}
