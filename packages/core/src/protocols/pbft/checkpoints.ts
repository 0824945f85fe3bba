import {
  bytes,
  type Digest,
  decode,
  encode,
  equalBytes,
  type LogPosition,
  list,
  type NodeId,
} from '../../model/index.ts'
import { PbftExecution } from './execution.ts'
import { CheckpointContent, type Message, StableCertificate, type Vote } from './pbft.messages.ts'

/** The digests of a content's parts, of which a checkpoint's digest is the digest. */
export const PartDigests = list(bytes)

/**
 * Garbage collection (§4.3): what a quorum can prove to have executed needs no messages any more. A
 * checkpoint's digest is that of a tree of two levels, as in the thesis (§5.3.1), so that each part
 * of a state that is fetched can be verified by itself.
 */
export abstract class PbftCheckpoints extends PbftExecution {
  /** The watermarks have moved, H from `formerHigh`, with the record at `position`. */
  abstract windowMoved(formerHigh: number, position: LogPosition): void
  /** A checkpoint is stable elsewhere that this replica has not reached. */
  abstract checkpointMissed(certificate: StableCertificate, source: NodeId): void

  checkpointDue(sequence: number): void {
    const content = this.checkpointContent()
    const digest = this.digestOf(PartDigests, this.partDigests(content))
    this.ownCheckpoints.push({ sequence, digest, content })
    const signature = this.sign({ kind: 'checkpoint', sequence, digest })
    const { self } = this.host
    this.checkpointVotes.push({ replica: self, sequence, digest, signature })
    this.broadcast({ kind: 'checkpoint', sequence, digest, signature })
    this.considerStable(sequence, digest, self)
  }

  checkpointContent(): Uint8Array {
    return encode(CheckpointContent, {
      index: this.index,
      sessions: this.sessions,
      machine: this.host.application.snapshot(),
    })
  }

  partDigests(content: Uint8Array): Digest[] {
    const { statePartBytes } = this.parameters
    const digests: Digest[] = []
    for (let start = 0; start < content.length; start += statePartBytes) {
      digests.push(this.host.hash(content.subarray(start, start + statePartBytes)))
    }
    return digests
  }

  onCheckpoint(from: NodeId, message: Message<'checkpoint'>): void {
    const { sequence, digest, signature } = message
    if (sequence <= this.lowWatermark || sequence % this.parameters.checkpointInterval !== 0) return
    const known = this.checkpointVotes.some(
      (vote) => vote.replica === from && vote.sequence === sequence,
    )
    if (known || !this.isSigned(from, { kind: 'checkpoint', sequence, digest }, signature)) return
    this.keepLatestVotesOf(from)
    this.checkpointVotes.push({ replica: from, sequence, digest, signature })
    this.considerStable(sequence, digest, from)
  }

  /** Of each replica only as many as fit into a window: no liar can fill this one's memory. */
  private keepLatestVotesOf(replica: NodeId): void {
    const { logWindow, checkpointInterval } = this.parameters
    const votes = this.checkpointVotes.filter((vote) => vote.replica === replica)
    if (votes.length <= logWindow / checkpointInterval) return
    const lowest = votes.reduce((least, vote) => (vote.sequence < least.sequence ? vote : least))
    this.checkpointVotes.splice(this.checkpointVotes.indexOf(lowest), 1)
  }

  /** A checkpoint with a quorum of votes is stable (§4.3). */
  private considerStable(sequence: number, digest: Digest, source: NodeId): void {
    const votes: Vote[] = this.checkpointVotes
      .filter((vote) => vote.sequence === sequence && equalBytes(vote.digest, digest))
      .map(({ replica, signature }) => ({ replica, signature }))
      .sort((left, right) => left.replica - right.replica)
    if (votes.length < this.stableQuorum) return
    const checkpoints = votes.slice(0, this.stableQuorum)
    this.learnStable(StableCertificate({ sequence, digest, checkpoints }), source)
  }

  /** There is proof that a checkpoint is stable: `source`, among others, has its state. */
  learnStable(certificate: StableCertificate, source: NodeId): void {
    const { sequence, digest } = certificate
    if (sequence <= this.lowWatermark) return
    const own = this.ownCheckpoints.find((checkpoint) => checkpoint.sequence === sequence)
    if (own !== undefined) {
      if (!equalBytes(own.digest, digest)) {
        throw new Error(`checkpoint ${sequence} is stable with another state than this replica's`)
      }
      this.makeStable(certificate, own.content)
    } else if (sequence > this.executed) this.checkpointMissed(certificate, source)
  }

  /** Discards all up to the checkpoint, whose state this replica has (§4.3). */
  makeStable(certificate: StableCertificate, content: Uint8Array): void {
    const { sequence } = certificate
    const { highWatermark } = this
    for (let n = this.lowWatermark + 1; n <= highWatermark && n <= sequence; n += 1) {
      this.ballots.delete(n)
    }
    const position = this.record({ kind: 'stable', certificate, content })
    this.ownVotes = this.ownVotes.filter((vote) => vote.sequence > sequence)
    this.checkpointVotes = this.checkpointVotes.filter((vote) => vote.sequence > sequence)
    this.ownCheckpoints = this.ownCheckpoints.filter((own) => own.sequence > sequence)
    this.windowMoved(highWatermark, position)
  }

  /** Replaces machine and sessions by those of the stable checkpoint. */
  restoreStable(): void {
    if (this.stable === undefined) return
    const { index, sessions, machine } = decode(CheckpointContent, this.stableContent)
    this.host.application.restore(machine)
    this.sessions = sessions
    this.index = index
    this.executed = this.stable.sequence
  }
}
