import { machine, type NodeId, type RequestId, Writer } from '../../model/index.ts'
import {
  BenOrCommand,
  BenOrMessage,
  BenOrRecord,
  type Bit,
  bitIn,
  bits,
  bytesOf,
} from './ben-or.messages.ts'
import { benOrParameters } from './ben-or.parameters.ts'
import { benOrState } from './ben-or.state.ts'
import { count, countOf, type Tally } from './tally.ts'

/**
 * Ben-Or's consensus by coin tossing: protocol A of Michael Ben-Or, "Another Advantage of Free Choice:
 * Completely Asynchronous Agreement Protocols" (PODC 1983).
 *
 * Model: asynchronous, with no bound on delays and no clock. Every message between nodes that go on
 * arrives in the end. Up to t of n > 2t nodes crash, for good. Each node begins with 0 or 1.
 * Agreement and validity always hold; all decide with probability 1, which is the most that Fischer,
 * Lynch and Paterson leave: no protocol without coins decides in every run of this model.
 *
 * A round has two phases, and ends with a choice:
 *   step 1   tell everybody your value                                       (1, r, x)
 *   step 2   of n − t reports: if more than n/2 say v, propose v; else ?     (2, r, v, D) or (2, r, ?)
 *   step 3   of n − t proposals: (a) if one is of v, make v your value
 *                                (b) if more than t are of v, decide v
 *                                (c) if none is of a value, toss a coin for your value
 *
 * Two values cannot both be reported by more than half, so that all proposals of a round are alike.
 * Who sees more than t of them knows that everybody, waiting for n − t, sees at least one.
 */
export class BenOr extends machine({
  state: benOrState,
  message: BenOrMessage,
  record: BenOrRecord,
  command: BenOrCommand,
  timers: [],
  parameters: benOrParameters,
}) {
  // ── How many are enough: all that differs between the two protocols of the paper. ──

  /** t: how many nodes may be faulty. */
  get faulty(): number {
    return Math.floor((this.host.nodes.length - 1) / 2)
  }

  /** n − t: to wait for more might be to wait for the dead. */
  isEnough(tally: Tally): boolean {
    return tally.senders.size >= this.host.nodes.length - this.faulty
  }

  /** Did so many reports of a value come that no other value can have as many? */
  mayPropose(reports: number): boolean {
    return 2 * reports > this.host.nodes.length
  }

  /** Do so many proposals of a value show that it may have been decided (step 3a)? */
  mustAdopt(proposals: number): boolean {
    return proposals > 0
  }

  /** Do so many proposals of a value mean that nobody misses them all (step 3b)? */
  mayDecide(proposals: number): boolean {
    return proposals > this.faulty
  }

  // ── What comes in. ──

  start(): void {}

  apply(_record: never): void {}

  timeout(_timer: never): void {}

  propose(command: BenOrCommand, request: RequestId): void {
    const value = bitIn(command.value)
    if (value === undefined) {
      const outcome = { kind: 'refused', reason: 'neither 0 nor 1', leader: undefined } as const
      this.host.reply(request, outcome)
      return
    }
    if (this.decided !== undefined) {
      this.answer(request, this.decided)
      return
    }
    if (!this.requests.some((known) => isSame(known, request))) this.requests.push({ ...request })
    if (this.round > 0) return
    this.value = value
    this.beginRound(1)
    this.advance()
  }

  receive(from: NodeId, message: BenOrMessage): void {
    if (this.phase === 'stopped' || message.round < this.round) return
    this.note(from, message)
    this.advance()
  }

  /** Messages of later rounds wait here for their round: nobody sends them twice. */
  note(from: NodeId, message: BenOrMessage): void {
    const { reports, proposals } = this.arrivedIn(message.round)
    count(message.kind === 'report' ? reports : proposals, from, message.value)
  }

  arrivedIn(round: number): { readonly reports: Tally; readonly proposals: Tally } {
    let arrived = this.arrived.get(round)
    if (arrived === undefined) {
      const tally = (): Tally => ({ senders: new Set(), zeros: 0, ones: 0 })
      arrived = { reports: tally(), proposals: tally() }
      this.arrived.set(round, arrived)
    }
    return arrived
  }

  // ── The steps of a round. ──

  /** As far as the messages that are here allow: those of the next phases may have come already. */
  advance(): void {
    for (;;) {
      switch (this.phase) {
        case 'waiting':
        case 'stopped':
          return
        case 'report': {
          const { reports } = this.arrivedIn(this.round)
          if (!this.isEnough(reports)) return
          this.endReports(reports)
          break
        }
        case 'proposal': {
          const { proposals } = this.arrivedIn(this.round)
          if (!this.isEnough(proposals)) return
          this.endRound(proposals)
          break
        }
      }
    }
  }

  /** Step 1. */
  beginRound(round: number): void {
    this.arrived.delete(this.round)
    this.round = round
    this.phase = 'report'
    this.proposed = undefined
    this.tell({ kind: 'report', round, value: this.value })
  }

  /** Step 2. */
  endReports(reports: Tally): void {
    this.phase = 'proposal'
    this.proposed = bits.find((bit) => this.mayPropose(countOf(reports, bit)))
    this.tell({ kind: 'proposal', round: this.round, value: this.proposed })
  }

  /** Step 3, and on to the next round. */
  endRound(proposals: Tally): void {
    if (this.decided !== undefined) {
      this.stop()
      return
    }
    const seen = bits.find((bit) => this.mustAdopt(countOf(proposals, bit)))
    this.value = seen ?? this.tossCoin()
    const sure = bits.find((bit) => this.mayDecide(countOf(proposals, bit)))
    if (sure !== undefined) this.decide(sure)
    this.beginRound(this.round + 1)
  }

  tossCoin(): Bit {
    if (this.parameters.commonCoin === 1) return this.commonCoin()
    return this.host.random() < 0.5 ? '0' : '1'
  }

  /**
   * The side that the coin of this round shows to all (Michael O. Rabin, "Randomized Byzantine
   * Generals", FOCS 1983). There a dealer has shared the coins out beforehand, as secrets that nodes
   * open together when they need them; here a hash stands for the dealer, and nobody looks ahead.
   */
  commonCoin(): Bit {
    const writer = new Writer()
    writer.natural(this.parameters.coinSeed)
    writer.natural(this.round)
    const digest = this.host.hash(writer.finish())
    return (digest[0] as number) % 2 === 0 ? '0' : '1'
  }

  decide(value: Bit): void {
    this.decided = value
    this.decidedRound = this.round
    this.host.output({ kind: 'decided', value: bytesOf(value) })
    for (const request of this.requests) this.answer(request, value)
    this.requests = []
  }

  /**
   * In the round after a decision everybody has the decided value, so that all decide in it at the
   * latest: who has gone through it is needed no more.
   */
  stop(): void {
    this.phase = 'stopped'
    this.arrived.clear()
  }

  /** Tells every node, this one among them. */
  tell(message: BenOrMessage): void {
    this.broadcast(message)
    this.note(this.host.self, message)
  }

  private answer(request: RequestId, value: Bit): void {
    this.host.reply(request, { kind: 'done', result: bytesOf(value) })
  }
}

function isSame(left: RequestId, right: RequestId): boolean {
  return left.client === right.client && left.sequence === right.sequence
}
