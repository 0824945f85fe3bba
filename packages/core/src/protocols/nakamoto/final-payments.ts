import {
  type Checker,
  decode,
  type Moment,
  type NodeId,
  type Outcome,
  type RequestId,
  type Violation,
} from '../../model/index.ts'
import { brief, type ChainAuditor } from './chain-auditor.ts'
import { type NakamotoRecord, Receipt } from './nakamoto.messages.ts'
import type { Nakamoto } from './nakamoto.ts'
import type { Identifier } from './rules/identifier.ts'
import type { Outpoint, Transaction } from './rules/transaction.ts'
import { requestKey } from './wallet.ts'

/** A payment that a client was told is final. */
interface FinalPayment {
  readonly transaction: Transaction
  readonly receipt: Receipt
  readonly node: NodeId
  readonly event: number
}

/**
 * No double spend among final payments: a client that was told its payment is final can rely on it.
 * The payment is in the block that the client was told, no two such payments spend one coin, and at
 * the end each is still in every chain that reaches so far.
 */
export class FinalPayments implements Checker<Nakamoto> {
  readonly property = 'no double spend among final payments'
  readonly kind = 'safety'
  violation: Violation | undefined
  private readonly auditor: ChainAuditor
  private readonly confirmations: number
  /** The transactions that each node made for its clients, by request. */
  private readonly made: Map<string, Transaction>[]
  private readonly final = new Map<Identifier, FinalPayment>()
  /** Which final payment spends a coin. */
  private readonly spenders = new Map<Outpoint, FinalPayment>()

  constructor(nodes: number, confirmations: number, auditor: ChainAuditor) {
    this.auditor = auditor
    this.confirmations = confirmations
    this.made = Array.from({ length: nodes }, () => new Map())
  }

  recorded(node: NodeId, record: unknown): void {
    const known = record as NakamotoRecord
    if (known.kind === 'payment') this.made[node]?.set(known.request, known.transaction)
  }

  replied(node: NodeId, request: RequestId, outcome: Outcome, moment: Moment): void {
    const transaction = this.made[node]?.get(requestKey(request))
    if (outcome.kind !== 'done' || transaction === undefined) return
    const receipt = decode(Receipt, outcome.result)
    const payment = { transaction, receipt, node, event: moment.event }
    const block = this.auditor.get(receipt.block)?.block
    if (block?.transactions.some(({ id }) => id === transaction.id) !== true) {
      this.report([payment], moment, `${describe(payment)}, which does not contain it`)
    }
    for (const outpoint of transaction.spends) {
      const other = this.spenders.get(outpoint)
      if (other !== undefined && other.transaction.id !== transaction.id) {
        this.report(
          [other, payment],
          moment,
          `${describe(other)}, and ${describe(payment)}: both spend ${outpoint}`,
        )
      }
      this.spenders.set(outpoint, payment)
    }
    this.final.set(transaction.id, payment)
  }

  finished(nodes: ReadonlyMap<NodeId, Nakamoto>, moment: Moment): void {
    for (const payment of this.final.values()) {
      const { block, height } = payment.receipt
      for (const [id, node] of nodes) {
        const there = node.activeChain[height]
        const settled = height <= node.tip.height - this.confirmations + 1
        if (!settled || there === undefined || there === block) continue
        this.report(
          [payment],
          moment,
          `${describe(payment)}, but node ${id} has ${brief(there)} there`,
        )
      }
    }
  }

  private report(payments: readonly FinalPayment[], moment: Moment, message: string): void {
    this.violation ??= {
      property: this.property,
      message,
      nodes: payments.map(({ node }) => node),
      events: [...new Set([...payments.map(({ event }) => event), moment.event])],
    }
  }
}

function describe({ transaction, receipt, node }: FinalPayment): string {
  return `node ${node} called payment ${brief(transaction.id)} final in block ${brief(receipt.block)} of height ${receipt.height}`
}
