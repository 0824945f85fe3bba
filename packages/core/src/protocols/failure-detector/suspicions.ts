import { type Micros, type Moment, microsPerSecond, type NodeId } from '../../model/index.ts'
import { type DetectorParameters, tickMicros } from './failure-detector.schema.ts'
import type { Heartbeats } from './heartbeats.ts'

/** What one process thought of another, as seen from outside. */
export interface Opinion {
  suspected: boolean
  /** Every time that it began to suspect the other. */
  readonly begun: Moment[]
}

/** Since when the suspicion is in force; undefined where there is none. */
export function suspectedSince({ suspected, begun }: Opinion): Micros | undefined {
  return suspected ? begun.at(-1)?.timeMicros : undefined
}

/** How many suspicions were taken back. */
export function mistakesOf({ suspected, begun }: Opinion): number {
  return begun.length - (suspected ? 1 : 0)
}

/** Who suspects whom and since when, and who has crashed: what the properties of a detector are about. */
export class Suspicions {
  /** Of each process that is down: in which event it crashed, and when. */
  readonly crashes = new Map<NodeId, Moment>()
  /** Since when each process is up. */
  private readonly startedAt: Micros[]
  private readonly opinions: Opinion[][]
  private readonly nodes: readonly NodeId[]

  constructor(nodes: readonly NodeId[]) {
    this.nodes = nodes
    this.startedAt = nodes.map(() => 0)
    this.opinions = nodes.map(() => nodes.map(noOpinion))
  }

  of(p: NodeId, q: NodeId): Opinion {
    return this.opinions[p]?.[q] as Opinion
  }

  startOf(p: NodeId): Micros {
    return this.startedAt[p] as Micros
  }

  /**
   * A process has taken a step.
   * @returns those that it suspects from now on
   */
  stepped(p: NodeId, { suspects }: Heartbeats, { event, timeMicros }: Moment): NodeId[] {
    const suspected: NodeId[] = []
    for (const q of this.nodes) {
      const opinion = this.of(p, q)
      if (suspects.has(q) === opinion.suspected) continue
      opinion.suspected = !opinion.suspected
      if (!opinion.suspected) continue
      opinion.begun.push({ event, timeMicros })
      suspected.push(q)
    }
    return suspected
  }

  crashed(id: NodeId, { event, timeMicros }: Moment): void {
    this.crashes.set(id, { event, timeMicros })
  }

  /** A process is back, outside the model: it knows nothing, and nobody is to blame for having suspected it. */
  restarted(id: NodeId, { timeMicros }: Moment): void {
    this.crashes.delete(id)
    this.startedAt[id] = timeMicros
    this.opinions[id] = this.nodes.map(noOpinion)
  }
}

function noOpinion(): Opinion {
  return { suspected: false, begun: [] }
}

/**
 * "In the end" and "there is a time after which", as a time that a run can be held to: so long after
 * the world is settled, messages that were held up have come, and time-outs have grown to what the
 * network takes, by one tick with each mistake.
 */
export function graceMicros(parameters: DetectorParameters): Micros {
  return 3 * microsPerSecond + 20 * parameters.heartbeatTicks * tickMicros(parameters)
}

export function secondsText(micros: Micros): string {
  return `${micros / microsPerSecond} s`
}
