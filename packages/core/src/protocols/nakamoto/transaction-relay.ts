import type { NodeId } from '../../model/index.ts'
import { BlockRelay } from './block-relay.ts'
import type { Message } from './nakamoto.messages.ts'
import type { Identifier } from './rules/identifier.ts'
import type { RuleName } from './rules/law.ts'
import { outpointOf, type Transaction } from './rules/transaction.ts'
import type { PoolRefusal } from './transaction-pool.ts'

/** The most transactions that one message may name. */
const maximumInventory = 50_000
/** The most transactions that are on their way at once. */
const maximumWanted = 5_000

/** What a transaction can break whatever the coins are: no correct node passes that on. */
const provable: ReadonlySet<RuleName> = new Set([
  'inputs-present',
  'outputs-present',
  'transaction-size',
  'output-value',
  'duplicate-input',
  'null-input',
  'coinbase-only',
  'signature',
])

/** Passing transactions on: named to all peers, sent to those that lack them, kept if they may be in the next block. */
export abstract class TransactionRelay extends BlockRelay {
  /** The pool has a new transaction. */
  abstract poolGrew(): void

  /** Names transactions of the pool to all peers but one. */
  offer(ids: readonly Identifier[], except: NodeId | undefined): void {
    const message = { kind: 'inventory', transactions: ids } as const
    for (const to of this.host.peers) {
      if (to !== except && !this.isIgnored(to)) this.host.sendEagerly(to, message)
    }
  }

  receiveInventory(from: NodeId, { transactions }: Message<'inventory'>): void {
    if (transactions.length > maximumInventory) return this.ignore(from)
    const asked: Identifier[] = []
    for (const id of transactions) {
      // One whose first coin is there is in the chain.
      if (this.pool.has(id) || this.coins.has(outpointOf(id, 0))) continue
      const wanted = this.wanted.get(id)
      if (wanted !== undefined) {
        if (!wanted.holders.includes(from)) wanted.holders.push(from)
      } else if (this.wanted.size < maximumWanted) {
        this.wanted.set(id, { deadline: this.deadlineOf(this.peerOf(from), 1), holders: [] })
        asked.push(id)
      }
    }
    if (asked.length === 0) return
    this.armRequestTimer()
    this.host.sendEagerly(from, { kind: 'getTransactions', transactions: asked })
  }

  receiveGetTransactions(from: NodeId, { transactions }: Message<'getTransactions'>): void {
    if (transactions.length > maximumInventory) return this.ignore(from)
    for (const id of transactions) {
      const pooled = this.pool.get(id)
      if (pooled === undefined) continue
      this.host.sendEagerly(from, { kind: 'transaction', transaction: pooled.transaction })
    }
  }

  receiveTransaction(from: NodeId, { transaction }: Message<'transaction'>): void {
    const { id } = transaction
    this.wanted.delete(id)
    this.disarmRequestTimer()
    if (this.pool.has(id)) return
    const refused = this.acceptTransaction(transaction)
    if (refused === undefined) {
      this.offer([id], from)
      this.poolGrew()
    } else if (isProvable(refused)) this.ignore(from)
  }

  expectsTransactions(): boolean {
    return this.wanted.size > 0
  }

  /** Asks the next holder of every transaction that is overdue, and gives up where there is none. */
  expireTransactions(): void {
    const now = this.host.now()
    for (const id of [...this.wanted.keys()].sort()) {
      const wanted = this.wanted.get(id)
      if (wanted === undefined || wanted.deadline > now) continue
      const next = wanted.holders.shift()
      if (next === undefined) {
        this.wanted.delete(id)
        continue
      }
      wanted.deadline = this.deadlineOf(this.peerOf(next), 1)
      this.host.sendEagerly(next, { kind: 'getTransactions', transactions: [id] })
    }
  }

  /** Takes a transaction from this node's own wallet or client into the pool. */
  relayOwn(transaction: Transaction): PoolRefusal | undefined {
    const refused = this.acceptTransaction(transaction)
    if (refused === undefined) this.poolGrew()
    return refused
  }
}

function isProvable(refused: PoolRefusal): boolean {
  return refused.kind === 'violation' && provable.has(refused.rule)
}
