import { ledgerContext } from './block-effects.ts'
import type { BlockEntry } from './block-index.ts'
import { ChainSelection } from './chain-selection.ts'
import type { PooledTransaction } from './nakamoto.state.ts'
import type { Block } from './rules/block.ts'
import type { Coin } from './rules/coins.ts'
import type { Identifier } from './rules/identifier.ts'
import { checkTransaction } from './rules/ledger.ts'
import { type RuleViolation, violation } from './rules/rule-violation.ts'
import { type Outpoint, type Transaction, transactionSize } from './rules/transaction.ts'

/** How many transactions of the pool one in the pool may build on, itself included. */
const longestAncestry = 25

/** Why a transaction did not enter the pool; what is merely policy breaks no rule. */
export type PoolRefusal = RuleViolation | { readonly kind: 'policy'; readonly message: string }

/**
 * The transactions that wait for a block: each could be in the next one, given those it builds on.
 * The first of two that spend one coin stays. What a reorganisation disconnects comes back here.
 */
export abstract class TransactionPool extends ChainSelection {
  isPooled(transaction: Transaction): boolean {
    const pooled = this.pool.get(transaction.id)
    return pooled?.transaction.witnessId === transaction.witnessId
  }

  /** @returns why the transaction was refused, if it was */
  acceptTransaction(transaction: Transaction): PoolRefusal | undefined {
    if (this.pool.has(transaction.id)) return undefined
    const rival = transaction.spends.find((outpoint) => this.spenders.has(outpoint))
    if (rival !== undefined) {
      return violation('double-spend', `another transaction in the pool spends ${rival} already`)
    }
    const accepted = checkTransaction(
      { get: (outpoint) => this.spendable(outpoint) },
      transaction,
      ledgerContext(this.tip, this.index.chain),
    )
    if (accepted.kind === 'violation') return accepted
    const coins = transaction.spends.map((outpoint) => this.spendable(outpoint) as Coin)
    const unsigned = this.checkOwners(transaction, coins)
    if (unsigned !== undefined) return unsigned
    if (this.ancestry(transaction).size >= longestAncestry) {
      return {
        kind: 'policy',
        message: `transaction ${transaction.id} builds on too many that wait themselves`,
      }
    }
    this.addToPool({ transaction, fee: accepted.fee, weight: accepted.weight })
    if (this.pool.has(transaction.id)) return undefined
    return {
      kind: 'policy',
      message: `the fee of transaction ${transaction.id} is too low for a full pool`,
    }
  }

  addToPool(pooled: PooledTransaction): void {
    const { transaction } = pooled
    this.pool.set(transaction.id, pooled)
    this.poolBytes += transactionSize(transaction)
    for (const outpoint of transaction.spends) this.spenders.set(outpoint, transaction.id)
    while (this.poolBytes > this.parameters.mempoolBytes) this.evict(this.leastPaying())
  }

  removeFromPool(id: Identifier): void {
    const pooled = this.pool.get(id)
    if (pooled === undefined) return
    this.pool.delete(id)
    this.poolBytes -= transactionSize(pooled.transaction)
    for (const outpoint of pooled.transaction.spends) this.spenders.delete(outpoint)
  }

  /** Removes a transaction and all that build on it. */
  evict(id: Identifier): void {
    const doomed = [id]
    for (const next of doomed) {
      const pooled = this.pool.get(next)
      if (pooled === undefined) continue
      for (const outpoint of pooled.transaction.creates) {
        const spender = this.spenders.get(outpoint)
        if (spender !== undefined) doomed.push(spender)
      }
      this.removeFromPool(next)
    }
  }

  /** What the next block's miner would take last. */
  leastPaying(): Identifier {
    let least: PooledTransaction | undefined
    for (const pooled of this.pool.values()) {
      if (least === undefined || paysMore(least, pooled)) least = pooled
    }
    if (least === undefined) throw new Error('the pool is empty')
    return least.transaction.id
  }

  /** The coin of this name, on the chain or in the pool. */
  spendable(outpoint: Outpoint): Coin | undefined {
    return this.coins.get(outpoint) ?? (this.pool.size > 0 ? this.pooledCoin(outpoint) : undefined)
  }

  pooledCoin(outpoint: Outpoint): Coin | undefined {
    const [id, index] = outpoint.split(':') as [Identifier, string]
    const output = this.pool.get(id)?.transaction.outputs[Number(index)]
    if (output === undefined) return undefined
    const { value, lockingScript } = output
    return { value, lockingScript, height: this.tip.height + 1, coinbase: false }
  }

  /** The transactions in the pool that this one builds on, near and far. */
  ancestry(transaction: Transaction): Set<Identifier> {
    const found = new Set<Identifier>()
    const ahead = [transaction]
    for (const { inputs } of ahead) {
      for (const { previousId } of inputs) {
        const pooled = this.pool.get(previousId)
        if (pooled === undefined || found.has(previousId)) continue
        found.add(previousId)
        ahead.push(pooled.transaction)
      }
    }
    return found
  }

  // Following the chain.

  /** Brings the pool in line with a new tip. */
  updatePool(before: BlockEntry, fork: BlockEntry): void {
    const disconnected = before === fork ? [] : this.transactionsBetween(fork, before)
    if (this.pool.size > 0) {
      for (let height = fork.height + 1; height < this.activeChain.length; height += 1) {
        this.removeConfirmed(this.blockOf(this.activeChain[height] as Identifier) as Block)
      }
    }
    for (const transaction of disconnected) this.acceptTransaction(transaction)
    if (before !== fork) this.evictImpossible()
  }

  /** Removes what a block contains, and what conflicts with it. */
  removeConfirmed({ transactions }: Block): void {
    for (let i = 1; i < transactions.length; i += 1) {
      const transaction = transactions[i] as Transaction
      this.removeFromPool(transaction.id)
      for (const outpoint of transaction.spends) {
        const rival = this.spenders.get(outpoint)
        if (rival !== undefined) this.evict(rival)
      }
    }
  }

  /** The transactions other than coinbases of the blocks after `fork` up to `end`, in order. */
  transactionsBetween(fork: BlockEntry, end: BlockEntry): Transaction[] {
    const found: Transaction[] = []
    for (let height = fork.height + 1; height <= end.height; height += 1) {
      const block = this.blockOf(end.ancestor(height).id) as Block
      for (let i = 1; i < block.transactions.length; i += 1) {
        found.push(block.transactions[i] as Transaction)
      }
    }
    return found
  }

  /** After a reorganisation coins may be gone, or be too young again. */
  evictImpossible(): void {
    const context = ledgerContext(this.tip, this.index.chain)
    for (const id of this.pool.keys()) {
      const pooled = this.pool.get(id)
      if (pooled === undefined) continue
      const { transaction } = pooled
      const own = new Set(transaction.creates)
      const view = {
        get: (outpoint: Outpoint) =>
          own.has(outpoint) ? this.coins.get(outpoint) : this.spendable(outpoint),
      }
      const checked = checkTransaction(view, transaction, context)
      if (checked.kind === 'violation') this.evict(id)
    }
  }
}

/** Does the first pay more a byte? The name decides between equals. */
export function paysMore(one: PooledTransaction, other: PooledTransaction): boolean {
  const difference = one.fee / one.weight - other.fee / other.weight
  return difference === 0 ? one.transaction.id < other.transaction.id : difference > 0
}
