import type { Checker, CheckerContext, Moment, NodeId, Violation } from '../../model/index.ts'
import type { Heartbeats } from './heartbeats.ts'
import { Suspicions } from './suspicions.ts'

/** Strong accuracy: no process is suspected before it crashes (Chandra and Toueg 1996, section 2.2). */
export class StrongAccuracy implements Checker<Heartbeats> {
  readonly property = 'strong accuracy'
  readonly kind = 'safety'
  violation: Violation | undefined
  private readonly suspicions: Suspicions

  constructor({ nodes }: CheckerContext) {
    this.suspicions = new Suspicions(nodes)
  }

  stepped(p: NodeId, node: Heartbeats, moment: Moment): void {
    const suspected = this.suspicions.stepped(p, node, moment)
    const q = suspected.find((node) => !this.suspicions.crashes.has(node))
    this.violation ??=
      q === undefined
        ? undefined
        : {
            property: this.property,
            message: `node ${p} suspects node ${q}, which has not crashed`,
            nodes: [p, q],
            events: [moment.event],
          }
  }

  crashed(id: NodeId, moment: Moment): void {
    this.suspicions.crashed(id, moment)
  }

  restarted(id: NodeId, _node: Heartbeats, moment: Moment): void {
    this.suspicions.restarted(id, moment)
  }
}
