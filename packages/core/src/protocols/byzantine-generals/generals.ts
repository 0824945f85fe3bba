import {
  machine,
  map,
  microsPerMillisecond,
  type NodeId,
  natural,
  option,
  type RequestId,
  set,
  text,
} from '../../model/index.ts'
import {
  commander,
  GeneralsCommand,
  GeneralsMessage,
  GeneralsRecord,
  Waiting,
} from './generals.messages.ts'
import { generalsParameters } from './generals.parameters.ts'
import { defaultOrder, Order, orderBytes, orderOf } from './order.ts'

const schema = {
  state: {
    /** Counted from 0, by this general's own clock. */
    round: natural,
    /** What the commander was asked to order. */
    order: option(Order),
    decision: option(Order),
    waiting: option(Waiting),
    /** OM: the order that came along each path, by `pathNumber`. */
    heard: map(natural, Order),
    /** SM: the paper's V, the properly signed orders that this lieutenant has seen. */
    seen: set(text),
  },
  message: GeneralsMessage,
  record: GeneralsRecord,
  command: GeneralsCommand,
  timers: ['round'],
  parameters: generalsParameters,
} as const

/**
 * What both algorithms share: rounds, the commander, and the decision.
 *
 * All generals begin at time 0 and count rounds of the same length by their own clocks. Round 0
 * brings the order to the commander, who sends it when the round ends; an order that comes later
 * comes too late, and he has sent nothing. A message that passed through the hands of k generals, the
 * commander among them, arrives in round k or counts as not sent. When round m + 1 ends all decide, the
 * commander too: loyal generals act together.
 */
export abstract class Generals extends machine(schema) {
  /** The commander sends his order to every lieutenant. */
  abstract command(order: Order): void
  /** A lieutenant's round has ended, and is not the last. */
  abstract relay(round: number): void
  /** What a lieutenant obeys, by all that it has heard. */
  abstract verdict(): Order
  abstract receive(from: NodeId, message: GeneralsMessage): void

  get isCommander(): boolean {
    return this.host.self === commander
  }

  /** m + 1: the commander's own messages, and m times passed on. */
  get lastRound(): number {
    return this.parameters.traitors + 1
  }

  /** Whether what passed through so many hands has arrived in time. */
  inTime(hands: number): boolean {
    return this.round <= hands && this.decision === undefined
  }

  start(): void {
    this.startRound()
  }

  startRound(): void {
    this.host.setTimer('round', Math.round(this.parameters.roundMs * microsPerMillisecond))
  }

  timeout(_timer: 'round'): void {
    this.endRound(this.round)
    this.round += 1
    if (this.decision === undefined) this.startRound()
  }

  endRound(round: number): void {
    if (round === this.lastRound) {
      this.decide(this.isCommander ? (this.order ?? defaultOrder) : this.verdict())
    } else if (!this.isCommander) {
      if (round > 0) this.relay(round)
    } else if (round === 0 && this.order !== undefined) this.command(this.order)
  }

  propose({ value }: GeneralsCommand, request: RequestId): void {
    if (!this.isCommander) return this.refuse(request, 'not the commander')
    if (this.decision !== undefined) return this.answer(request, this.decision)
    const order = orderOf(value)
    if (order === undefined) return this.refuse(request, 'no order: retreat or attack')
    if (this.round === 0) this.order ??= order
    this.waiting = { client: request.client, sequence: request.sequence }
  }

  decide(order: Order): void {
    this.decision = order
    this.host.output({ kind: 'decided', value: orderBytes(order) })
    if (this.waiting !== undefined) this.answer(this.waiting, order)
    this.waiting = undefined
  }

  private answer(request: RequestId, order: Order): void {
    this.host.reply(request, { kind: 'done', result: orderBytes(order) })
  }

  private refuse(request: RequestId, reason: string): void {
    this.host.reply(request, { kind: 'refused', reason, leader: commander })
  }

  apply(_record: never): void {
    throw new Error('a general keeps no records')
  }
}
