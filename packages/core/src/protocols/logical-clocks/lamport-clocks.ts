import { machine, type NodeId } from '../../model/index.ts'
import { drawDelay, drawPeer } from './activity.ts'
import {
  type LamportMessage,
  type LamportRecord,
  lamportSchema,
  type StampedEvent,
} from './lamport-clocks.schema.ts'

/**
 * Logical clocks, as in Leslie Lamport, "Time, Clocks, and the Ordering of Events in a Distributed
 * System" (Communications of the ACM 21(7), 1978).
 *
 * Model: concurrent processes without a common clock take steps at times of their own and send
 * messages, which may be lost, repeated, delayed and reordered. Processes crash and come back with
 * what their disks hold; nobody lies. Any number may crash. Nothing depends on time.
 *
 * What happened before what is all the order there is: a → b if both are events of one process and a
 * came first, or a sends what b receives, or by a chain of these. The clocks keep the Clock Condition,
 *
 *   if a → b then C(a) < C(b),
 *
 * by two rules: IR1, a clock ticks between any two events of its process; IR2, a message carries the
 * stamp of its sending, and its receipt is stamped later than that. The converse does not hold: of two
 * stamps nothing says whether their events are ordered or concurrent. Vector clocks say it.
 *
 * The paper has no crashes. Here an event has happened once it is on disk, with its stamp, and no
 * message leaves before: so a crash undoes only what nobody has heard of, and a clock never goes back
 * behind a stamp that anybody has seen.
 */
export class LamportClocks extends machine(lamportSchema) {
  start(): void {
    this.awaitStep()
  }

  awaitStep(): void {
    this.host.setTimer('step', drawDelay(this.host, this.parameters))
  }

  timeout(_timer: 'step'): void {
    const peer = drawPeer(this.host, this.parameters)
    if (peer === undefined) this.internalEvent()
    else this.sendEvent(peer)
    this.awaitStep()
  }

  /** Nobody asks for anything: the processes act by themselves. */
  propose(_command: never): void {}

  internalEvent(): void {
    this.happen({ kind: 'internal', stamp: this.clock + 1 })
  }

  sendEvent(to: NodeId): void {
    this.happen({ kind: 'send', to, stamp: this.stampOfSending() })
    this.leave(to, { kind: 'note', number: this.events, stamp: this.clock })
  }

  receive(from: NodeId, { number, stamp: sent }: LamportMessage): void {
    this.happen({ kind: 'receive', from, number, stamp: this.stampOfReceipt(sent) })
    this.remember({ stamp: sent, node: from })
  }

  /** IR1: each process increments C_i between any two successive events. */
  stampOfSending(): number {
    return this.clock + 1
  }

  /** IR2(b): a receipt is stamped no earlier than the clock stands, and later than T_m. */
  stampOfReceipt(sent: number): number {
    return Math.max(this.clock, sent) + 1
  }

  happen(event: LamportRecord): void {
    this.record(event)
    this.remember({ stamp: this.clock, node: this.host.self })
  }

  leave(to: NodeId, message: LamportMessage): void {
    this.host.send(to, message)
  }

  apply(event: LamportRecord): void {
    this.clock = event.stamp
    this.events += 1
  }

  /** The total order ⇒: by stamps, and where these are equal by an order ≺ of the processes. */
  precedes(a: StampedEvent, b: StampedEvent): boolean {
    return a.stamp < b.stamp || (a.stamp === b.stamp && a.node < b.node)
  }

  /** Puts an event in its place among the last that are known, unless it stands there. */
  remember(event: StampedEvent): void {
    let place = this.order.length
    while (place > 0 && this.precedes(event, this.order[place - 1] as StampedEvent)) place -= 1
    const before = this.order[place - 1]
    if (before?.stamp === event.stamp && before.node === event.node) return
    this.order.splice(place, 0, event)
    if (this.order.length > this.parameters.rememberedEvents) this.order.shift()
  }
}
