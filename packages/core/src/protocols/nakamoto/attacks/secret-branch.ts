import { list, natural, withFields } from '../../../model/index.ts'
import { BlockEntry, forkPoint } from '../block-index.ts'
import { identifierType } from '../chain-types.ts'
import { Nakamoto } from '../nakamoto.ts'
import type { Block } from '../rules/block.ts'
import { type Identifier, nullIdentifier } from '../rules/identifier.ts'
import type { Transaction } from '../rules/transaction.ts'
import { blockType } from '../rules/wire-types.ts'

const NakamotoWithSecrets = withFields(Nakamoto, {
  /** The public block on which the secret branch begins; null while that is whatever the tip is. */
  secretRoot: identifierType,
  /** The attacker's own branch from there on, lowest first. */
  secret: list(blockType),
  /** How many of its blocks others have been shown: they are in the public half too. */
  shown: natural,
})

/** How many blocks two branches have, from where they part. */
export interface BranchLengths {
  readonly own: number
  readonly others: number
}

/**
 * An attacker that mines in secret: an honest node as far as others can see, which follows the
 * public chain (`tip`), and behind it a miner that works on a branch of its own. What it finds it
 * keeps, until the attack decides to show some of it; then the honest half takes it in and passes it
 * on like any block. It knows of others what an honest node is told, and nothing more.
 *
 * A crash loses the secrets: nothing of them is on disk.
 */
export class SecretBranch extends NakamotoWithSecrets {
  /** The secret branch has one block more, the last. */
  secretGrew(): void {}

  /** Others have a new tip. */
  publicGrew(): void {}

  /** Where the secret branch ends: what the attacker works on. */
  get secretTip(): BlockEntry {
    if (this.secretRoot === nullIdentifier) return this.tip
    const last = this.secret[this.secret.length - 1]
    const known = last === undefined ? undefined : this.index.entries.get(last.id)
    return known ?? this.secretEntry(this.secret.length)
  }

  /** The place of the last of the first `count` secret blocks. */
  secretEntry(count: number): BlockEntry {
    let entry = this.entry(this.secretRoot)
    for (let i = 0; i < count; i += 1) {
      entry = this.index.add((this.secret[i] as Block).header, entry)
    }
    return entry
  }

  isSecret(id: Identifier): boolean {
    return this.secret.some((block) => block.id === id)
  }

  lengths(): BranchLengths {
    const { tip, secretTip } = this
    const fork = forkPoint(tip, secretTip)
    return { own: secretTip.height - fork.height, others: tip.height - fork.height }
  }

  /** Would others change over to the secret branch? Where its difficulty differs, that is not a matter of length. */
  get isAhead(): boolean {
    return this.isBetter(this.secretTip, this.tip)
  }

  /** How many secret blocks to show so that others change over: one more than they have, or as many as that work takes. */
  countAhead(others: number): number {
    let count = Math.min(others + 1, this.secret.length)
    while (count < this.secret.length && !this.isBetter(this.secretEntry(count), this.tip)) {
      count += 1
    }
    return count
  }

  // The miner.

  override mineOn(_tip: BlockEntry): void {
    super.mineOn(this.secretTip)
  }

  override template(): Uint8Array {
    return this.assemble(this.secretTip, this.secretTransactions(), 0)
  }

  /** What the next secret block carries beside its coinbase; it must leave no fees. */
  secretTransactions(): readonly Transaction[] {
    return []
  }

  override mined(bytes: Uint8Array): void {
    const block = this.foundBlock(bytes)
    const parent = this.secretTip
    if (block === undefined || block.header.previous !== parent.id) return
    const { id, height } = this.index.add(block.header, parent)
    this.host.output({ kind: 'mined', block: id, height })
    this.keepSecret(block)
  }

  /** Adds a block to the end of the secret branch. */
  keepSecret(block: Block): void {
    if (this.secretRoot === nullIdentifier) this.secretRoot = block.header.previous
    this.secret.push(block)
    this.secretGrew()
    this.mineOn(this.tip)
  }

  // The honest half.

  override tipChanged(before: BlockEntry, after: BlockEntry, fork: BlockEntry): void {
    super.tipChanged(before, after, fork)
    if (this.isSecret(after.id)) return
    this.dropAccepted()
    this.publicGrew()
    this.mineOn(this.tip)
  }

  /** What of the secret branch the public chain has taken in is no secret any more. */
  dropAccepted(): void {
    if (this.secret.length === 0) return
    const accepted = forkPoint(this.tip, this.secretTip)
    const count = accepted.height - this.entry(this.secretRoot).height
    if (count <= 0) return
    this.secret.splice(0, count)
    this.shown = Math.max(0, this.shown - count)
    this.secretRoot = this.secret.length === 0 ? nullIdentifier : accepted.id
  }

  /** Lets the honest half have the first `count` blocks: where they make the better chain, it adopts and announces them. */
  show(count: number): void {
    for (let i = this.shown; i < count; i += 1) {
      const block = this.secret[i] as Block
      const entry = this.acceptHeader(block.header)
      if (!(entry instanceof BlockEntry)) throw new Error(`own block refused: ${entry.message}`)
      this.acceptBlock(entry, block)
    }
    this.shown = Math.max(this.shown, count)
    this.dropAccepted()
  }

  /** Gives the secret branch up, for the public one. */
  abandon(): void {
    this.secret.length = 0
    this.shown = 0
    this.secretRoot = nullIdentifier
  }
}
