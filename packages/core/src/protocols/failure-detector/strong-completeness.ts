import type { Micros, Moment, NodeId } from '../../model/index.ts'
import { type DetectorParameters, tickMicros } from './failure-detector.schema.ts'
import type { Heartbeats } from './heartbeats.ts'
import { SuspicionWatcher } from './suspicion-watcher.ts'
import { graceMicros, mistakesOf, secondsText, suspectedSince } from './suspicions.ts'

/**
 * Strong completeness: in the end every process that crashed is suspected for good by every process
 * that did not (Chandra and Toueg 1996, section 2.2).
 */
export class StrongCompleteness extends SuspicionWatcher {
  readonly property = 'strong completeness'
  readonly kind = 'liveness'

  finished(nodes: ReadonlyMap<NodeId, Heartbeats>, { timeMicros }: Moment): void {
    for (const p of nodes.keys()) {
      for (const [q, crash] of this.suspicions.crashes) this.check(p, q, crash, timeMicros)
    }
  }

  private check(p: NodeId, q: NodeId, crash: Moment, nowMicros: Micros): void {
    const since = suspectedSince(this.suspicions.of(p, q))
    const due = this.dueMicros(p, q, crash)
    if (this.violation || (since ?? nowMicros) <= due) {
      if (since === undefined)
        this.undecided ??= `the run ended too soon after node ${q} crashed: node ${p} does not suspect it yet`
      return
    }
    const how =
      since === undefined
        ? `node ${p} does not suspect it at the end`
        : `node ${p} suspects it only since ${secondsText(since)}`
    this.violation = {
      property: this.property,
      message: `node ${q} crashed at ${secondsText(crash.timeMicros)}, and ${how}`,
      nodes: [p, q],
      events: [crash.event],
    }
  }

  /** When p must suspect q: after the silence that it allows it, longer by every mistake it made. */
  private dueMicros(p: NodeId, q: NodeId, crash: Moment): Micros {
    const parameters = this.context.parameters as DetectorParameters
    const allowedTicks = parameters.timeoutTicks + mistakesOf(this.suspicions.of(p, q))
    const from = Math.max(
      crash.timeMicros,
      this.suspicions.startOf(p),
      this.context.settledMicros ?? 0,
    )
    return from + allowedTicks * tickMicros(parameters) + graceMicros(parameters)
  }
}
