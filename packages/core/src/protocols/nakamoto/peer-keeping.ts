import type { NodeId } from '../../model/index.ts'
import type { BlockEntry } from './block-index.ts'
import type { Peer } from './nakamoto.state.ts'
import type { CompactBlock } from './rules/compact-block.ts'
import { type Identifier, nullIdentifier } from './rules/identifier.ts'
import type { RuleViolation } from './rules/rule-violation.ts'
import { TransactionPool } from './transaction-pool.ts'

/** Each request that a peer lets pass doubles what it may take for the next, so many times. */
const largestBackoff = 6

/**
 * What a node knows of its peers: which blocks they have, what they were asked for and by when it
 * should be here, and whether they are worth listening to.
 */
export abstract class PeerKeeping extends TransactionPool {
  /** Is a transaction on its way? Then the request timer must stay armed. */
  abstract expectsTransactions(): boolean
  /** Asks all peers for blocks that are missing. */
  abstract fetchFromAll(): void

  meetPeers(): void {
    const { genesis } = this.index
    for (let i = 0; i < this.host.peers.length; i += 1) {
      this.peers.push({ ...stranger })
      this.peerBest.push(genesis.id)
    }
  }

  peerOf(id: NodeId): Peer {
    return this.peers[this.host.peers.indexOf(id)] as Peer
  }

  /** A peer's new life knows nothing of what the last one was asked. */
  forgetPeer(peer: NodeId): void {
    const place = this.host.peers.indexOf(peer)
    this.releaseRequests(peer)
    this.peers[place] = { ...stranger }
    this.peerBest[place] = this.index.genesis.id
    this.stopPushing(peer)
  }

  /** Neither side pushes to the other any more. */
  stopPushing(peer: NodeId): void {
    remove(this.pushing, peer)
    remove(this.pushTo, peer)
  }

  // Whether to listen to them.

  isIgnored(peer: NodeId): boolean {
    return this.misbehaving.length > 0 && this.misbehaving.includes(peer)
  }

  /** A peer sent what breaks a rule: ignores it from now on, if no correct node could have sent that. */
  refuse(from: NodeId, { rule, permanent, mutated }: RuleViolation): void {
    // An unknown or marked ancestor is no proof: the peer may have seen more, or been told less.
    if (rule !== 'previous-block' && (permanent || mutated)) this.ignore(from)
  }

  ignore(from: NodeId): void {
    this.shun(from)
    this.fetchFromAll()
  }

  shun(peer: NodeId): void {
    if (this.misbehaving.includes(peer)) return
    this.misbehaving.push(peer)
    this.misbehaving.sort((left, right) => left - right)
    this.stopPushing(peer)
    this.releaseRequests(peer)
  }

  /** Correct nodes speak of blocks once they have adopted them: whoever has an invalid one is none. */
  blame(entry: BlockEntry): void {
    for (const peer of this.host.peers) {
      if (this.bestOf(peer).descendsFrom(entry)) this.shun(peer)
    }
  }

  /** Forgets what a peer was asked for, so that others can be. */
  releaseRequests(from: NodeId): void {
    this.releaseBlocks(from)
    if (this.headersRequest?.peer === from) this.headersRequest = undefined
    this.disarmRequestTimer()
  }

  releaseBlocks(from: NodeId): void {
    for (const [id, request] of this.requests) if (request.peer === from) this.settle(id)
  }

  // What they have.

  /** The block of most work that a peer is known to have. */
  bestOf(peer: NodeId): BlockEntry {
    const id = this.peerBest[this.host.peers.indexOf(peer)] as Identifier
    return this.entryOf(id) ?? this.index.genesis
  }

  noteHas(peer: NodeId, entry: BlockEntry): void {
    const place = this.host.peers.indexOf(peer)
    const best = this.peerBest[place]
    if (best === entry.id) return
    if (best === entry.header.previous || !this.isBetter(this.bestOf(peer), entry)) {
      this.peerBest[place] = entry.id
    }
  }

  // What they were asked for.

  /** From now on this block is expected from this peer, or what its compact form lacks. */
  expect(from: NodeId, id: Identifier, compact?: CompactBlock): void {
    const peer = this.peerOf(from)
    peer.inFlight += 1
    const deadline = this.deadlineOf(peer, peer.inFlight)
    this.requests.set(id, { peer: from, deadline, compact })
    this.armRequestTimer()
  }

  /** Nothing is expected any more from the request for this block. @returns whether there was one */
  settle(id: Identifier): boolean {
    const request = this.requests.get(id)
    if (request === undefined) return false
    this.requests.delete(id)
    this.peerOf(request.peer).inFlight -= 1
    return true
  }

  /** When the last of so many answers should be here. */
  deadlineOf(peer: Peer, answers: number): number {
    const patience = 2 ** Math.min(peer.unanswered, largestBackoff)
    return this.host.now() + Math.round(this.requestTimeoutMicros() * answers * patience)
  }

  requestTimeoutMicros(): number {
    return Math.round(this.parameters.requestTimeoutMs * 1_000)
  }

  isExpecting(): boolean {
    return this.requests.size > 0 || this.headersRequest !== undefined || this.expectsTransactions()
  }

  /** While anything is expected, what is overdue is looked for once in a timeout. */
  armRequestTimer(): void {
    if (this.requestTimerArmed) return
    this.requestTimerArmed = true
    this.host.setTimer('request', this.requestTimeoutMicros())
  }

  disarmRequestTimer(): void {
    if (!this.requestTimerArmed || this.isExpecting()) return
    this.requestTimerArmed = false
    this.host.cancelTimer('request')
  }
}

/** A peer at the beginning of its life. */
const stranger: Peer = { claimed: nullIdentifier, inFlight: 0, unanswered: 0 }

function remove(list: NodeId[], element: NodeId): void {
  const place = list.indexOf(element)
  if (place >= 0) list.splice(place, 1)
}
