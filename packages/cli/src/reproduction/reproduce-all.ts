import type { Effort, Reproduction, Row } from '@quorate/core/experiments'
import { inThreads } from '../in-threads.ts'
import type { Reproduced } from './reproduction-text.ts'

/** A published result that is to be measured: threads know it by its name. */
export interface ReproductionTask {
  readonly name: string
  readonly effort: Effort
}

/** Measures published results, as many at once as there are processors. */
export async function reproduceAll(
  chosen: readonly Reproduction[],
  effort: Effort,
): Promise<Reproduced[]> {
  const tasks = chosen.map(({ name }): ReproductionTask => ({ name, effort }))
  const measured = await inThreads<ReproductionTask, readonly Row[]>(
    import.meta.url,
    'reproduction-worker',
    tasks,
    'results',
  )
  return chosen.map((reproduction, i) => ({ reproduction, rows: measured[i] as readonly Row[] }))
}
