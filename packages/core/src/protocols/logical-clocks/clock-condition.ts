import type { Checker, Moment, NodeId, Violation } from '../../model/index.ts'
import type { ObservedEvent, ObservedHistory } from './observed-history.ts'

/**
 * The Clock Condition: if a → b then a's stamp is less than b's (Lamport 1978, p. 560). Less is
 * transitive, so it is enough that each event is stamped later than the one before it in its process
 * (C1), and each receipt later than the sending (C2).
 */
export class ClockCondition<Stamp> implements Checker {
  readonly property = 'clock condition'
  readonly kind = 'safety'
  violation: Violation | undefined
  private readonly history: ObservedHistory<Stamp>
  private readonly less: (a: Stamp, b: Stamp) => boolean

  /** @param less what the paper writes C(a) < C(b) */
  constructor(history: ObservedHistory<Stamp>, less: (a: Stamp, b: Stamp) => boolean) {
    this.history = history
    this.less = less
  }

  recorded(id: NodeId, _record: unknown, moment: Moment): void {
    const event = this.history.latestOf(id)
    // Once events were lost that others know of, the history is no longer kept.
    if (this.violation || event?.runEvent !== moment.event) return
    this.check(this.history.previousOf(event), event)
    this.check(event.sending, event)
  }

  private check(a: ObservedEvent<Stamp> | undefined, b: ObservedEvent<Stamp>): void {
    if (a === undefined || this.violation || this.less(a.stamp, b.stamp)) return
    const what =
      a.node === b.node
        ? `event ${a.number} of node ${a.node} comes before its event ${b.number}`
        : `event ${b.number} of node ${b.node} receives what event ${a.number} of node ${a.node} sent`
    this.violation = {
      property: this.property,
      message: `${what}, and is stamped ${stampText(b.stamp)} after ${stampText(a.stamp)}`,
      nodes: a.node === b.node ? [a.node] : [a.node, b.node],
      events: [a.runEvent, b.runEvent],
    }
  }
}

/** A stamp as it is shown: `17`, or `(3, 0, 5)`. */
export function stampText(stamp: unknown): string {
  return Array.isArray(stamp) ? `(${stamp.join(', ')})` : String(stamp)
}
