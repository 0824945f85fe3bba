import type { Engine, Keeper } from './engine.ts'
import { RunThreads } from './run-threads.ts'
import type { Task } from './task.ts'

/** How long a thread works before it is asked for its results: what a kill loses at most, where runs are short. */
const chunkMillis = 200
const mostInChunk = 256

/** The tasks in threads of this process, in chunks that take about as long however short a run is. */
export class ThreadsEngine implements Engine {
  readonly #threads: RunThreads
  /** How long a task takes, as seen lately. */
  #taskMillis = chunkMillis

  constructor(count: number) {
    this.#threads = new RunThreads(count)
  }

  get workers(): string {
    return this.#threads.count === 1 ? '1 thread' : `${this.#threads.count} threads`
  }

  async perform(tasks: Iterator<Task>, keeper: Keeper, signal: AbortSignal): Promise<void> {
    const stop = () => void this.#threads.close()
    signal.addEventListener('abort', stop, { once: true })
    const work = async () => {
      for (let chunk = this.#chunk(tasks); chunk.length > 0; chunk = this.#chunk(tasks)) {
        const started = performance.now()
        const results = await this.#threads.perform(chunk)
        const millis = (performance.now() - started) / chunk.length
        this.#taskMillis += (millis - this.#taskMillis) / 2
        keeper.keep(results)
      }
    }
    try {
      await Promise.all(Array.from({ length: this.#threads.count }, work))
    } catch (error) {
      if (!signal.aborted) throw error
    } finally {
      signal.removeEventListener('abort', stop)
    }
  }

  close(): Promise<void> {
    return this.#threads.close()
  }

  #chunk(tasks: Iterator<Task>): Task[] {
    const size = Math.min(mostInChunk, Math.max(1, Math.round(chunkMillis / this.#taskMillis)))
    const chunk: Task[] = []
    while (chunk.length < size) {
      const next = tasks.next()
      if (next.done) break
      chunk.push(next.value)
    }
    return chunk
  }
}
