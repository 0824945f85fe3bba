import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { Effort, Reproduction, Row } from '@quorate/core/experiments'
import { ProgressLine } from '../progress-line.ts'
import type { Reproduced } from './reproduction-text.ts'

type Answer =
  | { readonly kind: 'progress'; readonly done: number; readonly total: number }
  | { readonly kind: 'rows'; readonly rows: readonly Row[] }

/** A worker's file: TypeScript where this is, JavaScript where this was compiled. */
const workerFile = new URL(
  `./reproduction-worker.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`,
  import.meta.url,
)

/** Measures published results, as many at once as there are processors. */
export async function reproduceAll(
  chosen: readonly Reproduction[],
  effort: Effort,
): Promise<Reproduced[]> {
  const progress = new ProgressLine()
  const doing = new Map<string, string>()
  const measured = new Map<string, readonly Row[]>()
  const waiting = [...chosen]
  const say = (name: string, how: string) => {
    doing.set(name, how)
    progress.show(() => {
      const now = [...doing].map(([doingName, far]) => `${doingName} ${far}`).join(', ')
      return `${measured.size} of ${chosen.length} results; ${now}`
    })
  }
  const work = async () => {
    const worker = new Worker(workerFile)
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const { name } = next
      const rows = await rowsOf(worker, name, effort, (how) => say(name, how))
      doing.delete(name)
      measured.set(name, rows)
    }
    await worker.terminate()
  }
  const threads = Math.min(chosen.length, availableParallelism())
  await Promise.all(Array.from({ length: threads }, work))
  progress.clear()
  return chosen.map((reproduction) => ({
    reproduction,
    rows: measured.get(reproduction.name) as readonly Row[],
  }))
}

function rowsOf(
  worker: Worker,
  name: string,
  effort: Effort,
  onProgress: (how: string) => void,
): Promise<readonly Row[]> {
  worker.removeAllListeners()
  return new Promise((resolve, reject) => {
    worker.once('error', reject)
    worker.on('message', (answer: Answer) => {
      if (answer.kind === 'rows') resolve(answer.rows)
      else onProgress(`${answer.done} of ${answer.total}`)
    })
    worker.postMessage({ name, effort })
  })
}
