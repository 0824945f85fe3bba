import { parentPort, workerData } from 'node:worker_threads'
import { shrunkRun, sweepRun } from '@quorate/core/experiments'
import type { Result, Task } from './task.ts'

/** Where the thread writes which of its tasks it is at, so that it is known if it dies. */
const at = new Int32Array(workerData as SharedArrayBuffer)

parentPort?.on('message', (tasks: readonly Task[]) => {
  parentPort?.postMessage(
    tasks.map((task, i) => {
      at[0] = i
      return done(task)
    }),
  )
})

function done(task: Task): Result {
  try {
    return resultOf(task)
  } catch (error) {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error)
    return { kind: 'crashed', run: task.run, message }
  }
}

function resultOf({ kind, run, scenario }: Task): Result {
  if (kind === 'run') return { kind, row: sweepRun(run, scenario) }
  const row = shrunkRun(run, scenario)
  if (!row) throw new Error('the run that was to be shrunk is not violated this time')
  return { kind, row }
}
