import type { NodeId } from '../../model/index.ts'
import type { BlockEntry } from './block-index.ts'
import type { Message } from './nakamoto.messages.ts'
import type { Block } from './rules/block.ts'
import {
  type CompactBlock,
  compactBlockOf,
  type Reconstruction,
  reconstruct,
} from './rules/compact-block.ts'
import type { BlockHeader } from './rules/header.ts'
import { hashOf, type Identifier } from './rules/identifier.ts'
import type { Transaction } from './rules/transaction.ts'
import { maximumInFlight, Synchronisation } from './synchronisation.ts'

/** A reorganisation up to this long is announced with all its headers, a longer one with its last. */
const maximumAnnounced = 8
const nonceBytes = 8
/** A day of Bitcoin's blocks. */
const longPastSpacings = 144

/**
 * Passing blocks on. A new tip is announced by its header, and sent to whoever asks; or pushed at once
 * in compact form to the few peers that wanted so (BIP152). A compact block is put together from the
 * pool; what lacks is asked for, and where names collide, the whole block.
 */
export abstract class BlockRelay extends Synchronisation {
  // Sending.

  /**
   * Tells the peers of a new tip, save those that have it. Relaying needs no disk: who forgets a
   * block gets it back from those it was sent to. Only the finder of a block waits until it is
   * durable, and with it the payments of its own wallet that the block may hold.
   */
  announce(tip: BlockEntry, fork: BlockEntry): void {
    if (this.isLongPast(tip)) return
    const { host, peerBest } = this
    // Only then can a peer have the block and more on top of it.
    const behind = this.bestHeader !== tip.id
    const own = this.isOwnBlock(tip)
    const announcement = this.announcementOf(fork, tip)
    for (let i = 0; i < host.peers.length; i += 1) {
      if (peerBest[i] === tip.id) continue
      const to = host.peers[i] as NodeId
      if (this.isIgnored(to) || (behind && this.bestOf(to).descendsFrom(tip))) continue
      const pushed = this.pushTo.length > 0 && this.pushTo.includes(to)
      const message = pushed ? this.compactMessage(tip) : announcement
      if (own) host.send(to, message)
      else host.sendEagerly(to, message)
    }
  }

  /**
   * Whoever is still catching up has no news. The header's time tells: that a better header is known
   * does not, for its finder may never send the block.
   */
  isLongPast({ header }: BlockEntry): boolean {
    const age = this.nowSeconds() - header.time
    return age > longPastSpacings * this.index.chain.targetSpacingSeconds
  }

  isOwnBlock(entry: BlockEntry): boolean {
    return entry.height > 0 && this.effectsOf(entry).finder === this.host.self
  }

  announcementOf(fork: BlockEntry, tip: BlockEntry): Message<'headers'> {
    const count = tip.height - fork.height
    if (count === 1 || count > maximumAnnounced) return tip.announcement
    const headers: BlockHeader[] = []
    for (let height = fork.height + 1; height <= tip.height; height += 1) {
      headers.push(tip.ancestor(height).header)
    }
    return { kind: 'headers', headers }
  }

  receiveGetData(from: NodeId, { blocks, compact }: Message<'getData'>): void {
    if (blocks.length > maximumInFlight) return this.ignore(from)
    const missing: Identifier[] = []
    for (const id of blocks) {
      const entry = this.entryOf(id)
      if (entry === undefined || !this.isStored(entry)) missing.push(id)
      else if (compact) this.host.sendEagerly(from, this.compactMessage(entry))
      else {
        const block = this.bodyOf(entry) as Block
        this.host.sendEagerly(from, { kind: 'block', block, padding: this.parameters.blockBytes })
      }
    }
    if (missing.length > 0) this.host.sendEagerly(from, { kind: 'notFound', blocks: missing })
  }

  compactMessage(entry: BlockEntry): Message<'compactBlock'> {
    if (entry.compact !== undefined) return entry.compact
    const block = this.bodyOf(entry) as Block
    // The key of the short names covers the header's hash, which nobody knew before it was found: a
    // nonce that every sender would draw adds nothing here, and one for all is made once.
    const compact = compactBlockOf(block, hashOf(entry.id).slice(0, nonceBytes))
    const padding = this.parameters.compactBlockBytes
    entry.compact = { kind: 'compactBlock', compact, padding }
    return entry.compact
  }

