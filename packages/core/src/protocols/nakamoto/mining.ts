import { BlockEntry } from './block-index.ts'
import type { PooledTransaction } from './nakamoto.state.ts'
import { lockToNode } from './node-owner.ts'
import { Block, maximumBlockWeight } from './rules/block.ts'
import { BlockHeader, decodeHeader, encodeHeader } from './rules/header.ts'
import { type Identifier, nullIdentifier } from './rules/identifier.ts'
import { merkleRoot } from './rules/merkle.ts'
import { pushOf, pushOfHeight } from './rules/script.ts'
import { subsidyAt } from './rules/subsidy.ts'
import { finalSequence, nullIndex, Transaction } from './rules/transaction.ts'
import { paysMore } from './transaction-pool.ts'
import { TransactionRelay } from './transaction-relay.ts'

/** A version that says nothing but that every soft fork is known (BIP9). */
const blockVersion = 0x2000_0000
/** Room for the header, the count and the coinbase. */
const reservedWeight = 4_000
/** Bitcoin allows 80,000, four a legacy operation; some are left for the coinbase. */
const maximumSignatureOperations = 19_900
const twoTo32 = 0x1_0000_0000

/**
 * The miner: asks the host to work on the block after the tip, assembles that block when the host
 * wants it, and sends it out once its work is found.
 */
export abstract class Mining extends TransactionRelay {
  mines(): boolean {
    return this.host.self < this.parameters.miners
  }

  /** Starts over, since the tip or the pool changed. Cheap: nothing is assembled before the host asks. */
  mineOn(tip: BlockEntry): void {
    this.candidate = undefined
    if (this.refreshDue) {
      this.refreshDue = false
      this.host.cancelTimer('refresh')
    }
    if (this.mines()) this.host.mine(this.requiredBits(tip, this.candidateTime(tip)))
  }

  /** A host that works on a candidate without the newest transactions gets a better one in a while. */
  poolGrew(): void {
    if (this.candidate === undefined || this.refreshDue) return
    this.refreshDue = true
    this.host.setTimer('refresh', Math.round(this.parameters.templateRefreshMs * 1_000))
  }

  refresh(): void {
    this.refreshDue = false
    this.mineOn(this.tip)
  }

  /** The clock, or just above what the rules ask for if that is later. */
  candidateTime(tip: BlockEntry): number {
    return Math.max(this.medianTime(tip) + 1, this.nowSeconds())
  }

  override template(): Uint8Array {
    const chosen = this.chooseTransactions()
    let fees = 0
    for (const { fee } of chosen) fees += fee
    return this.assemble(
      this.tip,
      chosen.map(({ transaction }) => transaction),
      fees,
    )
  }

  /**
   * Makes the block after `parent` with these transactions the candidate.
   * @param fees what the transactions leave to the miner, in satoshis
   * @returns the header that the host works on
   */
  assemble(parent: BlockEntry, chosen: readonly Transaction[], fees: number): Uint8Array {
    const transactions = [this.coinbase(parent.height + 1, fees), ...chosen]
    const time = this.candidateTime(parent)
    const header = new BlockHeader({
      version: blockVersion,
      previous: parent.id,
      merkleRoot: merkleRoot(transactions.map(({ id }) => id)).root,
      time,
      bits: this.requiredBits(parent, time),
      nonce: 0,
    })
    this.candidate = new Block(header, transactions)
    return encodeHeader(header)
  }

  /** What pays most a byte first, but nothing before what it builds on. */
  chooseTransactions(): PooledTransaction[] {
    const waiting = [...this.pool.values()].sort((left, right) => (paysMore(left, right) ? -1 : 1))
    const chosen: PooledTransaction[] = []
    const ids = new Set<Identifier>()
    let weight = reservedWeight
    let operations = 0
    for (let grew = true; grew; ) {
      grew = false
      for (const pooled of waiting) {
        const { transaction } = pooled
        if (ids.has(transaction.id)) continue
        const built = transaction.inputs.every(
          ({ previousId }) => !this.pool.has(previousId) || ids.has(previousId),
        )
        const fits =
          weight + pooled.weight <= maximumBlockWeight &&
          operations + transaction.signatureOperations <= maximumSignatureOperations
        if (!built || !fits) continue
        chosen.push(pooled)
        ids.add(transaction.id)
        weight += pooled.weight
        operations += transaction.signatureOperations
        grew = true
      }
    }
    return chosen
  }

  /** New money and the fees, to this node. The extra nonce makes it unlike any other, even of the same second. */
  coinbase(height: number, fees: number): Transaction {
    const { self } = this.host
    const extraNonce = Math.floor(this.host.random() * twoTo32)
    const mark = new Uint8Array(8)
    const view = new DataView(mark.buffer)
    view.setUint32(0, self, true)
    view.setUint32(4, extraNonce, true)
    return new Transaction({
      version: 1,
      inputs: [
        {
          previousId: nullIdentifier,
          previousIndex: nullIndex,
          unlockingScript: Uint8Array.of(...pushOfHeight(height), ...pushOf(mark)),
          sequence: finalSequence,
          witness: [],
        },
      ],
      outputs: [
        { value: subsidyAt(height, this.index.chain) + fees, lockingScript: lockToNode(self) },
      ],
      lockTime: 0,
    })
  }

  override mined(bytes: Uint8Array): void {
    const block = this.foundBlock(bytes)
    if (block === undefined) return
    const entry = this.acceptHeader(block.header)
    if (!(entry instanceof BlockEntry)) return
    this.host.output({ kind: 'mined', block: entry.id, height: entry.height })
    this.acceptBlock(entry, block)
  }

  /** The candidate, with the work that was found for it. */
  foundBlock(bytes: Uint8Array): Block | undefined {
    const header = decodeHeader(bytes)
    const { candidate } = this
    // Work on an earlier template may come to an end after its time.
    if (candidate === undefined || candidate.header.merkleRoot !== header.merkleRoot)
      return undefined
    return new Block(header, candidate.transactions)
  }
}
