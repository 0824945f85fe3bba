import type { Checker, CheckerContext, Moment, NodeId, Violation } from '../../model/index.ts'
import type { Heartbeats } from './heartbeats.ts'
import { Suspicions } from './suspicions.ts'

/** What the properties of a detector have in common: they watch who suspects whom, and who is up. */
export abstract class SuspicionWatcher implements Checker<Heartbeats> {
  abstract readonly property: string
  abstract readonly kind: 'safety' | 'liveness'
  violation: Violation | undefined
  undecided: string | undefined
  readonly context: CheckerContext
  readonly suspicions: Suspicions

  constructor(context: CheckerContext) {
    this.context = context
    this.suspicions = new Suspicions(context.nodes)
  }

  stepped(id: NodeId, node: Heartbeats, moment: Moment): void {
    this.suspicions.stepped(id, node, moment)
  }

  crashed(id: NodeId, moment: Moment): void {
    this.suspicions.crashed(id, moment)
  }

  restarted(id: NodeId, _node: Heartbeats, moment: Moment): void {
    this.suspicions.restarted(id, moment)
  }
}
