import type { Micros, Moment, NodeId } from '../../model/index.ts'
import type { DetectorParameters } from './failure-detector.schema.ts'
import type { Heartbeats } from './heartbeats.ts'
import { SuspicionWatcher } from './suspicion-watcher.ts'
import { graceMicros, secondsText, suspectedSince } from './suspicions.ts'

/**
 * How many suspicions may begin later. A time-out that is too short by a part of a tick shows it only
 * when the ticks of two clocks fall just so, which drift may bring about after any time.
 */
const lateMistakes = 2

/**
 * Eventual strong accuracy: there is a time after which no process is suspected that has not crashed
 * (Chandra and Toueg 1996, section 2.2).
 */
export class EventualStrongAccuracy extends SuspicionWatcher {
  readonly property = 'eventual strong accuracy'
  readonly kind = 'liveness'

  finished(nodes: ReadonlyMap<NodeId, Heartbeats>, { timeMicros }: Moment): void {
    for (const p of nodes.keys()) {
      for (const q of nodes.keys()) if (p !== q) this.check(p, q, timeMicros)
    }
  }

  private check(p: NodeId, q: NodeId, nowMicros: Micros): void {
    const opinion = this.suspicions.of(p, q)
    const due = this.dueMicros(p, q)
    const late = opinion.begun.filter(({ timeMicros }) => timeMicros > due).length
    const since = suspectedSince(opinion)
    const neverTrusted = since !== undefined && since <= due && due < nowMicros
    if (late <= lateMistakes && !neverTrusted) {
      if (since !== undefined)
        this.undecided ??= `the run ended too soon: node ${p} may still find out that node ${q} is up`
      return
    }
    const last = opinion.begun.at(-1) as Moment
    const how = neverTrusted ? 'for good' : `${late} times in the end, lastly`
    this.violation ??= {
      property: this.property,
      message: `node ${p} suspects node ${q}, which has not crashed, ${how} since ${secondsText(last.timeMicros)}`,
      nodes: [p, q],
      events: [last.event],
    }
  }

  /** When p must be done with its mistakes about q. */
  private dueMicros(p: NodeId, q: NodeId): Micros {
    const { suspicions, context } = this
    const from = Math.max(suspicions.startOf(p), suspicions.startOf(q), context.settledMicros ?? 0)
    return from + graceMicros(context.parameters as DetectorParameters)
  }
}
