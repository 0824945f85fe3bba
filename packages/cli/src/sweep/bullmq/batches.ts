import type { Task } from '../task.ts'
import { mostInBatch } from './sweep-queue.ts'

/** How long a job should take: so much more than its way to Redis and back that this no longer counts. */
const batchMillis = 200

/** Puts the tasks of a sweep together to jobs that take about as long, however short a run is. */
export class Batches {
  readonly #tasks: Iterator<Task>
  readonly #pointOf: (run: number) => number
  /** By point of the sweep: how long a run of it takes, as seen lately. */
  readonly #runMillis = new Map<number, number>()
  /** What had no room the last time. */
  #held: Task | undefined
  #ended = false

  constructor(tasks: Iterator<Task>, pointOf: (run: number) => number) {
    this.#tasks = tasks
    this.#pointOf = pointOf
  }

  /** Whether every task was taken. */
  get ended(): boolean {
    return this.#ended
  }

  /** Takes tasks until they would make more jobs, or are so many themselves, or all were taken. */
  take(mostJobs: number, mostRuns: number): Task[][] {
    const full: Task[][] = []
    const open = new Map<number, Task[]>()
    for (let taken = 0; taken < mostRuns; taken++) {
      const task = this.#held ?? this.#next()
      this.#held = undefined
      if (!task) break
      if (!this.#put(task, open, full, mostJobs)) {
        this.#held = task
        break
      }
    }
    return [...full, ...open.values()]
  }

  /**
   * A job of so many runs of a point took so long. Much of that may be waiting, and the more so the fewer
   * its runs: what is shorter than expected tells more than what is longer.
   */
  learn(run: number, runs: number, millis: number): void {
    const point = this.#pointOf(run)
    const each = millis / runs
    const earlier = this.#runMillis.get(point) ?? each
    this.#runMillis.set(point, Math.min(each, (earlier + each) / 2))
  }

  #next(): Task | undefined {
    const next = this.#tasks.next()
    if (!next.done) return next.value
    this.#ended = true
    return undefined
  }

  /** @returns whether there was room for it */
  #put(task: Task, open: Map<number, Task[]>, full: Task[][], mostJobs: number): boolean {
    const point = this.#pointOf(task.run)
    const begun = open.get(point)
    const last = begun?.at(-1)
    // Only what follows has a place in it: what is done already leaves gaps.
    const follows = last !== undefined && seedOf(task) === seedOf(last) + 1
    if (!follows && full.length + open.size >= mostJobs) return false
    if (begun && !follows) full.push(begun)
    const batch = begun && follows ? begun : []
    batch.push(task)
    open.set(point, batch)
    if (batch.length >= this.#sizeFor(task, point)) {
      open.delete(point)
      full.push(batch)
    }
    return true
  }

  #sizeFor({ kind }: Task, point: number): number {
    const millis = this.#runMillis.get(point)
    if (kind === 'shrink' || millis === undefined) return 1
    return Math.min(mostInBatch, Math.max(1, Math.round(batchMillis / millis)))
  }
}

function seedOf({ scenario: { seed = 1 } }: Task): number {
  return seed
}
