import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { threadArguments } from '../thread-arguments.ts'
import type { Result, Task } from './task.ts'

interface Thread {
  readonly worker: Worker
  /** Which of its tasks it is at: the thread writes it, and it outlives the thread. */
  readonly at: Int32Array
}

const usualFile = new URL(`./sweep-worker${extname(import.meta.url)}`, import.meta.url)

/** What was asked of threads is not done: they were stopped. */
export class ThreadsStopped extends Error {
  constructor() {
    super('the threads were stopped')
  }
}

/**
 * Threads that do tasks, each a list of them at a time. A task that throws, or that takes its thread
 * with it, is reported as crashed; the others are done all the same.
 */
export class RunThreads {
  readonly count: number
  readonly #file: URL
  readonly #free: Thread[] = []
  readonly #waiting: PromiseWithResolvers<Thread>[] = []
  readonly #all = new Set<Thread>()
  #closed = false

  /** @param file the thread's program; another one in tests */
  constructor(count: number, file = usualFile) {
    this.count = count
    this.#file = file
  }

  /**
   * Does the tasks, one after the other, in the next thread that is free; the results are in their order.
   * @param signal ends the work early, whatever the thread is at
   * @throws ThreadsStopped if it is ended early, or all threads are stopped
   */
  async perform(tasks: readonly Task[], signal?: AbortSignal): Promise<Result[]> {
    const crashed = new Map<Task, Result>()
    let rest = tasks
    while (rest.length > 0) {
      const thread = await this.#freeThread()
      if (signal?.aborted) this.#release(thread)
      if (this.#closed || signal?.aborted) throw new ThreadsStopped()
      const answer = await answerOf(thread, rest, signal)
      if (Array.isArray(answer)) {
        this.#release(thread)
        const done = answer.values()
        return tasks.map((task) => crashed.get(task) ?? (done.next().value as Result))
      }
      // The thread is gone, with all that it had done: what it died of is left out next time.
      this.#all.delete(thread)
      this.#next()
      if (this.#closed || signal?.aborted) throw new ThreadsStopped()
      const [place] = thread.at as unknown as [number]
      const task = rest[place] as Task
      crashed.set(task, { kind: 'crashed', run: task.run, message: answer.message })
      rest = rest.filter((each) => each !== task)
    }
    return tasks.map((task) => crashed.get(task) as Result)
  }

  /** Stops all threads at once, whatever they are at. */
  async close(): Promise<void> {
    this.#closed = true
    for (const { reject } of this.#waiting.splice(0)) reject(new ThreadsStopped())
    await Promise.all([...this.#all].map(({ worker }) => worker.terminate()))
  }

  async #freeThread(): Promise<Thread> {
    if (this.#closed) throw new ThreadsStopped()
    const free = this.#free.pop()
    if (free) return free
    const waiting = Promise.withResolvers<Thread>()
    this.#waiting.push(waiting)
    this.#next()
    return waiting.promise
  }

  /** Starts a thread for who waits, if there may be one more. */
  #next(): void {
    if (this.#closed || this.#waiting.length === 0 || this.#all.size >= this.count) return
    const memory = new SharedArrayBuffer(4)
    const worker = new Worker(this.#file, { workerData: memory, execArgv: threadArguments() })
    const thread = { worker, at: new Int32Array(memory) }
    this.#all.add(thread)
    this.#release(thread)
  }

  #release(thread: Thread): void {
    const waiting = this.#waiting.shift()
    if (waiting) waiting.resolve(thread)
    else this.#free.push(thread)
  }
}

/** The thread's results, or what it died of. */
function answerOf(
  { worker }: Thread,
  tasks: readonly Task[],
  signal?: AbortSignal,
): Promise<Result[] | Error> {
  return new Promise((resolve) => {
    const stop = () => void worker.terminate()
    // Only what was added here is removed: whoever stops the thread listens for its end too.
    const settle = (answer: Result[] | Error) => {
      worker.off('message', settle).off('error', failed).off('exit', ended)
      signal?.removeEventListener('abort', stop)
      resolve(answer)
    }
    const failed = (error: unknown) =>
      settle(error instanceof Error ? error : new Error(String(error)))
    const ended = (code: number) => settle(new Error(`its thread ended with code ${code}`))
    worker.on('message', settle).on('error', failed).on('exit', ended)
    signal?.addEventListener('abort', stop, { once: true })
    worker.postMessage(tasks)
  })
}
