import type { AnyNode, Checker, Moment, NodeId, Violation } from '../../model/index.ts'
import type { EventRecord, ObservedHistory } from './observed-history.ts'

/**
 * Event durability: no crash undoes an event that another process has heard of. The clocks rest on it:
 * who forgets its events begins to count them again.
 *
 * It keeps the history that the other checkers read, so it comes before them.
 */
export class EventDurability<Stamp> implements Checker<AnyNode & { readonly events: number }> {
  readonly property = 'event durability'
  readonly kind = 'safety'
  violation: Violation | undefined
  private readonly history: ObservedHistory<Stamp>

  constructor(history: ObservedHistory<Stamp>) {
    this.history = history
  }

  recorded(id: NodeId, record: EventRecord<Stamp>, moment: Moment): void {
    if (!this.violation) this.history.add(id, record, moment)
  }

  restarted(id: NodeId, node: { readonly events: number }, moment: Moment): void {
    if (this.violation) return
    const forgotten = this.history.returned(id, node.events)
    if (forgotten === undefined) return
    this.violation = {
      property: this.property,
      message: `node ${id} came back from a crash after its event ${node.events}, and others have heard of its event ${forgotten.number}`,
      nodes: [id],
      events: [forgotten.runEvent, moment.event],
    }
  }
}
