import type { Micros } from '../model/index.ts'
import { formatDuration } from '../simulator/faults/units.ts'
import type { PropertyReport } from './report.ts'

/** How long after the last fault a protocol may take until every client is served again. */
export const progressBoundMicros = 60_000_000

/** What is demanded, of whom, and how many they are. */
export interface Liveness {
  readonly property: 'progress' | 'termination'
  readonly all: number
  /** As they are called in a sentence. */
  readonly some: string
  /** What they have not, in a sentence: `had no answer`. */
  readonly lack: string
}

/**
 * The liveness that is demanded of a run: once the faults are over, every client gets an answer
 * within a bound. It is demanded only while the run keeps what the protocol assumes.
 */
export class Progress {
  /** When the faults are over; progress counts from then. */
  sinceMicros: Micros
  private markedAtMicros: Micros | undefined

  constructor(sinceMicros: Micros) {
    this.sinceMicros = sinceMicros
  }

  /** There is one more fault, over by then. Returns false if it is over before others are. */
  postpone(untilMicros: Micros): boolean {
    if (untilMicros <= this.sinceMicros) return false
    this.sinceMicros = untilMicros
    this.markedAtMicros = undefined
    return true
  }

  get marked(): boolean {
    return this.markedAtMicros !== undefined
  }

  mark(nowMicros: Micros): void {
    this.markedAtMicros = nowMicros
  }

  get deadlineMicros(): Micros {
    return (this.markedAtMicros ?? this.sinceMicros) + progressBoundMicros
  }

  /**
   * @param waiting how many of them lack it since the mark
   * @param who of what, and what they lack: clients an answer, nodes a decision
   * @param obstacle why nothing can be demanded: what the run does not keep of what is assumed, if anything
   */
  report(
    waiting: number,
    who: Liveness,
    nowMicros: Micros,
    obstacle: string | undefined,
  ): PropertyReport {
    const { all, some, lack } = who
    const property = { name: who.property, kind: 'liveness' } as const
    if (waiting === 0) return { ...property, held: true }
    if (obstacle !== undefined) return { ...property, held: false, undecided: obstacle }
    if (!this.marked || nowMicros < this.deadlineMicros) {
      const undecided = this.marked
        ? `the run ended too soon after the last fault: ${waiting} of ${all} ${some} ${lack}`
        : 'the run ended before the last fault'
      return { ...property, held: false, undecided }
    }
    const message = `${waiting} of ${all} ${some} ${lack} within ${formatDuration(progressBoundMicros)} after the last fault`
    return { ...property, held: false, witness: { message, nodes: [], events: [] } }
  }
}
