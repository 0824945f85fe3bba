import type { Request } from '../../machines/signed-request.ts'
import { type Digest, equalBytes, type LogPosition, type NodeId } from '../../model/index.ts'
import { PbftCheckpoints } from './checkpoints.ts'
import {
  Batch,
  CommittedCertificate,
  type Message,
  PrePrepare,
  PreparedCertificate,
} from './pbft.messages.ts'
import type { Ballot, Ballots } from './pbft.state.ts'
import { isFor, votesFor } from './proofs.ts'

/**
 * Normal-case operation (§4.2): pre-prepare and prepare order requests within a view; prepare and
 * commit make sure that the order outlives it.
 */
export abstract class PbftNormalCase extends PbftCheckpoints {
  /** The pre-prepare of this sequence number in the new view's O, if it is there (§4.4). */
  abstract orderedByNewView(sequence: number): PrePrepare | undefined
  /** Something was executed. */
  abstract afterExecution(): void

  // ── The primary: pre-prepare. ──

  requestArrived(): void {
    this.proposeBatches()
  }

  /** Assigns sequence numbers to what waits, a few batches at a time. */
  proposeBatches(): void {
    while (this.mayPropose()) {
      const requests = this.takeProposals()
      if (requests.length === 0) return
      this.prePrepareBatch(Batch({ requests }))
    }
  }

  mayPropose(): boolean {
    return (
      this.isPrimary &&
      !this.changing &&
      this.proposals.length > 0 &&
      this.assigned < this.highWatermark &&
      this.assigned - this.executed < this.parameters.maxInFlight
    )
  }

  private takeProposals(): Request[] {
    const requests: Request[] = []
    let taken = 0
    while (taken < this.proposals.length && requests.length < this.parameters.maxBatch) {
      const { client, sequence } = this.proposals[taken] as { client: number; sequence: number }
      const request = this.requests.get(client)
      if (request?.sequence === sequence) requests.push(request)
      taken += 1
    }
    this.proposals.splice(0, taken)
    return requests
  }

  prePrepareBatch(batch: Batch): void {
    this.assigned += 1
    const digest = this.digestOf(Batch, batch)
    const prePrepare = this.signPrePrepare(this.view, this.assigned, digest)
    this.acceptPrePrepare(prePrepare, batch)
    this.broadcast({ kind: 'prePrepare', prePrepare, batch })
  }

  signPrePrepare(view: number, sequence: number, digest: Digest): PrePrepare {
    const signature = this.sign({ kind: 'prePrepare', view, sequence, digest })
    return PrePrepare({ view, sequence, digest, signature })
  }

  // ── The backups: prepare. ──

  onPrePrepare({ prePrepare, batch }: Message<'prePrepare'>): void {
    const { view, sequence } = prePrepare
    if (view > this.view) this.heardAhead = true
    if (view !== this.view || this.changing || this.isPrimary) return
    if (!this.isReachable(sequence) || sequence <= this.viewFloor) return
    const accepted = this.log.get(sequence)?.prePrepare
    // It has accepted one for this view and sequence number, and will accept no other.
    if (accepted?.view === view) return
    if (!this.isPrePrepareSigned(prePrepare) || !this.isAcceptable(prePrepare, batch)) return
    this.acceptPrePrepare(prePrepare, batch)
  }

  /** Is the sequence number between the watermarks? */
  private isReachable(sequence: number): boolean {
    if (sequence > this.highWatermark) this.heardAhead = true
    return this.isInWindow(sequence)
  }

  /** Is the batch the one of this digest, made of requests that clients have signed, and not against the new view? */
  private isAcceptable({ sequence, digest }: PrePrepare, batch: Batch): boolean {
    const ordered = this.orderedByNewView(sequence)
    if (ordered !== undefined && !equalBytes(ordered.digest, digest)) return false
    if (batch.requests.length > this.parameters.maxBatch || !this.isDigestOf(batch, digest)) {
      return false
    }
    return batch.requests.every((request) => this.isClientSigned(request))
  }

  isDigestOf(batch: Batch, digest: Digest): boolean {
    return equalBytes(this.digestOf(Batch, batch), digest)
  }

  acceptPrePrepare(prePrepare: PrePrepare, batch: Batch): void {
    const position = this.record({ kind: 'prePrepare', prePrepare, batch })
    this.prepare(prePrepare, position)
  }

  /** Takes part in ordering what `prePrepare` says, which stands in the log at `position`. */
  prepare(prePrepare: PrePrepare, position: LogPosition): void {
    const { view, sequence, digest } = prePrepare
    this.highest = Math.max(this.highest, sequence)
    const ballots = this.ballotsFor(sequence)
    ballots.matchingPrepares = countFor(ballots.prepares, view, digest)
    ballots.matchingCommits = countFor(ballots.commits, view, digest)
    if (!this.isPrimary) {
      const signature = this.sign({ kind: 'prepare', view, sequence, digest })
      this.broadcast({ kind: 'prepare', view, sequence, digest, signature })
      const ballot = { view, digest, signature }
      this.ownVotes.push({ position, phase: 'prepare', sequence, ballot })
    }
    this.considerPrepared(sequence)
  }

  onPrepare(from: NodeId, message: Message<'prepare'>): void {
    const { view, sequence } = message
    // The primary has said so by its pre-prepare, and does not count twice.
    if (from === this.primaryOf(view)) return
    if (this.log.get(sequence)?.prepared?.prePrepare.view === view) return
    if (this.receiveVote(from, message)) this.considerPrepared(sequence)
  }

