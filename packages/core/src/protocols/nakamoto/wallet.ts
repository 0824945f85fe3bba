import { DecodeError, encode, type NodeId, type RequestId } from '../../model/index.ts'
import type { BlockEntry } from './block-index.ts'
import { Mining } from './mining.ts'
import { Balance, type Command, Receipt } from './nakamoto.messages.ts'
import { lockToNode, ownerNode } from './node-owner.ts'
import { type Coin, isMature } from './rules/coins.ts'
import type { Identifier } from './rules/identifier.ts'
import { unlockWith } from './rules/ownership.ts'
import {
  decodeTransaction,
  finalSequence,
  type Outpoint,
  Transaction,
  type TransactionInput,
  type TransactionOutput,
} from './rules/transaction.ts'

/** A payment spends at most so many coins. */
const maximumInputs = 200
/** A wallet reminds its peers of payments that no block has held for so long, in blocks. */
const reminderInterval = 2

/**
 * The node as a wallet: it pays with its own coins, and answers its clients once their transaction is
 * final, which on a chain means deep enough. A request is bound to its transaction before that leaves
 * the node: asked again, also after a crash, the wallet never pays twice.
 */
export abstract class Wallet extends Mining {
  pay({ to, amount, fee }: Command<'pay'>, request: RequestId): void {
    const key = requestKey(request)
    const earlier = this.payments.get(key)
    if (earlier !== undefined) return this.waitFor(key, request, earlier)
    if (!this.host.nodes.includes(to)) return this.decline(request, `there is no node ${to}`)
    if (amount < 1) return this.decline(request, 'the amount must be at least one satoshi')
    const coins = this.chooseCoins(amount + fee)
    if (coins === undefined) {
      return this.decline(
        request,
        `not enough mature coins for ${amount} satoshis and a fee of ${fee}`,
      )
    }
    this.relayFor(key, request, this.signedPayment(coins, to, amount, fee))
  }

  submit({ transaction: bytes }: Command<'submit'>, request: RequestId): void {
    const key = requestKey(request)
    const earlier = this.payments.get(key)
    if (earlier !== undefined) return this.waitFor(key, request, earlier)
    let transaction: Transaction
    try {
      transaction = decodeTransaction(bytes)
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
      return this.decline(request, `not a transaction: ${error.message}`)
    }
    this.relayFor(key, request, transaction)
  }

  /** Binds a transaction to a request, and sends it on its way. */
  relayFor(key: string, request: RequestId, transaction: Transaction): void {
    const refused = this.confirmedHeight(transaction) > 0 ? undefined : this.relayOwn(transaction)
    if (refused !== undefined) return this.decline(request, refused.message)
    this.record({ kind: 'payment', request: key, transaction })
    this.watchFor(transaction)
    const inventory = { kind: 'inventory', transactions: [transaction.id] } as const
    // Not eagerly: the request must be bound to this transaction before anybody sees it.
    for (const to of this.host.peers) if (!this.isIgnored(to)) this.host.send(to, inventory)
    this.waitFor(key, request, transaction)
  }

  decline(request: RequestId, reason: string): void {
    this.host.reply(request, { kind: 'refused', reason, leader: undefined })
  }

  /** The oldest mature coins of this node that no waiting transaction spends, worth at least `sum`. */
  chooseCoins(sum: number): [Outpoint, Coin][] | undefined {
    const height = this.tip.height + 1
    const { chain } = this.index
    const free = [...this.ownCoins].filter(
      ([outpoint, coin]) => isMature(coin, height, chain) && !this.spenders.has(outpoint),
    )
    free.sort(([leftName, left], [rightName, right]) =>
      left.height === right.height ? (leftName < rightName ? -1 : 1) : left.height - right.height,
    )
    let value = 0
    for (let i = 0; i < Math.min(free.length, maximumInputs); i += 1) {
      value += (free[i] as [Outpoint, Coin])[1].value
      if (value >= sum) return free.slice(0, i + 1)
    }
    return undefined
  }

  signedPayment(
    coins: readonly [Outpoint, Coin][],
    to: NodeId,
    amount: number,
    fee: number,
  ): Transaction {
    let change = -amount - fee
    for (const [, coin] of coins) change += coin.value
    const outputs: TransactionOutput[] = [{ value: amount, lockingScript: lockToNode(to) }]
    if (change > 0) outputs.push({ value: change, lockingScript: lockToNode(this.host.self) })
    const inputs: TransactionInput[] = coins.map(([outpoint]) => {
      const [previousId, index] = outpoint.split(':') as [Identifier, string]
      return {
        previousId,
        previousIndex: Number(index),
        unlockingScript: new Uint8Array(0),
        sequence: finalSequence,
        witness: [],
      }
    })
    const unsigned = new Transaction({ version: 1, inputs, outputs, lockTime: 0 })
    const unlockingScript = unlockWith(this.host.sign(unsigned.signatureDigest))
    return new Transaction({
      version: 1,
      inputs: inputs.map((input) => ({ ...input, unlockingScript })),
      outputs,
      lockTime: 0,
    })
  }

