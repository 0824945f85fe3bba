import type { NodeId } from '../../model/index.ts'
import { BlockEntry } from './block-index.ts'
import type { Message, NakamotoMessage } from './nakamoto.messages.ts'
import type { Peer } from './nakamoto.state.ts'
import { PeerKeeping } from './peer-keeping.ts'
import type { Block } from './rules/block.ts'
import type { BlockHeader } from './rules/header.ts'
import { type Identifier, nullIdentifier } from './rules/identifier.ts'
import { locatorHeights, maximumLocator } from './rules/locator.ts'

/** The most headers in one message. */
export const maximumHeaders = 2_000
/** The most blocks that one peer is asked for at a time. */
export const maximumInFlight = 16
/** Blocks are asked for at most so far above the last that is stored. */
export const downloadWindow = 1_024
/**
 * Catching up, headers first: whoever speaks of a block that is not known is asked what leads up to
 * it; good headers cost their sender work, so only then are blocks asked for, from every peer that
 * has them, a few at a time. It does not matter who connected to whom: both say hello, with their tips.
 */
export abstract class Synchronisation extends PeerKeeping {
  abstract expireTransactions(): void
  /** A peer was the first with a new tip. */
  abstract preferPeer(from: NodeId): void

  // Peers.

  receiveHello(from: NodeId, { tip, answer }: Message<'hello'>): void {
    if (answer) {
      this.forgetPeer(from)
      this.host.sendEagerly(from, { kind: 'hello', tip: this.tip.header, answer: false })
    }
    this.receiveHeaders(from, [tip])
  }

  // Headers.

  receiveHeaders(from: NodeId, headers: readonly BlockHeader[]): void {
    const first = headers[0]
    if (first === undefined) return this.finishHeaders(from)
    const known = this.entryOf(first.id)
    if (headers.length === 1 && known !== undefined && this.isStored(known)) {
      return this.noteHas(from, known)
    }
    if (headers.length > maximumHeaders) return this.ignore(from)
    if (known === undefined && !this.isKnown(first.previous)) {
      if (this.marks.has(first.previous)) return
      this.peerOf(from).claimed = (headers[headers.length - 1] as BlockHeader).id
      this.askHeaders(from)
      return
    }
    let last: BlockEntry | undefined
    for (const header of headers) {
      const accepted = this.acceptHeader(header)
      if (!(accepted instanceof BlockEntry)) {
        this.refuse(from, accepted)
        return this.finishHeaders(from)
      }
      last = accepted
    }
    const end = last as BlockEntry
    this.noteHas(from, end)
    if (headers.length === maximumHeaders) this.askMoreHeaders(from)
    else if (this.headersRequest !== undefined) this.finishHeaders(from)
    if (this.headers.size > this.parameters.headersAhead) this.forgetSideBranches()
    this.fetchFrom(from, end)
  }

  /**
   * Does this announce what is no news here? Most messages do, for every peer tells of every block. Of
   * the tip there is nothing new, not even that the peer has it, since it has been announced to the
   * peer already; of the best block, where that was asked for, only who has it too.
   */
  isOldNews(from: NodeId, message: NakamotoMessage): boolean {
    if (message.kind !== 'headers' || message.headers.length !== 1) return false
    const { id } = message.headers[0] as BlockHeader
    if (id === this.activeTip) return true
    if (id !== this.bestHeader || !this.requests.has(id)) return false
    const place = this.host.peers.indexOf(from)
    if (place >= 0) this.peerBest[place] = id
    return true
  }

  /** Asks a peer for what follows the best branch known here; one peer at a time. */
  askHeaders(from: NodeId): void {
    if (this.headersRequest !== undefined) return
    this.headersRequest = { peer: from, deadline: this.deadlineOf(this.peerOf(from), 1) }
    this.armRequestTimer()
    const best = this.entry(this.bestHeader)
    const locator = locatorHeights(best.height).map((height) => best.ancestor(height).id)
    this.host.sendEagerly(from, { kind: 'getHeaders', locator })
  }

  /** There are more where these came from; too many at once could be made up to fill the memory. */
  askMoreHeaders(from: NodeId): void {
    this.headersRequest = undefined
    if (this.headers.size < this.parameters.headersAhead) this.askHeaders(from)
    else this.moreHeadersAt = from
  }

