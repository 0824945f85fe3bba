import type { Moment, NodeId } from '../../model/index.ts'
import type { Heartbeats } from './heartbeats.ts'
import { SuspicionWatcher } from './suspicion-watcher.ts'

/** Strong accuracy: no process is suspected before it crashes (Chandra and Toueg 1996, section 2.2). */
export class StrongAccuracy extends SuspicionWatcher {
  readonly property = 'strong accuracy'
  readonly kind = 'safety'

  override stepped(p: NodeId, node: Heartbeats, moment: Moment): void {
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
}