  balance({ owner }: Command<'balance'>, request: RequestId): void {
    let satoshis = 0
    let coins = 0
    for (const coin of this.coins.table.values()) {
      if (ownerNode(coin.lockingScript) !== owner) continue
      satoshis += coin.value
      coins += 1
    }
    this.host.reply(request, { kind: 'done', result: encode(Balance, { satoshis, coins }) })
  }

  reply(request: RequestId, entry: BlockEntry): void {
    const result = encode(Receipt, { block: entry.id, height: entry.height })
    this.host.reply(request, { kind: 'done', result })
  }

  // Waiting until it is final.

  waitFor(key: string, { client, sequence }: RequestId, transaction: Transaction): void {
    this.waiting.set(key, { client, sequence, transaction: transaction.id })
    this.answerIfFinal(key)
  }

  /** Brings `confirmedAt` in line with a new tip, and answers the clients whose payments are final now. */
  updatePayments(before: BlockEntry, fork: BlockEntry): void {
    if (this.payments.size === 0) return
    if (before !== fork) {
      for (const transaction of this.transactionsBetween(fork, before)) {
        if (!this.confirmedAt.has(transaction.id)) continue
        this.confirmedAt.set(transaction.id, 0)
        this.unconfirmed.set(transaction.id, transaction)
      }
    }
    this.noteConfirmed(fork.height + 1)
    for (const key of [...this.waiting.keys()].sort()) this.answerIfFinal(key)
    if (this.tip.height % reminderInterval === 0) this.remind()
  }

  noteConfirmed(fromHeight: number): void {
    for (let height = fromHeight; height < this.activeChain.length; height += 1) {
      const block = this.blockOf(this.activeChain[height] as Identifier)
      for (const { id } of block?.transactions ?? []) {
        if (!this.confirmedAt.has(id)) continue
        this.confirmedAt.set(id, height)
        this.unconfirmed.delete(id)
      }
    }
  }

  /** From now on the chain is watched for this transaction. */
  watchFor(transaction: Transaction): void {
    const height = this.confirmedHeight(transaction)
    this.confirmedAt.set(transaction.id, height)
    if (height === 0) this.unconfirmed.set(transaction.id, transaction)
  }

  /** The height of the active chain at which a transaction is, as far as its unspent coins tell; 0 if nowhere. */
  confirmedHeight(transaction: Transaction): number {
    for (const outpoint of transaction.creates) {
      const coin = this.coins.get(outpoint)
      if (coin !== undefined) return coin.height
    }
    return 0
  }

  isFinal(height: number): boolean {
    return height > 0 && this.tip.height - height + 1 >= this.parameters.confirmations
  }

  answerIfFinal(key: string): void {
    const waiting = this.waiting.get(key)
    if (waiting === undefined) return
    const { client, sequence, transaction } = waiting
    const height = this.confirmedAt.get(transaction) ?? 0
    if (this.isFinal(height)) {
      this.waiting.delete(key)
      this.reply({ client, sequence }, this.tip.ancestor(height))
    } else if (height === 0 && this.isLost(key)) {
      this.waiting.delete(key)
      this.decline({ client, sequence }, 'the coins of the payment are gone: another spent them')
    }
  }

  /** A payment can never be made any more if one of its coins was gone before all that may still change. */
  isLost(key: string): boolean {
    const payment = this.payments.get(key) as Transaction
    if (this.pool.has(payment.id)) return false
    return payment.spends.some((outpoint) => {
      if (this.spendable(outpoint) !== undefined) return false
      const lowest = Math.max(1, this.tip.height - this.parameters.confirmations + 2)
      for (let height = this.tip.height; height >= lowest; height -= 1) {
        if (this.effectsOf(this.tip.ancestor(height)).spent.includes(outpoint)) return false
      }
      return true
    })
  }

  /** Puts payments that are in no block back into the pool, and names them to the peers once more. */
  remind(): void {
    const named: Identifier[] = []
    for (const id of [...this.unconfirmed.keys()].sort()) {
      const payment = this.unconfirmed.get(id) as Transaction
      if (this.relayOwn(payment) === undefined) named.push(id)
    }
    if (named.length > 0) this.offer(named, undefined)
  }
}

export function requestKey({ client, sequence }: RequestId): string {
  return `${client}/${sequence}`
}