  /** prepared(m, v, n, i): the log has the pre-prepare, and 2f prepares of different backups that match it. */
  prepared(sequence: number): boolean {
    if (this.log.get(sequence)?.prePrepare?.view !== this.view) return false
    const ballots = this.ballots.get(sequence)
    return ballots !== undefined && ballots.matchingPrepares >= this.preparesNeeded
  }

  considerPrepared(sequence: number): void {
    if (this.changing || !this.prepared(sequence)) return
    const entry = this.log.get(sequence)
    const prePrepare = entry?.prePrepare as PrePrepare
    const { view, digest } = prePrepare
    if (entry?.prepared?.prePrepare.view === view) return
    const prepares = votesFor(this.ballotsFor(sequence).prepares, view, digest, this.preparesNeeded)
    const certificate = PreparedCertificate({ prePrepare, prepares })
    this.commit(prePrepare, this.record({ kind: 'prepared', certificate }))
  }

  // ── All replicas: commit. ──

  /** Says that this is prepared here, as the record at `position` proves. */
  commit({ view, sequence, digest }: PrePrepare, position: LogPosition): void {
    const signature = this.sign({ kind: 'commit', view, sequence, digest })
    this.broadcast({ kind: 'commit', view, sequence, digest, signature })
    const ballot = { view, digest, signature }
    this.ownVotes.push({ position, phase: 'commit', sequence, ballot })
  }

  onCommit(from: NodeId, message: Message<'commit'>): void {
    const { sequence } = message
    if (this.log.get(sequence)?.committed !== undefined) return
    if (this.receiveVote(from, message)) this.considerCommitted(sequence)
  }

  /** committed-local(m, v, n, i): it is prepared, and a quorum has sent commits that match it. */
  committedLocal(sequence: number): boolean {
    if (this.log.get(sequence)?.prepared?.prePrepare.view !== this.view) return false
    const ballots = this.ballots.get(sequence)
    return ballots !== undefined && ballots.matchingCommits >= this.quorum
  }

  considerCommitted(sequence: number): void {
    if (this.changing || !this.committedLocal(sequence)) return
    const entry = this.log.get(sequence)
    if (entry === undefined || entry.committed !== undefined) return
    const { view, digest } = entry.prePrepare as PrePrepare
    const commits = votesFor(this.ballotsFor(sequence).commits, view, digest, this.quorum)
    const certificate = CommittedCertificate({ view, sequence, digest, commits })
    this.record({ kind: 'committed', certificate, batch: undefined })
    if (this.executeCommitted(true)) this.afterExecution()
  }

  // ── Votes. ──

  /** Keeps a vote that may be of use, now or in a view that this replica will soon enter. */
  private receiveVote(from: NodeId, vote: Message<'prepare' | 'commit'>): boolean {
    const { kind, view, sequence, digest, signature } = vote
    if (view < this.view) return false
    if (view > this.view) this.heardAhead = true
    if (!this.isReachable(sequence)) return false
    const known = this.ballots.get(sequence)
    const earlier = known?.[kind === 'prepare' ? 'prepares' : 'commits'][from]
    if (earlier !== undefined && earlier.view >= view) return false
    if (!this.isSigned(from, { kind, view, sequence, digest }, signature)) return false
    this.highest = Math.max(this.highest, sequence)
    this.noteVote(kind, from, sequence, { view, digest, signature })
    return true
  }

  noteVote(phase: 'prepare' | 'commit', from: NodeId, sequence: number, ballot: Ballot): void {
    const ballots = this.ballotsFor(sequence)
    const cast = phase === 'prepare' ? ballots.prepares : ballots.commits
    const change = this.matches(sequence, ballot) - this.matches(sequence, cast[from])
    cast[from] = ballot
    if (phase === 'prepare') ballots.matchingPrepares += change
    else ballots.matchingCommits += change
  }

  /** 1 where the ballot is for the pre-prepare that this replica has accepted, 0 otherwise. */
  private matches(sequence: number, ballot: Ballot | undefined): number {
    const accepted = this.log.get(sequence)?.prePrepare
    if (accepted === undefined || ballot === undefined) return 0
    return isFor(ballot, accepted.view, accepted.digest) ? 1 : 0
  }

  private ballotsFor(sequence: number): Ballots {
    let ballots = this.ballots.get(sequence)
    if (ballots === undefined) {
      const nobody = new Array<Ballot | undefined>(this.host.nodes.length).fill(undefined)
      ballots = {
        prepares: nobody,
        commits: nobody.slice(),
        matchingPrepares: 0,
        matchingCommits: 0,
      }
      this.ballots.set(sequence, ballots)
    }
    return ballots
  }

  /** What this replica's own votes rest on has reached the disk: from now on they count here too. */
  ownVotesReached(position: LogPosition): void {
    let reached = 0
    while (reached < this.ownVotes.length) {
      const vote = this.ownVotes[reached]
      if (vote === undefined || vote.position > position) break
      reached += 1
    }
    if (reached === 0) return
    for (const { phase, sequence, ballot } of this.ownVotes.splice(0, reached)) {
      if (ballot.view !== this.view || !this.isInWindow(sequence)) continue
      this.noteVote(phase, this.host.self, sequence, ballot)
      if (phase === 'prepare') this.considerPrepared(sequence)
      else this.considerCommitted(sequence)
    }
  }
}

function countFor(cast: readonly (Ballot | undefined)[], view: number, digest: Digest): number {
  let count = 0
  for (let i = 0; i < cast.length; i += 1) {
    const ballot = cast[i]
    if (ballot !== undefined && isFor(ballot, view, digest)) count += 1
  }
  return count
}
