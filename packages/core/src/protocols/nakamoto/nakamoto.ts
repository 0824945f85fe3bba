import { microsPerSecond, type NodeId, type RequestId } from '../../model/index.ts'
import type { BlockEntry } from './block-index.ts'
import type { NakamotoCommand, NakamotoMessage, NakamotoRecord } from './nakamoto.messages.ts'
import type { Block } from './rules/block.ts'
import { type Identifier, nullIdentifier } from './rules/identifier.ts'
import { Wallet } from './wallet.ts'

/**
 * Nakamoto consensus (Nakamoto, "Bitcoin: A Peer-to-Peer Electronic Cash System", 2008), with the
 * consensus rules and the formats of Bitcoin.
 *
 * Model: nodes that come and go as they like, a network that is slow but, compared with the time
 * between blocks, synchronous; any number of malicious nodes, as long as honest ones have the majority
 * of the hash power (with delay Δ and rate λ, a share of less than λ/(1 + λΔ) is safe: Garay, Kiayias
 * and Leonardos, 2015). Nothing is ever decided: a block is final with a probability that grows with
 * the blocks on top of it.
 *
 * Section 5 of the paper, and where each step is written out:
 * 1. New transactions are broadcast to all nodes: `transaction-relay.ts`, `transaction-pool.ts`.
 * 2. Each node collects new transactions into a block: `mining.ts`.
 * 3. Each node works on finding a proof of work for its block: the host does.
 * 4. A node that finds one broadcasts the block to all nodes: `block-relay.ts`.
 * 5. Nodes accept the block only if all transactions in it are valid and not already spent:
 *    `header-tree.ts`, `chain-selection.ts`, `coin-keeping.ts`, and the rules themselves in `rules/`.
 * 6. Nodes express their acceptance by working on the next block: `tipChanged` below.
 *
 * What the paper leaves open is how a node catches up: `synchronisation.ts`, with `peer-keeping.ts`.
 * `wallet.ts` pays.
 */
export class Nakamoto extends Wallet {
  start(): void {
    this.meetPeers()
    this.rebuild()
    this.mineOn(this.tip)
    this.restartResync()
    const tip = this.tip.header
    for (const to of this.host.peers)
      this.host.sendEagerly(to, { kind: 'hello', tip, answer: true })
    this.remind()
  }

  receive(from: NodeId, message: NakamotoMessage): void {
    if (this.isIgnored(from) || this.isOldNews(from, message)) return
    if (!this.host.peers.includes(from)) return
    switch (message.kind) {
      case 'hello':
        return this.receiveHello(from, message)
      case 'getHeaders':
        return this.receiveGetHeaders(from, message)
      case 'headers':
        return this.receiveHeaders(from, message.headers)
      case 'sendCompact':
        return this.setPush(from, message.push)
      case 'getData':
        return this.receiveGetData(from, message)
      case 'block':
        return this.receiveBlock(from, message)
      case 'compactBlock':
        return this.receiveCompactBlock(from, message)
      case 'getBlockTransactions':
        return this.receiveGetBlockTransactions(from, message)
      case 'blockTransactions':
        return this.receiveBlockTransactions(from, message)
      case 'notFound':
        return this.receiveNotFound(from, message)
      case 'inventory':
        return this.receiveInventory(from, message)
      case 'getTransactions':
        return this.receiveGetTransactions(from, message)
      case 'transaction':
        return this.receiveTransaction(from, message)
    }
  }

  timeout(timer: 'request' | 'resync' | 'refresh'): void {
    switch (timer) {
      case 'request':
        return this.requestTimedOut()
      case 'resync':
        return this.resync()
      case 'refresh':
        return this.refresh()
    }
  }

  propose(command: NakamotoCommand, request: RequestId): void {
    switch (command.kind) {
      case 'pay':
        return this.pay(command, request)
      case 'submit':
        return this.submit(command, request)
      case 'balance':
        return this.balance(command, request)
      case 'tip':
        return this.reply(request, this.tip)
      case 'invalidate':
      case 'reconsider':
        return this.judge(command.kind, command.block, request)
    }
  }

  apply(record: NakamotoRecord): void {
    switch (record.kind) {
      case 'block':
        this.blocks.push(record.block)
        // A block that extends the active chain is on it already.
        if (this.activeChain[this.activeChain.length - 1] !== record.block.id) {
          this.sideBlocks.set(record.block.id, this.blocks.length)
        }
        if (record.active) this.activeTip = record.block.id
        return
      case 'tip':
        this.activeTip = record.block
        return
      case 'mark':
        if (record.as === 'not invalid') this.marks.delete(record.block)
        else this.marks.set(record.block, record.as)
        return
      case 'payment':
        this.payments.set(record.request, record.transaction)
        return
    }
  }

  /** The active chain ends in a new block: all that follows from it. */
  tipChanged(before: BlockEntry, after: BlockEntry, fork: BlockEntry): void {
    this.updatePool(before, fork)
    this.updatePayments(before, fork)
    this.announce(after, fork)
    this.mineOn(after)
    this.restartResync()
  }

  /** From the durable fields, all others. */
  rebuild(): void {
    const { genesis } = this.index
    this.bestHeader = genesis.id
    this.coins = this.index.noCoins
    this.activeChain.push(genesis.id)
    const restored = this.activeTip === nullIdentifier ? genesis : this.entry(this.activeTip)
    for (let height = 1; height <= restored.height; height += 1) {
      const entry = restored.ancestor(height)
      this.reconnectCoins(entry, this.bodyOf(entry) as Block)
      this.activateSideBlock(entry)
    }
    for (const payment of this.payments.values()) this.watchFor(payment)
    if (this.payments.size > 0) this.noteConfirmed(1)
    this.chooseBestHeader()
    // The tip that was active before the crash stays so among equals; a better one may have been
    // stored without having become active.
    const best = this.bestCandidate(restored)
    if (best !== restored) this.activate(best)
  }

  restartResync(): void {
    const seconds = this.parameters.staleTipSpacings * this.index.chain.targetSpacingSeconds
    this.host.setTimer('resync', Math.round(seconds * microsPerSecond))
  }

  /**
   * No new tip for several block intervals: tells all peers of the present one again. Announcements
   * get lost, and those of both sides of a partition were; so after it heals the nodes agree even if
   * nobody finds another block.
   */
  resync(): void {
    this.restartResync()
    for (const to of this.host.peers) {
      if (!this.isIgnored(to)) this.host.sendEagerly(to, this.tip.announcement)
    }
    this.remind()
    this.fetchFromAll()
  }

  /** Somebody says what is to be thought of a block. */
  judge(kind: 'invalidate' | 'reconsider', id: Identifier, request: RequestId): void {
    const entry = this.entryOf(id)
    if (kind === 'reconsider' && this.marks.has(id)) this.reconsider(id)
    else if (entry === undefined) return this.decline(request, `block ${id} is not known`)
    else if (kind === 'invalidate') {
      if (entry.height === 0)
        return this.decline(request, 'the genesis block is valid by definition')
      this.invalidate(entry)
    }
    this.reply(request, this.tip)
  }
}