  /** Goes on with headers, if that was put off and enough blocks have come since. */
  resumeHeaders(): void {
    const peer = this.moreHeadersAt
    if (peer === undefined || this.headers.size > this.parameters.headersAhead / 2) return
    this.moreHeadersAt = undefined
    if (!this.isIgnored(peer)) this.askHeaders(peer)
  }

  /** A peer has said all it knows: those who spoke of blocks that are still not known come next. */
  finishHeaders(from: NodeId): void {
    if (this.headersRequest?.peer !== from) return
    this.headersRequest = undefined
    const peer = this.peerOf(from)
    peer.claimed = nullIdentifier
    peer.unanswered = 0
    for (const id of this.host.peers) {
      const other = this.peerOf(id)
      if (other.claimed === nullIdentifier || this.isIgnored(id)) continue
      const claimed = this.entryOf(other.claimed)
      if (claimed === undefined) this.askHeaders(id)
      else {
        other.claimed = nullIdentifier
        this.noteHas(id, claimed)
        this.fetchFrom(id)
      }
    }
    this.disarmRequestTimer()
  }

  receiveGetHeaders(from: NodeId, { locator }: Message<'getHeaders'>): void {
    if (locator.length > maximumLocator || locator.length === 0) return this.ignore(from)
    let common = this.index.genesis
    for (const id of locator) {
      const entry = this.entryOf(id)
      if (entry === undefined || !this.isActive(entry)) continue
      common = entry
      break
    }
    this.noteHas(from, common)
    const headers: BlockHeader[] = []
    const end = Math.min(this.tip.height, common.height + maximumHeaders)
    for (let height = common.height + 1; height <= end; height += 1) {
      headers.push(this.entry(this.activeChain[height] as Identifier).header)
    }
    this.host.sendEagerly(from, { kind: 'headers', headers })
  }

  /** Too many headers wait for their blocks: keeps those of the best branch alone. */
  forgetSideBranches(): void {
    const best = this.entry(this.bestHeader)
    for (const id of this.headers.keys()) {
      if (!best.descendsFrom(this.entry(id))) this.forgetHeader(id)
    }
  }

  // Blocks.

  /** Asks a peer for blocks of a branch that it has, that are not here, and that may better the active chain. */
  fetchFrom(from: NodeId, end = this.bestOf(from)): void {
    const { tip } = this
    const peer = this.peerOf(from)
    const free = maximumInFlight - peer.inFlight
    if (free <= 0 || this.isStored(end) || this.isBetter(tip, end)) return
    if (peer.unanswered > 0 && this.hasBetterSource(peer, end)) return
    if (end.parent === tip) return this.requestNext(from, end)
    const wanted = this.missingBlocks(end, free)
    if (wanted.length > 0) this.requestBlocks(from, wanted)
  }

  /** Of the next block it can be expected that most of its transactions are here already. */
  requestNext(from: NodeId, next: BlockEntry): void {
    if (this.requests.has(next.id) || this.isEarly(next)) return
    this.expect(from, next.id)
    this.host.sendEagerly(from, next.request)
  }

  /** A peer that stalls is asked no more, as long as one that does so less has as much. */
  hasBetterSource({ unanswered }: Peer, end: BlockEntry): boolean {
    return this.host.peers.some(
      (id) =>
        this.peerOf(id).unanswered < unanswered &&
        !this.isIgnored(id) &&
        !this.isBetter(end, this.bestOf(id)),
    )
  }

  /** Asks all peers, those who let the fewest requests pass first. */
  fetchFromAll(): void {
    if (this.headers.size === 0) return
    const peers = this.host.peers.filter((id) => !this.isIgnored(id))
    peers.sort((left, right) => this.peerOf(left).unanswered - this.peerOf(right).unanswered)
    for (const id of peers) this.fetchFrom(id)
  }

  /** Up to `count` blocks of the branch that ends in `end`, lowest first, that nobody has been asked for. */
  missingBlocks(end: BlockEntry, count: number): Identifier[] {
    const last = this.lastStored(end)
    let at = end.ancestor(Math.min(end.height, last.height + downloadWindow))
    const missing: Identifier[] = []
    for (; at !== last; at = at.parent as BlockEntry) {
      if (!this.requests.has(at.id) && !this.isEarly(at)) missing.push(at.id)
    }
    return missing.reverse().slice(0, count)
  }

