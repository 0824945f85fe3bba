import { isDeepStrictEqual } from 'node:util'
import {
  type CrashedRun,
  hasFailed,
  listedFailures,
  type RunRow,
  type ShrunkRow,
  type SweepPlan,
  type SweepReport,
  sweepReport,
} from '@quorate/core/experiments'
import { UsageError } from '../exit-codes.ts'
import type { Keeper } from './engine.ts'
import { checkBelongs, type ResultsFile } from './results-file.ts'
import type { Result, Task } from './task.ts'

/** What is known of a sweep while it goes on: its rows, which are also in the file. */
export class SweepResults implements Keeper {
  readonly #plan: SweepPlan
  readonly #file: ResultsFile
  readonly #rows: (RunRow | undefined)[]
  readonly #shrunk = new Map<number, ShrunkRow>()
  readonly #crashed = new Map<number, CrashedRun>()
  done = 0
  failed = 0

  constructor(plan: SweepPlan, file: ResultsFile) {
    this.#plan = plan
    this.#file = file
    this.#rows = new Array<RunRow | undefined>(plan.runs)
    for (const result of file.earlier) this.#take(result)
  }

  /** @throws UsageError if a run has given another result before, or the disk is full */
  keep(results: readonly Result[]): void {
    this.#file.append(
      results.filter((result) => result.kind !== 'crashed').filter((result) => this.#take(result)),
    )
    for (const result of results) if (result.kind === 'crashed') this.#crash(result)
  }

  durable(): Promise<void> {
    return this.#file.durable()
  }

  get crashed(): number {
    return this.#crashed.size
  }

  /**
   * One of the runs that were done earlier, if there are any. It is done again before all others, and
   * must give the same: so results of two different programs are not mixed.
   */
  *repeatedRun(): Generator<Task> {
    const again = this.#rows.findIndex((row) => row !== undefined)
    if (again !== -1) yield this.#task('run', again)
  }

  /** The runs that are still to be done. */
  *missingRuns(): Generator<Task> {
    for (let run = 0; run < this.#plan.runs; run++)
      if (!this.#rows[run]) yield this.#task('run', run)
  }

  /** The failures that are still to be made smaller: once all runs are done, so that they are always the same ones. */
  *missingShrinks(): Generator<Task> {
    if (this.done < this.#plan.runs) return
    for (const { run, violated } of listedFailures(this.#plan, this.#rows))
      if (violated && !this.#shrunk.has(run)) yield this.#task('shrink', run)
  }

  /** Whether there is nothing left to do. */
  get complete(): boolean {
    return this.done === this.#plan.runs && this.missingShrinks().next().done === true
  }

  report(): SweepReport {
    return sweepReport(this.#plan, this.#rows, this.#shrunk, [...this.#crashed.values()])
  }

  #task(kind: Task['kind'], run: number): Task {
    return { kind, run, scenario: this.#plan.scenarioOf(run) }
  }

  /** @returns whether it is new */
  #take(result: Exclude<Result, { kind: 'crashed' }>): boolean {
    checkBelongs(result, this.#plan)
    if (result.kind === 'shrink') {
      const known = this.#shrunk.has(result.row.run)
      this.#shrunk.set(result.row.run, result.row)
      return !known
    }
    const { row } = result
    const earlier = this.#rows[row.run]
    if (earlier && !isDeepStrictEqual(earlier, row))
      throw new UsageError(
        `run ${row.run} gives another result than before (trace hash ${row.traceHash}, not ${earlier.traceHash}): ${this.#file.path} comes from another version of the program; name another file with --results`,
      )
    if (earlier) return false
    this.#rows[row.run] = row
    this.#crashed.delete(row.run)
    this.done++
    if (hasFailed(row)) this.failed++
    return true
  }

  #crash({ run, message }: CrashedRun): void {
    if (!this.#rows[run]) this.#crashed.set(run, { run, message })
  }
}
