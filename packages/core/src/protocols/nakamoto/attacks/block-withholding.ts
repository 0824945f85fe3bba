import { Nakamoto } from '../nakamoto.ts'

/**
 * Block withholding from a pool (Rosenfeld, "Analysis of Bitcoin Pooled Mining Reward Systems", 2011,
 * section 6.2; Eyal, "The Miner's Dilemma", 2015): a member of a pool proves its work by the nearly
 * good headers that it sends in, is paid for them, and throws away those that are good.
 *
 * What is modelled is what the chain sees: this node works, and none of its blocks is ever published.
 * Pools, their proofs and how they share what they earn are no part of the protocol: who wants to
 * know what the pool loses divides the blocks of its other members by the hash power of all.
 */
export class BlockWithholding extends Nakamoto {
  override mined(bytes: Uint8Array): void {
    const block = this.foundBlock(bytes)
    if (block === undefined) return
    const height = this.tip.height + 1
    this.host.output({ kind: 'mined', block: block.id, height })
    this.mineOn(this.tip)
  }
}
