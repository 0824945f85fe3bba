import { bool, type NodeId, withFields } from '../../../model/index.ts'
import type { BlockEntry } from '../block-index.ts'
import type { Message, NakamotoMessage } from '../nakamoto.messages.ts'
import type { Block } from '../rules/block.ts'
import type { BlockHeader } from '../rules/header.ts'
import type { Identifier } from '../rules/identifier.ts'
import type { Transaction } from '../rules/transaction.ts'
import { maximumHeaders } from '../synchronisation.ts'
import { ConflictingPayments } from './conflicting-payments.ts'

/**
 * Eclipse of a node (Heilman, Kendler, Zohar and Goldberg, "Eclipse Attacks on Bitcoin's Peer-to-Peer
 * Network", 2015): all links of the victim end at the attacker, which decides what the victim knows.
 * How it came to have the links is not modelled: a partition that only the attacker bridges stands
 * for it.
 *
 * The victim is shown a branch of its own, on which the attacker pays it; everybody else is sent the
 * refund of the same coin. The victim's own blocks help to confirm the payment. Once it has
 * `attackConfirmations`, the goods are handed over, and the attacker lets the victim see the public
 * chain, in which the payment never was.
 */
export class Eclipse extends withFields(ConflictingPayments, {
  /** The victim has been deceived once, which is enough. */
  over: bool,
}) {
  get victim(): NodeId {
    const { attackVictim } = this.parameters
    return attackVictim < 0 ? (this.host.nodes[this.host.nodes.length - 1] as NodeId) : attackVictim
  }

  override get merchant(): NodeId {
    return this.victim
  }

  override prepare(): void {
    if (!this.over) super.prepare()
  }

  override ready(): void {
    // From here on the victim's chain is another: later on the refund has spent the coin.
    this.secretRoot = this.tip.id
    this.sendOut(this.refund as Transaction)
  }

  override secretTransactions(): readonly Transaction[] {
    return this.payment !== undefined && this.secret.length === 0 ? [this.payment] : []
  }

  override secretBlockFound(): void {
    const { header } = this.secretTip
    this.host.send(this.victim, { kind: 'headers', headers: [header] })
  }

  override publicBlockFound(): void {
    const refund = this.refund as Transaction
    // Who lacked the latest block may have refused it before.
    if (this.confirmedHeight(refund) === 0) this.sendOut(refund)
  }

  /** The honest half has nothing to say to the victim. */
  override isIgnored(peer: NodeId): boolean {
    return (this.attacking && peer === this.victim) || super.isIgnored(peer)
  }

  override receive(from: NodeId, message: NakamotoMessage): void {
    if (!this.attacking || from !== this.victim) return super.receive(from, message)
    switch (message.kind) {
      case 'hello':
        if (!message.answer) return
        return this.host.send(from, { kind: 'hello', tip: this.secretTip.header, answer: false })
      case 'getHeaders':
        return this.tellVictim(message)
      case 'getData':
        return this.sendToVictim(message)
      case 'headers':
        return this.askVictim(message.headers)
      case 'block':
        return this.takeFromVictim(message.block)
      default:
        // The victim's transactions go no further.
        return
    }
  }

  /** The headers of the secret branch, from the last that the victim has. */
  tellVictim({ locator }: Message<'getHeaders'>): void {
    const { secretTip } = this
    const known = locator
      .map((id) => this.deceptiveEntry(id))
      .find((entry) => entry !== undefined && secretTip.descendsFrom(entry))
    const headers: BlockHeader[] = []
    const from = (known ?? this.index.genesis).height + 1
    for (let height = from; height <= secretTip.height; height += 1) {
      if (headers.length < maximumHeaders) headers.push(secretTip.ancestor(height).header)
    }
    this.host.send(this.victim, { kind: 'headers', headers })
  }

  sendToVictim({ blocks }: Message<'getData'>): void {
    const padding = this.parameters.blockBytes
    for (const id of blocks) {
      const block = this.blockOf(id) ?? this.secret.find((secret) => secret.id === id)
      if (block !== undefined) this.host.send(this.victim, { kind: 'block', block, padding })
    }
    const enough = this.secret.length >= this.parameters.attackConfirmations
    if (enough && blocks.includes(this.secretTip.id)) this.letGo()
  }

  /** The victim has found a block: it may be of use. */
  askVictim(headers: readonly BlockHeader[]): void {
    const header = headers[headers.length - 1]
    if (header?.previous !== this.secretTip.id) return
    this.host.send(this.victim, { kind: 'getData', blocks: [header.id], compact: false })
  }

  takeFromVictim(block: Block): void {
    const { id, bits, previous } = block.header
    if (previous === this.secretTip.id && this.host.verifyWork(id, bits)) this.keepSecret(block)
    if (this.secret.length >= this.parameters.attackConfirmations) this.letGo()
  }

  deceptiveEntry(id: Identifier): BlockEntry | undefined {
    return this.isSecret(id) ? this.index.entries.get(id) : this.entryOf(id)
  }

  /** The goods are here. */
  letGo(): void {
    this.over = true
    this.abandon()
    this.forgetPayments()
    this.host.send(this.victim, this.tip.announcement)
    this.mineOn(this.tip)
  }
}
