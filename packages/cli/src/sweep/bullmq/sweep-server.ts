import { ScenarioError } from '@quorate/core/experiments'
import { type Job, UnrecoverableError, WaitingError, Worker } from 'bullmq'
import type { Redis } from 'ioredis'
import { UsageError } from '../../exit-codes.ts'
import { RunThreads, ThreadsStopped } from '../run-threads.ts'
import type { Result, Task } from '../task.ts'
import { RedisLink } from './redis-link.ts'
import {
  batchFrom,
  holding,
  jobName,
  keyPrefix,
  notedKeys,
  queueName,
  type SweepEntry,
  sweepsKey,
  tasksOf,
} from './sweep-queue.ts'

const lookMillis = 500

/** A sweep that is served. */
interface Served {
  readonly worker: Worker
  /** Ends its runs. */
  readonly abandoned: AbortController
}

/** Serves the sweeps of a Redis server: does their jobs in threads of this process. */
export class SweepServer {
  readonly #link: RedisLink
  readonly #redis: Redis
  readonly #version: string
  readonly #only: string | undefined
  readonly #threads: RunThreads
  /** By hash of the sweep. */
  readonly #serving = new Map<string, Served>()
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
      const left = [...this.#serving.keys()].map((hash) => this.#leave(hash, away))
      await this.#threads.close()
      await Promise.all(left)
      this.#link.close()
    }
  }

  /** Takes up sweeps that have come, and leaves those that have gone. */
  async #look(): Promise<void> {
    const entries = await this.#redis.hgetall(sweepsKey)
    for (const [hash, text] of Object.entries(entries)) {
      if (this.#only !== undefined && !hash.startsWith(this.#only)) continue
      if (!/^[0-9a-f]{16}$/.test(hash) || this.#serving.has(hash)) continue
      if (this.#accepts(hash, text)) this.#serving.set(hash, this.#served(hash))
    }
    for (const hash of this.#serving.keys())
      if (entries[hash] === undefined) await this.#leave(hash, false)
  }

  /** Nobody waits for a run of a sweep that is over; and what BullMQ has noted of it since then goes with it. */
  async #leave(hash: string, away: boolean): Promise<void> {
    const { worker, abandoned } = this.#serving.get(hash) as Served
    this.#serving.delete(hash)
    abandoned.abort()
    await worker.close(away)
    if (away || (await this.#redis.hexists(sweepsKey, hash)) === 1) return
    await this.#redis.del(notedKeys(hash))
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

  #served(hash: string): Served {
    const abandoned = new AbortController()
    const perform = (job: Job, token?: string) => this.#perform(job, token, abandoned.signal)
    const worker = new Worker(queueName(hash), perform, {
      connection: this.#redis,
      prefix: keyPrefix,
      // None lies at hand here while another worker has nothing to do.
      concurrency: this.#threads.count,
      ...holding,
    })
    worker.on('error', () => {})
    return { worker, abandoned }
  }

  async #perform(job: Job, token: string | undefined, signal: AbortSignal): Promise<Result[]> {
    const results = (await this.#threads.perform(tasksIn(job), signal).catch(async (error) => {
      if (!(error instanceof ThreadsStopped)) throw error
      await job.moveToWait(token)
      throw new WaitingError()
    })) as Result[]
    this.#done += results.length
    return results
  }
}

/** The job's tasks: what comes from Redis is checked like what comes from a file. */
function tasksIn({ id, data }: Job): Task[] {
  try {
    const batch = batchFrom(data)
    if (jobName(batch) === id) return tasksOf(batch)
    throw new UnrecoverableError('the job is not named like its runs')
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
