import { equalBytes, type NodeId } from '../../model/index.ts'
import { TendermintGossip } from './gossip.ts'
import { sameId } from './ledger.ts'
import type { Commit, Message } from './tendermint.messages.ts'

/** The most blocks in one answer: who lacks more asks again. */
const mostBlocks = 16

/**
 * Validators that are behind get decisions from their peers, each with the certificate that proves
 * it; and those that are far behind a snapshot, proved by the decision that carries its hash.
 */
export abstract class TendermintBlockSync extends TendermintGossip {
  override sendBlocks(peer: NodeId, from: number): void {
    if (from < this.discarded && this.snapshot !== undefined) {
      const { snapshot } = this
      this.host.send(peer, { kind: 'snapshot', snapshot, commit: this.commitAt(snapshot.height) })
      return
    }
    const first = from - this.discarded
    this.host.send(peer, {
      kind: 'commits',
      commits: this.commits.slice(first, first + mostBlocks),
    })
  }

  /** Once for each height that a peer is found to be at, by its own account: one that boasts silences no other. */
  override fellBehind(peer: NodeId, height: number): void {
    if (height <= (this.askedHeights.get(peer) ?? 0)) return
    this.askedHeights.set(peer, height)
    this.host.send(peer, this.status(true))
  }

  onCommits(peer: NodeId, { commits }: Message<'commits'>): void {
    const before = this.height
    for (const commit of commits) {
      if (commit.block.height !== this.height) continue
      if (!this.isDecision(commit)) return
      this.decide(commit)
    }
    if (this.height > before) this.caughtUp(peer)
  }

  onSnapshot(peer: NodeId, { snapshot, commit }: Message<'snapshot'>): void {
    const { block } = commit
    if (snapshot.height <= this.height || block.height !== snapshot.height) return
    if (!equalBytes(block.stateHash, this.hashOf(snapshot))) return
    if (!equalBytes(block.previous, snapshot.lastBlock) || !this.isDecision(commit)) return
    const { index } = this
    this.record({ kind: 'install', snapshot, commit })
    this.leaveHeight()
    this.restoreSnapshot()
    if (this.index > index) {
      this.host.output({ kind: 'restored', index: this.index, term: snapshot.height - 1 })
    }
    this.answerPool()
    this.runDecided(true)
    this.caughtUp(peer)
  }

  /** Does this certificate prove that this block is decided? Then f+1 correct validators found it valid. */
  isDecision({ block, certificate }: Commit): boolean {
    return (
      certificate.type === 'precommit' &&
      certificate.height === block.height &&
      sameId(certificate.id, this.idOf(block)) &&
      this.isProof(certificate)
    )
  }

  /** Goes on at the height reached, and asks the peer whether there is more. */
  private caughtUp(peer: NodeId): void {
    this.decided()
    this.host.send(peer, this.status(true))
  }
}
