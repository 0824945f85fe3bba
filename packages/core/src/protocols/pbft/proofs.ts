import {
  type Digest,
  encode,
  equalBytes,
  type NodeId,
  type Signature,
  type Type,
} from '../../model/index.ts'
import { PbftLog } from './log.ts'
import {
  type CommittedCertificate,
  type NewView,
  type PrePrepare,
  PreparedCertificate,
  StableCertificate,
  Statement,
  type ViewChange,
  type Vote,
} from './pbft.messages.ts'
import type { Ballot } from './pbft.state.ts'

/**
 * Signatures, and the proofs that are made of them: what a replica shows to others so that they need
 * not believe it (§4.3, §4.4).
 */
export abstract class PbftProofs extends PbftLog {
  sign(statement: Statement): Signature {
    return this.host.sign(encode(Statement, statement))
  }

  isSigned(by: NodeId, statement: Statement, signature: Signature): boolean {
    if (by >= this.host.nodes.length) return false
    return this.host.verify(by, encode(Statement, statement), signature)
  }

  digestOf<T>(type: Type<T>, value: NoInfer<T>): Digest {
    return this.host.hash(encode(type, value))
  }

  isPrePrepareSigned({ view, sequence, digest, signature }: PrePrepare): boolean {
    const statement = { kind: 'prePrepare', view, sequence, digest } as const
    return this.isSigned(this.primaryOf(view), statement, signature)
  }

  /** Have `needed` different replicas, and no more, signed this? */
  areSigned(votes: readonly Vote[], needed: number, statement: Statement): boolean {
    if (votes.length !== needed) return false
    let last = -1
    for (const { replica, signature } of votes) {
      if (replica <= last || !this.isSigned(replica, statement, signature)) return false
      last = replica
    }
    return true
  }

  /** prepared(m, v, n) for whoever reads it: the pre-prepare, and prepares of 2f backups. */
  isPreparedProof(certificate: PreparedCertificate): boolean {
    const { prePrepare, prepares } = certificate
    const { view, sequence, digest } = prePrepare
    // What was verified once need not be again. It must be the same bytes, though: all must agree on
    // whether a proof is valid, or a liar could have a new view refused by some.
    const own = this.log.get(sequence)?.prepared
    if (own !== undefined && PreparedCertificate.equal(own, certificate)) return true
    if (prepares.some(({ replica }) => replica === this.primaryOf(view))) return false
    if (!this.isPrePrepareSigned(prePrepare)) return false
    return this.areSigned(prepares, this.preparesNeeded, {
      kind: 'prepare',
      view,
      sequence,
      digest,
    })
  }

  isCommittedProof({ view, sequence, digest, commits }: CommittedCertificate): boolean {
    return this.areSigned(commits, this.quorum, { kind: 'commit', view, sequence, digest })
  }

  /** How many replicas make a checkpoint stable. */
  get stableQuorum(): number {
    return this.quorum
  }

  isStableProof(certificate: StableCertificate): boolean {
    const { sequence, digest, checkpoints } = certificate
    if (this.stable !== undefined && StableCertificate.equal(this.stable, certificate)) return true
    return this.areSigned(checkpoints, this.stableQuorum, { kind: 'checkpoint', sequence, digest })
  }

  isViewChangeSigned({ view, replica, stable, prepared, signature }: ViewChange): boolean {
    return this.isSigned(replica, { kind: 'viewChange', view, stable, prepared }, signature)
  }

  isNewViewSigned({ view, viewChanges, prePrepares, signature }: NewView): boolean {
    const statement = { kind: 'newView', view, viewChanges, prePrepares } as const
    return this.isSigned(this.primaryOf(view), statement, signature)
  }
}

/** The votes of the replicas whose ballots are for this, up to `needed` of them. */
export function votesFor(
  ballots: readonly (Ballot | undefined)[],
  view: number,
  digest: Digest,
  needed: number,
): Vote[] {
  const votes: Vote[] = []
  for (let replica = 0; replica < ballots.length && votes.length < needed; replica += 1) {
    const ballot = ballots[replica]
    if (ballot === undefined || !isFor(ballot, view, digest)) continue
    votes.push({ replica, signature: ballot.signature })
  }
  return votes
}

export function isFor(ballot: Ballot, view: number, digest: Digest): boolean {
  return ballot.view === view && equalBytes(ballot.digest, digest)
}