  receiveGetBlockTransactions(
    from: NodeId,
    { block: id, indexes }: Message<'getBlockTransactions'>,
  ): void {
    const block = this.blockOf(id)
    if (block === undefined) return this.host.sendEagerly(from, { kind: 'notFound', blocks: [id] })
    if (indexes.length > block.transactions.length) return this.ignore(from)
    const transactions: Transaction[] = []
    for (const place of indexes) {
      const transaction = block.transactions[place]
      if (transaction === undefined) return this.ignore(from)
      transactions.push(transaction)
    }
    const { blockBytes, compactBlockBytes } = this.parameters
    const padding = Math.max(0, blockBytes - compactBlockBytes)
    this.host.sendEagerly(from, { kind: 'blockTransactions', block: id, transactions, padding })
  }

  // Receiving compact blocks.

  receiveCompactBlock(from: NodeId, { compact }: Message<'compactBlock'>): void {
    const { id } = compact.header
    const entry = this.acceptHeaderOf(from, compact.header)
    if (entry === undefined || this.isEarly(entry)) return
    if (this.requests.get(id)?.compact !== undefined) return
    if (!this.hasModelledPart()) return this.askForRest(from, entry, compact, [])
    const result = this.reconstruct(entry, compact, [])
    switch (result.kind) {
      case 'complete':
        return this.takeBlock(from, entry, result.block)
      case 'missing':
        return this.askForRest(from, entry, compact, result.indexes)
      case 'collision':
        return this.requestWhole(from, id)
    }
  }

  /** Are the transactions that a simulated block only stands for all in the pool? */
  hasModelledPart(): boolean {
    const { compactBlockUsage } = this.parameters
    return compactBlockUsage === 1 || this.host.random() < compactBlockUsage
  }

  /**
   * Puts a block together. One without payments is all in its compact form: then the nodes of one host
   * hold one copy.
   * @param sent transactions that came for the block, beside those of the pool
   */
  reconstruct(
    entry: BlockEntry,
    compact: CompactBlock,
    sent: readonly Transaction[],
  ): Reconstruction {
    if (compact.shortIds.length === 0 && compact.prefilled.length === 1) {
      const block = entry.sound
      if (block !== undefined && block.transactions[0] === compact.prefilled[0]?.transaction) {
        return { kind: 'complete', block }
      }
    }
    const available = [...sent]
    for (const { transaction } of this.pool.values()) available.push(transaction)
    return reconstruct(compact, available)
  }

  askForRest(
    from: NodeId,
    entry: BlockEntry,
    compact: CompactBlock,
    indexes: readonly number[],
  ): void {
    this.settle(entry.id)
    this.expect(from, entry.id, compact)
    this.host.sendEagerly(from, { kind: 'getBlockTransactions', block: entry.id, indexes })
  }

  /** The compact form was of no use. */
  requestWhole(from: NodeId, id: Identifier): void {
    this.settle(id)
    this.requestBlocks(from, [id])
  }

  receiveBlockTransactions(
    from: NodeId,
    { block: id, transactions }: Message<'blockTransactions'>,
  ): void {
    const request = this.requests.get(id)
    const entry = this.entryOf(id)
    if (request?.compact === undefined || entry === undefined || request.peer !== from) return
    const result = this.reconstruct(entry, request.compact, transactions)
    if (result.kind === 'complete') return this.takeBlock(from, entry, result.block)
    this.requestWhole(from, id)
  }

  // Who pushes.

  setPush(to: NodeId, push: boolean): void {
    const wanted = this.pushTo.includes(to)
    if (push && !wanted) this.pushTo.push(to)
    if (!push && wanted) this.pushTo.splice(this.pushTo.indexOf(to), 1)
  }

  /** A peer was the first with a new tip: asks it to push the next ones, in place of the one least recently so. */
  preferPeer(from: NodeId): void {
    const most = this.parameters.pushingPeers
    const { pushing } = this
    if (pushing.length > 0 && pushing[pushing.length - 1] === from) return
    const place = pushing.indexOf(from)
    if (place >= 0) pushing.splice(place, 1)
    else if (most > 0) this.host.sendEagerly(from, { kind: 'sendCompact', push: true })
    if (most > 0) pushing.push(from)
    if (pushing.length > most) {
      const dismissed = pushing.shift() as NodeId
      this.host.sendEagerly(dismissed, { kind: 'sendCompact', push: false })
    }
  }
}
