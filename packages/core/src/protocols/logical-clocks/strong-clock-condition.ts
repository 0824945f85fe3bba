import type { Checker, Moment, NodeId, Violation } from '../../model/index.ts'
import { stampText } from './clock-condition.ts'
import type { ObservedEvent, ObservedHistory } from './observed-history.ts'

/**
 * The strong clock condition: a → b if and only if V(a) < V(b) (Fidge 1988, Mattern 1989).
 *
 * "Only if" is the Clock Condition, which has a checker of its own. This one checks "if": no stamp is
 * less than that of an event which it did not happen before. Stamps grow along a process, so of each
 * process the first event that is not in b's past stands for all later ones; and where that has not
 * happened yet when b does, it is compared with the last event of b's process when it does.
 */
export class StrongClockCondition<Stamp> implements Checker {
  readonly property = 'strong clock condition'
  readonly kind = 'safety'
  violation: Violation | undefined
  private readonly history: ObservedHistory<Stamp>
  private readonly less: (a: Stamp, b: Stamp) => boolean

  constructor(history: ObservedHistory<Stamp>, less: (a: Stamp, b: Stamp) => boolean) {
    this.history = history
    this.less = less
  }

  recorded(id: NodeId, _record: unknown, moment: Moment): void {
    const event = this.history.latestOf(id)
    if (event?.runEvent !== moment.event) return
    for (let other = 0; other < this.history.nodes; other += 1) {
      if (other === id) continue
      this.check(this.history.of(other)[event.past[other] as number], event)
      this.check(event, this.history.latestOf(other))
    }
  }

  /** That a's stamp is not less than b's, where a did not happen before b. */
  private check(a: ObservedEvent<Stamp> | undefined, b: ObservedEvent<Stamp> | undefined): void {
    if (!a || !b || this.violation || !this.less(a.stamp, b.stamp)) return
    const [first, second] = [a, b].sort((left, right) => left.runEvent - right.runEvent)
    this.violation = {
      property: this.property,
      message: `event ${a.number} of node ${a.node} did not happen before event ${b.number} of node ${b.node}, and its stamp ${stampText(a.stamp)} is less than ${stampText(b.stamp)}`,
      nodes: [a.node, b.node],
      events: [(first as typeof a).runEvent, (second as typeof b).runEvent],
    }
  }
}
