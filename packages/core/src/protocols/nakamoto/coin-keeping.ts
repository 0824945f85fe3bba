import { type BlockEffects, connectForEffects } from './block-effects.ts'
import type { BlockEntry } from './block-index.ts'
import { HeaderTree } from './header-tree.ts'
import { nodeOfKey, ownerNode } from './node-owner.ts'
import type { Block } from './rules/block.ts'
import type { Coin, Coins } from './rules/coins.ts'
import { isSignedByOwner, type VerifySignature } from './rules/ownership.ts'
import { type RuleViolation, violation } from './rules/rule-violation.ts'
import type { Outpoint, Transaction } from './rules/transaction.ts'

/**
 * The money by the active chain: all unspent outputs, brought forward and back with it. What a block
 * does to them is worked out once a host (`block-effects.ts`); each node keeps its own coins, and
 * verifies for itself that whoever spends them signed.
 */
export abstract class CoinKeeping extends HeaderTree {
  /** Were this transaction's signatures verified when it came by itself? */
  abstract isPooled(transaction: Transaction): boolean

  /**
   * Spends and creates the coins of the block after the tip.
   * @returns what it breaks; the coins are then as they were
   */
  connectCoins(entry: BlockEntry, block: Block): RuleViolation | undefined {
    const known = entry.effects
    if (known !== undefined) {
      const broken = this.checkSignatures(block, known) ?? this.checkSpent(entry, known)
      if (broken === undefined) this.applyEffects(known)
      return broken
    }
    const fresh = connectForEffects(this.coins, block, entry, this.index.chain)
    if (fresh.kind === 'violation') return fresh
    entry.effects = fresh
    this.noteOwn(fresh)
    const broken = this.checkSignatures(block, fresh)
    if (broken !== undefined) this.disconnectCoins(fresh)
    return broken
  }

  /** Connects a block that was found valid before the node started: its signatures are not verified again. */
  reconnectCoins(entry: BlockEntry, block: Block): void {
    const known = entry.effects
    if (known !== undefined) return this.applyEffects(known)
    const fresh = connectForEffects(this.coins, block, entry, this.index.chain)
    if (fresh.kind === 'violation') throw new Error(`block ${entry.id}: ${fresh.message}`)
    entry.effects = fresh
    this.noteOwn(fresh)
  }

  /** Leaves the coins as they were before a block was connected. */
  disconnectCoins(effects: BlockEffects): void {
    const { created } = effects
    for (let i = 0; i < created.length; i += 1) {
      const outpoint = created[i] as Outpoint
      if (!this.coins.delete(outpoint)) throw new Error(`cannot undo: ${outpoint} is not unspent`)
      if (effects.createdOwners[i] === this.host.self) this.ownCoins.delete(outpoint)
    }
    for (const [outpoint, coin] of this.coinsToRestore(effects)) {
      this.coins.set(outpoint, coin)
      if (this.isOwn(coin)) this.ownCoins.set(outpoint, coin)
    }
  }

  /** What has to come back when a block is disconnected: every coin it spent. */
  coinsToRestore({ spent, spentCoins }: BlockEffects): (readonly [Outpoint, Coin])[] {
    return spent.map((outpoint, i) => [outpoint, spentCoins[i] as Coin] as const)
  }

  applyEffects(effects: BlockEffects): void {
    const { spent, created, createdCoins, createdOwners } = effects
    for (let i = 0; i < spent.length; i += 1) {
      this.coins.delete(spent[i] as Outpoint)
      this.ownCoins.delete(spent[i] as Outpoint)
    }
    for (let i = 0; i < created.length; i += 1) {
      this.coins.set(created[i] as Outpoint, createdCoins[i] as Coin)
      if (createdOwners[i] === this.host.self) {
        this.ownCoins.set(created[i] as Outpoint, createdCoins[i] as Coin)
      }
    }
  }

  /** The same for the node's own coins, where all coins are up to date already. */
  noteOwn({ spent, created, createdCoins, createdOwners }: BlockEffects): void {
    for (const outpoint of spent) this.ownCoins.delete(outpoint)
    for (let i = 0; i < created.length; i += 1) {
      if (createdOwners[i] !== this.host.self) continue
      this.ownCoins.set(created[i] as Outpoint, createdCoins[i] as Coin)
    }
  }

  /** What a stored and valid block does to the coins of its branch. */
  effectsOf(entry: BlockEntry): BlockEffects {
    return entry.effects ?? this.workOutAgain(entry)
  }

  /** Fills the index for blocks that were connected here, but never on this host. */
  workOutAgain(entry: BlockEntry): BlockEffects {
    const { chain } = this.index
    const coins: Coins = new Map()
    for (let height = 1; height <= entry.height; height += 1) {
      const at = entry.ancestor(height)
      const fresh = connectForEffects(coins, this.bodyOf(at) as Block, at, chain)
      if (fresh.kind === 'violation') throw new Error(`block ${at.id}: ${fresh.message}`)
      at.effects = fresh
    }
    return entry.effects as BlockEffects
  }

  /** Are all coins there that the block spends? */
  checkSpent(entry: BlockEntry, { spent }: BlockEffects): RuleViolation | undefined {
    for (let i = 0; i < spent.length; i += 1) {
      const outpoint = spent[i] as Outpoint
      if (!this.coins.has(outpoint)) {
        return violation('coin-exists', `block ${entry.id} spends ${outpoint}, no coin`)
      }
    }
    return undefined
  }

  /** Did the owners sign? Not asked again for transactions that came by themselves before. */
  checkSignatures(block: Block, { inputCoins }: BlockEffects): RuleViolation | undefined {
    const { transactions } = block
    let input = 0
    for (let i = 1; i < transactions.length; i += 1) {
      const transaction = transactions[i] as Transaction
      const coins = inputCoins.slice(input, input + transaction.inputs.length)
      input += transaction.inputs.length
      const broken = this.isPooled(transaction) ? undefined : this.checkOwners(transaction, coins)
      if (broken !== undefined) return broken
    }
    return undefined
  }

  /** @param coins those that the inputs spend, in order */
  checkOwners(transaction: Transaction, coins: readonly Coin[]): RuleViolation | undefined {
    const verify: VerifySignature = (key, digest, signature) => {
      const node = nodeOfKey(key)
      return this.host.nodes.includes(node) && this.host.verify(node, digest, signature)
    }
    for (const [i, coin] of coins.entries()) {
      if (!isSignedByOwner(transaction, i, coin, verify)) {
        return violation(
          'signature',
          `input ${i} of transaction ${transaction.id} is not signed by the owner of ${transaction.spends[i]}`,
        )
      }
    }
    return undefined
  }

  isOwn(coin: Coin): boolean {
    return ownerNode(coin.lockingScript) === this.host.self
  }
}
