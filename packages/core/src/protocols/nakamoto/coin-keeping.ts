import { type BlockEffects, connectForEffects } from './block-effects.ts'
import type { BlockEntry } from './block-index.ts'
import { HeaderTree } from './header-tree.ts'
import { nodeOfKey, ownerNode } from './node-owner.ts'
import type { Block } from './rules/block.ts'
import type { CoinSet } from './rules/coin-set.ts'
import type { Coin } from './rules/coins.ts'
import { isSignedByOwner, type VerifySignature } from './rules/ownership.ts'
import { type RuleViolation, violation } from './rules/rule-violation.ts'
import type { Outpoint, Transaction } from './rules/transaction.ts'

/**
 * The money by the active chain: all unspent outputs, brought forward and back with it. What a block
 * does to them is worked out once a host (`block-effects.ts`), and so is the set that it leaves, of
 * which every node holds the one at its tip; each verifies for itself that whoever spends them signed.
 */
export abstract class CoinKeeping extends HeaderTree {
  /** Were this transaction's signatures verified when it came by itself? */
  abstract isPooled(transaction: Transaction): boolean

  /**
   * Spends and creates the coins of the block after the tip.
   * @returns what it breaks; the coins are then as they were
   */
  connectCoins(entry: BlockEntry, block: Block): RuleViolation | undefined {
    const effects = this.workOut(entry, block)
    if (effects.kind === 'violation') return effects
    return this.checkSignatures(block, effects) ?? this.applyEffects(entry, effects)
  }

  /** Connects a block that was found valid before the node started: its signatures are not verified again. */
  reconnectCoins(entry: BlockEntry, block: Block): void {
    const effects = this.workOut(entry, block)
    const broken = effects.kind === 'violation' ? effects : this.applyEffects(entry, effects)
    if (broken !== undefined) throw new Error(`block ${entry.id}: ${broken.message}`)
  }

  /** What the block after the tip does, or which rule of money it breaks. */
  workOut(entry: BlockEntry, block: Block): BlockEffects | RuleViolation {
    if (entry.effects !== undefined) return entry.effects
    const fresh = connectForEffects(this.coins.table, block, entry, this.index.chain)
    if (fresh.kind === 'effects') entry.effects = fresh
    return fresh
  }

  /** Leaves the coins as they were before a block was connected. */
  disconnectCoins(effects: BlockEffects): void {
    const restored = this.coinsToRestore(effects)
    this.coins = this.coins.undo(effects, restored)
    for (const outpoint of effects.created) this.ownCoins.delete(outpoint)
    for (const [outpoint, coin] of restored) {
      if (this.isOwn(coin)) this.ownCoins.set(outpoint, coin)
    }
  }

  /** What has to come back when a block is disconnected: every coin it spent. */
  coinsToRestore({ spent, spentCoins }: BlockEffects): (readonly [Outpoint, Coin])[] {
    return spent.map((outpoint, i) => [outpoint, spentCoins[i] as Coin] as const)
  }

  /** @returns what is broken if not all coins are there that the block spends */
  applyEffects(entry: BlockEntry, effects: BlockEffects): RuleViolation | undefined {
    const after = this.coins.after(effects)
    if (typeof after === 'string') {
      return violation('coin-exists', `block ${entry.id} spends ${after}, no coin`)
    }
    this.coins = after
    const { spent, created, createdCoins, createdOwners } = effects
    for (let i = 0; i < spent.length; i += 1) this.ownCoins.delete(spent[i] as Outpoint)
    for (let i = 0; i < created.length; i += 1) {
      if (createdOwners[i] !== this.host.self) continue
      this.ownCoins.set(created[i] as Outpoint, createdCoins[i] as Coin)
    }
    return undefined
  }

  /** What a stored and valid block does to the coins of its branch. */
  effectsOf(entry: BlockEntry): BlockEffects {
    return entry.effects ?? this.workOutAgain(entry)
  }

  /** Fills the index for blocks that were connected here, but never on this host. */
  workOutAgain(entry: BlockEntry): BlockEffects {
    const { chain, noCoins } = this.index
    let coins = noCoins
    for (let height = 1; height <= entry.height; height += 1) {
      const at = entry.ancestor(height)
      const effects =
        at.effects ?? connectForEffects(coins.table, this.bodyOf(at) as Block, at, chain)
      if (effects.kind === 'violation') throw new Error(`block ${at.id}: ${effects.message}`)
      at.effects = effects
      coins = coins.after(effects) as CoinSet
    }
    return entry.effects as BlockEffects
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
