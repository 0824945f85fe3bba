import { counted, rounded, type SweepPlan, whole } from '@quorate/core/experiments'
import { ProgressLine } from '../progress-line.ts'
import type { Engine } from './engine.ts'
import type { SweepResults } from './sweep-results.ts'

const refreshMillis = 250

/**
 * Does what is left of a sweep, with a live line on stderr: the missing runs, and then, once it is
 * known which failures come first, those made smaller.
 */
export async function conductSweep(
  plan: SweepPlan,
  results: SweepResults,
  engine: Engine,
  signal: AbortSignal,
): Promise<void> {
  const progress = new ProgressLine()
  const started = performance.now()
  const before = results.done
  let shrinking = 0
  const refresh = setInterval(() => {
    progress.show(() => {
      const seconds = (performance.now() - started) / 1000
      return shrinking > 0
        ? `${whole(plan.runs)} runs; making ${counted(shrinking, 'failure')} smaller, ${engine.workers}`
        : liveLine(plan, results, engine, (results.done - before) / seconds)
    })
  }, refreshMillis)
  try {
    await engine.perform(results.repeatedRun(), results, signal)
    if (!signal.aborted) await engine.perform(results.missingRuns(), results, signal)
    const shrinks = [...results.missingShrinks()]
    shrinking = shrinks.length
    if (shrinking > 0 && !signal.aborted) await engine.perform(shrinks.values(), results, signal)
  } finally {
    clearInterval(refresh)
    progress.clear()
    await engine.close()
  }
}

function liveLine(
  { runs }: SweepPlan,
  { done, failed, crashed }: SweepResults,
  { workers }: Engine,
  rate: number,
): string {
  return [
    `${whole(done)} of ${whole(runs)} runs`,
    `${rounded(rate)} a second`,
    ...(rate > 0 ? [`${timeLeft((runs - done) / rate)} left`] : []),
    ...(failed > 0 ? [`${whole(failed)} failed`] : []),
    ...(crashed > 0 ? [`${whole(crashed)} crashed`] : []),
    workers,
  ].join(', ')
}

function timeLeft(seconds: number): string {
  if (seconds < 100) return `${Math.ceil(seconds)} s`
  const minutes = Math.ceil(seconds / 60)
  return minutes < 100 ? `${minutes} min` : `${rounded(minutes / 60)} h`
}
