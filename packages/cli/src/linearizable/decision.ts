import type { HistoryPart, LinearizabilityProgress } from '@quorate/core/checkers'
import { whole } from '@quorate/core/experiments'
import type { Outcome } from './history-report.ts'

/** What came of a check. */
export interface Decided {
  readonly outcome: Outcome
  /** None if the check was given up before they were known. */
  readonly parts: readonly HistoryPart<unknown, unknown>[]
  /** Ctrl-C came before the verdict. */
  readonly interrupted: boolean
}

/** What ends a check before its verdict, and who is told how far it is. */
export interface Patience {
  readonly maxSeconds: number
  /** Since the check of the file began. */
  secondsNow(): number
  show(line: () => string): void
}

/** What asks a check to end with what is known so far. A second one ends the process. */
export const interruptions = ['SIGINT', 'SIGTERM'] as const

/** What is known when a check is given up. */
export function unfinished(progress: LinearizabilityProgress | undefined, reason: string): Outcome {
  return progress?.isViolated
    ? { verdict: 'violated', states: progress.states, part: progress.part, unplaced: undefined }
    : { verdict: 'inconclusive', states: progress?.states ?? 0, reason }
}

export function liveLine(
  { states, part, partsDone, parts, isViolated }: LinearizabilityProgress,
  seconds: number,
): string {
  const rate = `${whole(Math.round(states / seconds))} a second`
  const where = isViolated ? `${part} is violated: where?` : part
  return `${where}; ${partsDone} of ${parts} parts done, ${whole(states)} states, ${rate}`
}
