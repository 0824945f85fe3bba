import { ScenarioError } from '@quorate/core/experiments'
import { type Job, UnrecoverableError, WaitingError, Worker } from 'bullmq'
import type { Redis } from 'ioredis'
import { UsageError } from '../../exit-codes.ts'
import { RunThreads, ThreadsStopped } from '../run-threads.ts'
import { type Result, taskFrom } from '../task.ts'
import { RedisLink } from './redis-link.ts'
import {
  holding,
  jobName,
  keyPrefix,
  queueName,
  type SweepEntry,
  sweepsKey,
} from './sweep-queue.ts'

const lookMillis = 500

/** Serves the sweeps of a Redis server: does their jobs in threads of this process. */
export class SweepServer {
  readonly #link: RedisLink
  readonly #redis: Redis
  readonly #version: string
  readonly #only: string | undefined
  readonly #threads: RunThreads
  /** By hash of the sweep. */
  readonly #serving = new Map<string, Worker>()
  readonly #refused = new Set<string>()
  #done = 0

  private constructor(link: RedisLink, version: string, threads: number, only?: string) {
    this.#link = link
    this.#redis = link.connection()
    this.#version = version
    this.#only = only
    this.#threads = new RunThreads(threads)
  }

  /**
   * @param only the hash of the one sweep to serve, or how it begins; undefined: any
   * @throws UsageError if the server cannot be used
   */
  static async connected(
    address: string,
    version: string,
    threads: number,
    only?: string,
  ): Promise<SweepServer> {
    return new SweepServer(await RedisLink.to(address), version, threads, only)
  }

  get place(): string {
    return this.#link.place
  }

  get done(): number {
    return this.#done
  }

  get sweeps(): number {
    return this.#serving.size
  }

  /**
   * Serves until the signal, then gives the jobs at hand back, for others to do from the beginning.
   * @throws UsageError if the one sweep to serve is of another version
   */
  async serve(signal: AbortSignal): Promise<void> {
    const { promise: stopped, resolve } = Promise.withResolvers<void>()
    signal.addEventListener('abort', () => resolve(), { once: true })
    try {
      while (!signal.aborted) {
        await Promise.race([this.#link.allowed(() => this.#look()), stopped])
        await Promise.race([new Promise((next) => setTimeout(next, lookMillis)), stopped])
      }
    } finally {
      // A server that is away gets its jobs back when their locks have run out.
      const away = this.#redis.status !== 'ready'
      const closed = [...this.#serving.values()].map((worker) => worker.close(away))
      await this.#threads.close()
      await Promise.all(closed)
      this.#link.close()
    }
  }

  /** Takes up sweeps that have come, and leaves those that have gone. */
  async #look(): Promise<void> {
    const entries = await this.#redis.hgetall(sweepsKey)
    for (const [hash, text] of Object.entries(entries)) {
      if (this.#only !== undefined && !hash.startsWith(this.#only)) continue
      if (!/^[0-9a-f]{16}$/.test(hash) || this.#serving.has(hash)) continue
      if (this.#accepts(hash, text)) this.#serving.set(hash, this.#worker(hash))
    }
    for (const [hash, worker] of this.#serving) {
      if (entries[hash] !== undefined) continue
      this.#serving.delete(hash)
      await worker.close()
    }
  }

  #accepts(hash: string, text: string): boolean {
    const version = versionIn(text)
    if (version === this.#version) return true
    const what = `sweep ${hash} is of quorate ${version ?? 'unknown'}, and this worker is ${this.#version}`
    if (this.#only !== undefined) throw new UsageError(`${what}: use the same version for both`)
    if (!this.#refused.has(hash)) process.stderr.write(`Left to others: ${what}\n`)
    this.#refused.add(hash)
    return false
  }

  #worker(hash: string): Worker {
    const worker = new Worker(queueName(hash), (job, token) => this.#perform(job, token), {
      connection: this.#redis,
      prefix: keyPrefix,
      // As many again as there are threads are at hand, so that none waits for Redis.
      concurrency: 2 * this.#threads.count,
      ...holding,
    })
    worker.on('error', () => {})
    return worker
  }

  async #perform(job: Job, token: string | undefined): Promise<Result> {
    const [result] = (await this.#threads.perform([checked(job)]).catch(async (error) => {
      if (!(error instanceof ThreadsStopped)) throw error
      await job.moveToWait(token)
      throw new WaitingError()
    })) as [Result]
    if (result.kind === 'crashed') throw new UnrecoverableError(result.message)
    this.#done++
    return result
  }
}

/** The job's task: what comes from Redis is checked like what comes from a file. */
function checked({ id, data }: Job) {
  try {
    const task = taskFrom(data)
    if (jobName(task) === id) return task
    throw new UnrecoverableError('the job is not named like its run')
  } catch (error) {
    if (error instanceof ScenarioError) throw new UnrecoverableError(error.message)
    throw error
  }
}

function versionIn(text: string): string | undefined {
  try {
    const { version } = JSON.parse(text) as Partial<SweepEntry>
    return typeof version === 'string' ? version : undefined
  } catch {
    return undefined
  }
}
