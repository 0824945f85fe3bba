import { availableParallelism } from 'node:os'
import { extname } from 'node:path'
import { parentPort, Worker } from 'node:worker_threads'
import { ProgressLine } from './progress-line.ts'
import { threadArguments } from './thread-arguments.ts'

/** What is done in a thread: it has the name under which it is shown. */
interface Task {
  readonly name: string
}

type Answer<Result> =
  | { readonly kind: 'progress'; readonly how: string }
  | { readonly kind: 'done'; readonly result: Result }

/**
 * Has every task done by a worker beside the caller, in as many threads as there are processors, with
 * a live line on stderr. The results are in the order of the tasks.
 * @param callerUrl the `import.meta.url` of the caller
 * @param worker the name of the worker's file, which calls `answerTasks`: TypeScript in a checkout, JavaScript once built
 * @param what what the tasks are, in the live line
 */
export async function inThreads<T extends Task, Result>(
  callerUrl: string,
  worker: string,
  tasks: readonly T[],
  what: string,
): Promise<Result[]> {
  const file = new URL(`./${worker}${extname(new URL(callerUrl).pathname)}`, callerUrl)
  const progress = new ProgressLine()
  const doing = new Map<T, string>()
  const results = new Map<T, Result>()
  const waiting = [...tasks]
  const work = async () => {
    const thread = new Worker(file, { execArgv: threadArguments() })
    for (let task = waiting.shift(); task; task = waiting.shift()) {
      const own = task
      const result = await resultOf<Result>(thread, own, (how) => {
        doing.set(own, how)
        progress.show(() => {
          const now = [...doing].map(([{ name }, far]) => `${name}: ${far}`).join(', ')
          return `${results.size} of ${tasks.length} ${what}; ${now}`
        })
      })
      doing.delete(own)
      results.set(own, result)
    }
    await thread.terminate()
  }
  const threads = Math.min(tasks.length, availableParallelism())
  await Promise.all(Array.from({ length: threads }, work))
  progress.clear()
  return tasks.map((task) => results.get(task) as Result)
}

function resultOf<Result>(
  thread: Worker,
  task: Task,
  onProgress: (how: string) => void,
): Promise<Result> {
  thread.removeAllListeners()
  return new Promise((resolve, reject) => {
    thread.once('error', reject)
    thread.once('exit', (code) => {
      reject(new Error(`the thread that worked on ${task.name} ended with code ${code}`))
    })
    thread.on('message', (answer: Answer<Result>) => {
      if (answer.kind === 'done') resolve(answer.result)
      else onProgress(answer.how)
    })
    thread.postMessage(task)
  })
}

/** In a worker: does the tasks that it is sent, one after the other. */
export function answerTasks<T extends Task, Result>(
  run: (task: T, progress: (how: string) => void) => Result,
): void {
  const answer = (message: Answer<Result>) => parentPort?.postMessage(message)
  parentPort?.on('message', (task: T) => {
    answer({ kind: 'done', result: run(task, (how) => answer({ kind: 'progress', how })) })
  })
}
