import { encode, equalBytes, type NodeId, type Signature } from '../../model/index.ts'
import {
  Certificate,
  type Checkpoint,
  type Signatures,
  Statement,
  type TimeoutCertificate,
} from './hotstuff.messages.ts'
import { maximumFaulty, quorumOf } from './quorum.ts'
import { HotStuffTree } from './tree.ts'

/**
 * Quorum certificates (paper, section 4.2). The paper combines n − f signatures to one by a threshold
 * scheme; here a certificate lists them, which makes it longer and changes nothing else.
 */
export abstract class HotStuffCertificates extends HotStuffTree {
  get quorum(): number {
    return quorumOf(this.host.nodes.length)
  }

  /** Of so many nodes at least one is correct. */
  get correctAmong(): number {
    return maximumFaulty(this.host.nodes.length) + 1
  }

  /** Leaders take turns, a view each. */
  leaderOf(view: number): NodeId {
    return view % this.host.nodes.length
  }

  signed(statement: Statement): Signature {
    return this.host.sign(encode(Statement, statement))
  }

  isSignedBy(node: NodeId, statement: Statement, signature: Signature): boolean {
    return this.host.verify(node, encode(Statement, statement), signature)
  }

  /** Have n − f different nodes signed this? */
  isSignedByQuorum(statement: Statement, signatures: Signatures): boolean {
    if (signatures.length < this.quorum) return false
    const bytes = encode(Statement, statement)
    let last = -1
    for (let i = 0; i < signatures.length; i += 1) {
      const { node, signature } = signatures[i] as Signatures[number]
      if (!this.mayFollow(node, last) || node >= this.host.nodes.length) return false
      if (!this.host.verify(node, bytes, signature)) return false
      last = node
    }
    return true
  }

  /** Signers come in ascending order, so that none is counted twice. */
  mayFollow(node: NodeId, last: NodeId): boolean {
    return node > last
  }

  /** The highest certificate is the one that comes again and again: it is verified once. */
  isCertificate(certificate: Certificate): boolean {
    if (Certificate.equal(certificate, this.genericQC)) return true
    const { view, block, votes } = certificate
    if (view === 0) return equalBytes(block, new Uint8Array(32)) && votes.length === 0
    return this.isSignedByQuorum({ kind: 'vote', view, block }, votes)
  }

  isTimeoutCertificate({ view, signatures }: TimeoutCertificate): boolean {
    return this.isSignedByQuorum({ kind: 'newView', view }, signatures)
  }

  isCheckpoint(checkpoint: Checkpoint): boolean {
    return this.isSignedByQuorum(this.checkpointStatement(checkpoint), checkpoint.votes)
  }

  /** What signers of a checkpoint sign. */
  checkpointStatement(state: Pick<Checkpoint, 'view' | 'height' | 'block' | 'content'>): Statement {
    const { view, height, block, content } = state
    return { kind: 'checkpoint', view, height, block, digest: this.host.hash(content) }
  }

  /** The signatures of those who signed what `chosen` accepts, as a certificate lists them. */
  collected<S extends { readonly signature: Signature }>(
    from: ReadonlyMap<NodeId, S>,
    chosen: (signed: S) => boolean,
  ): Signatures {
    const signatures: { node: NodeId; signature: Signature }[] = []
    for (const node of this.host.nodes) {
      const signed = from.get(node)
      if (signed !== undefined && chosen(signed)) {
        signatures.push({ node, signature: signed.signature })
      }
    }
    return signatures
  }
}
