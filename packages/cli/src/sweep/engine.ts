import type { Result, Task } from './task.ts'

/** Who keeps the results that an engine has. */
export interface Keeper {
  /** Takes results, each once or more. They are safe from the end of this process. */
  keep(results: readonly Result[]): void
  /** Resolved once all that was taken is on the disk. */
  durable(): Promise<void>
}

/** What does the tasks of a sweep: threads of this process, or workers anywhere. */
export interface Engine {
  /** Who works, in the live line: `2 threads`. */
  readonly workers: string
  /**
   * Does every task, in any order.
   * @param signal ends the work early
   */
  perform(tasks: Iterator<Task>, keeper: Keeper, signal: AbortSignal): Promise<void>
  close(): Promise<void>
}
