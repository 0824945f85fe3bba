import type { Checker, Moment, NodeId, Violation } from '../../model/index.ts'
import type { StampedEvent } from './lamport-clocks.schema.ts'
import type { LamportClocks } from './lamport-clocks.ts'

/**
 * Total order: every process puts the events that it knows of in the one order ⇒, by stamps and then
 * by processes (Lamport 1978, p. 561). So any two that know the same two events agree on them.
 */
export class TotalOrder implements Checker<LamportClocks> {
  readonly property = 'total order'
  readonly kind = 'safety'
  violation: Violation | undefined

  stepped(id: NodeId, { order }: LamportClocks, moment: Moment): void {
    if (this.violation) return
    const wrong = outOfOrder(order)
    if (wrong === undefined) return
    this.violation = {
      property: this.property,
      message: `node ${id} puts ${wrong}`,
      nodes: [id],
      events: [moment.event],
    }
  }
}

/** The first two events that stand in another order than ⇒, in words; undefined where none do. */
export function outOfOrder(order: readonly StampedEvent[]): string | undefined {
  for (let place = 1; place < order.length; place += 1) {
    const a = order[place - 1] as StampedEvent
    const b = order[place] as StampedEvent
    if (a.stamp < b.stamp || (a.stamp === b.stamp && a.node < b.node)) continue
    return `(${a.stamp}, node ${a.node}) before (${b.stamp}, node ${b.node})`
  }
  return undefined
}
