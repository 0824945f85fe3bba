import { machine, type NodeId } from '../../model/index.ts'
import { drawDelay, drawPeer } from './activity.ts'
import {
  type Relation,
  type VectorMessage,
  type VectorRecord,
  vectorSchema,
} from './vector-clocks.schema.ts'

/** Whether u < v: u ≤ v in every entry, and they differ (Mattern 1989). */
export function vectorLess(u: readonly number[], v: readonly number[]): boolean {
  let differ = false
  for (let i = 0; i < u.length; i += 1) {
    const [left, right] = [u[i] as number, v[i] as number]
    if (left > right) return false
    if (left < right) differ = true
  }
  return differ
}

/**
 * Vector clocks, as in Colin Fidge, "Timestamps in Message-Passing Systems That Preserve the Partial
 * Ordering" (Australian Computer Science Conference, 1988), and Friedemann Mattern, "Virtual Time and
 * Global States of Distributed Systems" (Workshop on Parallel and Distributed Algorithms, 1989).
 *
 * Model: as for Lamport's clocks. Processes take steps at times of their own and send messages, which
 * may be lost, repeated, delayed and reordered; processes crash and come back with what their disks
 * hold; nobody lies. Any number may crash. Nothing depends on time.
 *
 * Each process counts the events of every process that it knows of, and messages carry the counts. So
 * stamps say all that there is to say about the order of events:
 *
 *   a → b if and only if V(a) < V(b),
 *
 * and two events are concurrent where neither stamp is less than the other. The price is one number
 * for each process in every message, and it cannot be less (Charron-Bost 1991).
 *
 * The papers have no crashes. Here an event has happened once it is on disk, with its stamp, and no
 * message leaves before: so a crash undoes only what nobody has counted.
 */
export class VectorClocks extends machine(vectorSchema) {
  start(): void {
    this.awaitStep()
  }

  awaitStep(): void {
    this.host.setTimer('step', drawDelay(this.host, this.parameters))
  }

  /** Nobody asks for anything: the processes act by themselves. */
  propose(_command: never): void {}

  timeout(_timer: 'step'): void {
    const peer = drawPeer(this.host, this.parameters)
    if (peer === undefined) this.internalEvent()
    else this.sendEvent(peer)
    this.awaitStep()
  }

  internalEvent(): void {
    this.record({ kind: 'internal', stamp: this.ticked(this.now) })
  }

  sendEvent(to: NodeId): void {
    this.record({ kind: 'send', to, stamp: this.ticked(this.now) })
    this.leave(to, { kind: 'note', number: this.events, stamp: this.clock })
  }

  receive(from: NodeId, { number, stamp: sent }: VectorMessage): void {
    const sending = this.relation(sent, this.now)
    this.record({ kind: 'receive', from, number, sending, stamp: this.stampOfReceipt(sent, from) })
  }

  /** The clock as it stands: of no event before the first. */
  get now(): readonly number[] {
    return this.events > 0 ? this.clock : this.host.nodes.map(() => 0)
  }

  /** Each process increments its own entry between any two successive events. */
  ticked(vector: readonly number[]): number[] {
    return vector.map((count, process) => (process === this.host.self ? count + 1 : count))
  }

  /** A receipt has in its past what the sending had, and what the receiver had. */
  stampOfReceipt(sent: readonly number[], _from: NodeId): number[] {
    return this.ticked(this.merged(sent))
  }

  /** The supremum of the clock and a stamp: in each entry the larger. */
  merged(sent: readonly number[]): number[] {
    return this.now.map((count, process) => Math.max(count, sent[process] as number))
  }

  /** How the event with the first stamp stands to that with the second. */
  relation(a: readonly number[], b: readonly number[]): Relation {
    if (vectorLess(a, b)) return 'before'
    return vectorLess(b, a) ? 'after' : 'concurrent'
  }

  leave(to: NodeId, message: VectorMessage): void {
    this.host.send(to, message)
  }

  apply(event: VectorRecord): void {
    this.clock = [...event.stamp]
    this.events += 1
    if (event.kind !== 'receive') return
    switch (event.sending) {
      case 'before':
        this.receivedBefore += 1
        return
      case 'after':
        this.receivedAfter += 1
        return
      case 'concurrent':
        this.receivedConcurrent += 1
        return
    }
  }
}