  /** The highest stored block on the branch that ends in `end`. All below it are stored too. */
  lastStored(end: BlockEntry): BlockEntry {
    const { parent } = end
    if (parent !== undefined && this.isStored(parent)) return parent
    let stored = 0
    let missing = end.height
    while (missing - stored > 1) {
      const middle = Math.floor((stored + missing) / 2)
      if (this.isStored(end.ancestor(middle))) stored = middle
      else missing = middle
    }
    return end.ancestor(stored)
  }

  requestBlocks(from: NodeId, blocks: readonly Identifier[]): void {
    for (const id of blocks) this.expect(from, id)
    this.host.sendEagerly(from, { kind: 'getData', blocks, compact: false })
  }

  receiveBlock(from: NodeId, { block }: Message<'block'>): void {
    const entry = this.acceptHeaderOf(from, block.header)
    if (entry !== undefined) this.takeBlock(from, entry, block)
  }

  /** The entry of a header that came with its block, unless that is known or of no use. */
  acceptHeaderOf(from: NodeId, header: BlockHeader): BlockEntry | undefined {
    const known = this.entryOf(header.id)
    if (known !== undefined && this.isStored(known)) {
      this.noteHas(from, known)
      return undefined
    }
    if (known === undefined && !this.isKnown(header.previous)) {
      this.receiveHeaders(from, [header])
      return undefined
    }
    const entry = known ?? this.acceptHeader(header)
    if (entry instanceof BlockEntry) {
      this.noteHas(from, entry)
      return entry
    }
    this.refuse(from, entry)
    return undefined
  }

  /** A block came, whole. Unasked, it must be worth its place: not on a branch of less work, nor far ahead. */
  takeBlock(from: NodeId, entry: BlockEntry, block: Block): void {
    const asked = this.settle(entry.id)
    this.disarmRequestTimer()
    if (!asked && (this.isBetter(this.tip, entry) || this.isFarAhead(entry))) return
    const broken = this.acceptBlock(entry, block)
    if (broken !== undefined) this.refuse(from, broken)
    this.peerOf(from).unanswered = 0
    this.resumeHeaders()
    if (this.headers.size === 0) {
      if (this.activeTip === entry.id) this.preferPeer(from)
      return
    }
    if (broken === undefined && !this.isIgnored(from)) this.fetchFrom(from)
    else this.fetchFromAll()
  }

  isFarAhead(entry: BlockEntry): boolean {
    if (this.isStored(entry.parent as BlockEntry)) return false
    return entry.height > this.lastStored(entry).height + downloadWindow
  }

  receiveNotFound(from: NodeId, { blocks }: Message<'notFound'>): void {
    const peer = this.peerOf(from)
    for (const id of blocks) {
      if (this.requests.get(id)?.peer !== from) continue
      this.settle(id)
      peer.unanswered += 1
      // It does not have what it spoke of; until it speaks again it is not asked.
      this.peerBest[this.host.peers.indexOf(from)] = this.index.genesis.id
    }
    this.fetchFromAll()
    this.disarmRequestTimer()
  }

  // What is overdue.

  /** Looks for overdue answers, and asks others. */
  requestTimedOut(): void {
    this.requestTimerArmed = false
    const now = this.host.now()
    const late = new Set<NodeId>()
    for (const { peer, deadline } of this.requests.values()) if (deadline <= now) late.add(peer)
    for (const peer of late) {
      this.releaseBlocks(peer)
      this.peerOf(peer).unanswered += 1
    }
    const asked = this.headersRequest
    if (asked !== undefined && asked.deadline <= now) this.headersTimedOut(asked.peer)
    this.expireTransactions()
    this.fetchFromAll()
    if (this.isExpecting()) this.armRequestTimer()
  }

  /** Asks whoever else spoke of blocks that are not known, before asking the same peer again. */
  headersTimedOut(late: NodeId): void {
    this.peerOf(late).unanswered += 1
    this.headersRequest = undefined
    const claimants = this.host.peers.filter(
      (id) => this.peerOf(id).claimed !== nullIdentifier && !this.isIgnored(id),
    )
    claimants.sort((left, right) => this.peerOf(left).unanswered - this.peerOf(right).unanswered)
    if (claimants[0] !== undefined) this.askHeaders(claimants[0])
  }
}
