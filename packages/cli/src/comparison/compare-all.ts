import type { Compared, Comparison, ComparisonSettings } from '@quorate/core/experiments'
import { inThreads } from '../in-threads.ts'

/** One protocol's column, which is computed beside the others. */
export interface ColumnTask {
  readonly name: string
  readonly settings: ComparisonSettings
}

/** Runs the whole comparison, as many protocols at once as there are processors. */
export async function compareAll(settings: ComparisonSettings): Promise<Comparison> {
  const started = performance.now()
  const tasks = settings.protocols.map((name): ColumnTask => ({ name, settings }))
  const protocols = await inThreads<ColumnTask, Compared>(
    import.meta.url,
    'comparison-worker',
    tasks,
    'protocols',
  )
  const { nodes, network, seed, risk, attackerShare } = settings
  return {
    schema: 'quorate.compare/1',
    nodes,
    network,
    seed,
    risk,
    attackerShare,
    protocols,
    wallSeconds: (performance.now() - started) / 1000,
  }
}
