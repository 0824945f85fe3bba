import { bool, natural, withFields } from '../../../model/index.ts'
import type { Transaction } from '../rules/transaction.ts'
import { ConflictingPayments } from './conflicting-payments.ts'

/**
 * Double spend by a private chain (Nakamoto 2008, section 11; Rosenfeld, "Analysis of hashrate-based
 * double-spending", 2012, section 3):
 *
 * 1. The attacker mines `attackPremined` secret blocks, of which the first holds the refund. If
 *    another finds a block before, it begins again on top of that.
 * 2. It sends the payment, and goes on in secret. The merchant waits for `attackConfirmations`.
 * 3. Once the payment has these, and the secret branch is the longer one, it shows the branch: the
 *    payment is void. If the branch falls `attackGiveUp` blocks behind before, it gives up.
 *
 * Then it tries again. With more than half of the hash power it always succeeds: the 51% attack.
 */
export class DoubleSpend extends withFields(ConflictingPayments, {
  /** The merchant has been sent the payment. */
  sent: bool,
  /** Attempts that are over, and how many of them succeeded. */
  attempts: natural,
  successes: natural,
}) {
  override ready(): void {
    this.sent = false
    this.sendWhenPremined()
  }

  override secretTransactions(): readonly Transaction[] {
    return this.refund !== undefined && this.secret.length === 0 ? [this.refund] : []
  }

  override secretBlockFound(): void {
    this.sendWhenPremined()
    this.showWhenWon()
  }

  override publicBlockFound(): void {
    if (!this.sent || this.isVoid) return this.beginAgain()
    // Who lacked the latest block may have refused it before.
    if (this.confirmationsOfPayment === 0) this.sendOut(this.payment as Transaction)
    const { own, others } = this.lengths()
    if (others - own >= this.parameters.attackGiveUp) this.end(false)
    else this.showWhenWon()
  }

  sendWhenPremined(): void {
    if (this.sent || this.secret.length < this.parameters.attackPremined) return
    this.sent = true
    this.sendOut(this.payment as Transaction)
  }

  showWhenWon(): void {
    if (!this.sent || !this.isAhead) return
    if (this.confirmationsOfPayment < this.parameters.attackConfirmations) return
    this.show(this.secret.length)
    this.end(true)
  }

  /** The number of blocks of the public chain from the payment's on; 0 if it is in none. */
  get confirmationsOfPayment(): number {
    const height = this.confirmedHeight(this.payment as Transaction)
    return height === 0 ? 0 : this.tip.height - height + 1
  }

  /** Has the attacker's own wallet spent the coin on something else meanwhile? */
  get isVoid(): boolean {
    const { spends } = this.payment as Transaction
    return this.confirmationsOfPayment === 0 && spends.some((coin) => !this.coins.has(coin))
  }

  end(succeeded: boolean): void {
    this.attempts += 1
    if (succeeded) this.successes += 1
    this.beginAgain()
  }

  beginAgain(): void {
    this.abandon()
    this.forgetPayments()
    this.prepare()
  }
}
