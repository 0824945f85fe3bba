import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { Compared, Comparison, ComparisonSettings } from '@quorate/core/experiments'
import { ProgressLine } from '../progress-line.ts'

type Answer =
  | { readonly kind: 'part'; readonly part: string }
  | { readonly kind: 'done'; readonly column: Compared }

/** A worker's file: TypeScript where this is, JavaScript where this was compiled. */
const workerFile = new URL(
  `./comparison-worker.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`,
  import.meta.url,
)

/** Runs the whole comparison, a worker thread for each protocol, as many at once as there are processors. */
export async function compareAll(settings: ComparisonSettings): Promise<Comparison> {
  const started = performance.now()
  const progress = new ProgressLine()
  const doing = new Map<string, string>()
  const columns = new Map<string, Compared>()
  const waiting = [...settings.protocols]
  const say = () =>
    progress.show(() => {
      const now = [...doing].map(([name, part]) => `${name}: ${part}`).join(', ')
      return `${columns.size} of ${settings.protocols.length} protocols; ${now}`
    })
  const work = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const own = name
      const column = await columnOf(own, settings, (part) => {
        doing.set(own, part)
        say()
      })
      doing.delete(own)
      columns.set(own, column)
    }
  }
  const threads = Math.min(settings.protocols.length, availableParallelism())
  await Promise.all(Array.from({ length: threads }, work))
  progress.clear()
  const { nodes, network, seed, risk, attackerShare } = settings
  return {
    schema: 'quorate.compare/1',
    nodes,
    network,
    seed,
    risk,
    attackerShare,
    protocols: settings.protocols.map((name) => columns.get(name) as Compared),
    wallSeconds: (performance.now() - started) / 1000,
  }
}

function columnOf(
  name: string,
  settings: ComparisonSettings,
  onPart: (part: string) => void,
): Promise<Compared> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(workerFile, { workerData: { name, settings } })
    worker.on('message', (answer: Answer) => {
      if (answer.kind === 'part') onPart(answer.part)
      else resolve(answer.column)
    })
    worker.on('error', reject)
    worker.on('exit', (code) => {
      if (code !== 0) reject(new Error(`the comparison of ${name} ended with code ${code}`))
    })
  })
}
