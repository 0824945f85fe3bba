import { type NodeId, option, withFields } from '../../../model/index.ts'
import type { Transaction } from '../rules/transaction.ts'
import { transactionType } from '../rules/wire-types.ts'
import { SecretBranch } from './secret-branch.ts'

/** What the merchant is paid, in satoshis. */
const price = 1_000

/**
 * An attacker that spends one coin twice: `payment` gives it to a merchant, `refund` back to the
 * attacker. On a branch that has the one, the other is void. Until the attacker has a coin that it
 * can spend, it mines like anybody.
 */
export class ConflictingPayments extends withFields(SecretBranch, {
  payment: option(transactionType),
  refund: option(transactionType),
}) {
  get attacking(): boolean {
    return this.payment !== undefined
  }

  get merchant(): NodeId {
    return this.host.nodes.find((node) => node !== this.host.self) ?? this.host.self
  }

  /** The transactions are made, and nobody has seen them: the attack may begin. */
  ready(): void {}

  /** Makes both transactions, if there is a coin for them. */
  prepare(): void {
    const coins = this.chooseCoins(price)
    if (coins === undefined) return
    let worth = 0
    for (const [, { value }] of coins) worth += value
    this.payment = this.signedPayment(coins, this.merchant, price, 0)
    this.refund = this.signedPayment(coins, this.host.self, worth, 0)
    this.ready()
  }

  forgetPayments(): void {
    this.payment = undefined
    this.refund = undefined
  }

  /** Sends one of the two to all peers, as any wallet would. */
  sendOut(transaction: Transaction): void {
    this.relayOwn(transaction)
    this.offer([transaction.id], undefined)
  }

  override start(): void {
    super.start()
    this.prepare()
  }

  override secretGrew(): void {
    if (this.attacking) return this.secretBlockFound()
    this.show(this.secret.length)
    this.prepare()
  }

  override publicGrew(): void {
    if (this.attacking) this.publicBlockFound()
    else this.prepare()
  }

  /** A block was added to the secret branch of an attack that goes on. */
  secretBlockFound(): void {}

  /** Others have a new tip while an attack goes on. */
  publicBlockFound(): void {}
}
