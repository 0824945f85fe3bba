import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { ScenarioError, type SweepPlan } from '@quorate/core/experiments'
import { type Job, Queue } from 'bullmq'
import type { Redis } from 'ioredis'
import { UsageError } from '../../exit-codes.ts'
import type { Engine, Keeper } from '../engine.ts'
import { checkBelongs } from '../results-file.ts'
import { type Result, resultFrom, type Task, taskFrom } from '../task.ts'
import { RedisLink } from './redis-link.ts'
import {
  collectorKey,
  jobName,
  keyPrefix,
  queueName,
  type SweepEntry,
  sweepsKey,
} from './sweep-queue.ts'

/** So many jobs are in Redis at most, done or not: its memory does not grow with the sweep. */
const windowJobs = 2_000
const collectedAtOnce = 500
const idleMillis = 100
const heartbeatMillis = 1_000
/** A worker that is already there needs about a second to find the sweep. */
const lonelyHeartbeats = 3
/** Who collects has gone if it was not heard of for so long. */
const collectorMillis = 5_000

/**
 * The tasks as jobs of a BullMQ queue, which any number of `quorate worker` take. A result stays in
 * Redis until it is on this machine's disk; so either of the two may hold it, and none is lost.
 */
export class BullmqEngine implements Engine {
  readonly #link: RedisLink
  readonly #redis: Redis
  readonly #queue: Queue
  readonly #plan: SweepPlan
  readonly #version: string
  readonly #self: string = randomUUID()
  /** By name of the job: those that were added and have not been collected. */
  readonly #outstanding = new Map<string, Task>()
  #workers = 0
  #heardAt = Number.NEGATIVE_INFINITY
  /** So many times in a row nobody was there. */
  #lonely = 0

  private constructor(link: RedisLink, plan: SweepPlan, version: string) {
    this.#link = link
    this.#plan = plan
    this.#version = version
    this.#redis = link.connection()
    this.#queue = new Queue(queueName(plan.hash), {
      connection: this.#redis,
      prefix: keyPrefix,
      streams: { events: { maxLen: 100 } },
    })
    this.#queue.on('error', () => {})
  }

  /** @throws UsageError if the server cannot be used, or somebody collects the same sweep already */
  static async connected(address: string, plan: SweepPlan, version: string): Promise<BullmqEngine> {
    const link = await RedisLink.to(address)
    const engine = new BullmqEngine(link, plan, version)
    try {
      await link.allowed(() => engine.#becomeCollector())
    } catch (error) {
      link.close()
      throw error
    }
    return engine
  }

  get workers(): string {
    if (this.#workers === 0) return `no worker yet at ${this.#link.place}`
    return this.#workers === 1 ? '1 worker' : `${this.#workers} workers`
  }

  async perform(tasks: Iterator<Task>, keeper: Keeper, signal: AbortSignal): Promise<void> {
    // Who is interrupted while the server is away does not wait for it: what was asked of it may never end.
    const givenUp = Promise.withResolvers<void>()
    const stop = () => this.#redis.status !== 'ready' && givenUp.resolve()
    signal.addEventListener('abort', stop, { once: true })
    try {
      const conducted = this.#link.allowed(() => this.#conduct(tasks, keeper, signal))
      await Promise.race([conducted, givenUp.promise])
    } catch (error) {
      if (!signal.aborted || error instanceof UsageError) throw error
    } finally {
      signal.removeEventListener('abort', stop)
    }
  }

  /** Leaves nothing of the sweep in Redis, but for the results that were not collected. */
  async close(): Promise<void> {
    try {
      if (this.#redis.status === 'ready') await this.#link.allowed(() => this.#tidy())
    } finally {
      this.#link.close()
    }
  }

  async #conduct(tasks: Iterator<Task>, keeper: Keeper, signal: AbortSignal): Promise<void> {
    for (let ended = false; !signal.aborted; ) {
      await this.#heartbeat()
      if (!ended) ended = await this.#fill(tasks)
      const collected = await this.#collect(keeper)
      if (ended && this.#outstanding.size === 0) break
      if (collected === 0) await delay(idleMillis)
    }
    if (signal.aborted) await this.#queue.drain()
    while ((await this.#collect(keeper)) > 0);
  }

  async #tidy(): Promise<void> {
    await this.#redis.hdel(sweepsKey, this.#plan.hash)
    const { completed = 0, failed = 0 } = await this.#queue.getJobCounts('completed', 'failed')
    if (completed + failed === 0) await this.#queue.obliterate({ force: true })
    await this.#redis.del(collectorKey(this.#plan.hash))
  }

  /** Waits for one that was killed to be forgotten. */
  async #becomeCollector(): Promise<void> {
    const key = collectorKey(this.#plan.hash)
    const patience = performance.now() + collectorMillis + heartbeatMillis
    while ((await this.#redis.set(key, this.#self, 'PX', collectorMillis, 'NX')) === null) {
      if (performance.now() > patience)
        throw new UsageError(
          `another quorate sweep is at work on this sweep at ${this.#link.place}: wait for it, or stop it`,
        )
      await delay(heartbeatMillis / 4)
    }
  }

  /** Says that this sweep has work and who collects it, also to a server that has forgotten everything. */
  async #heartbeat(): Promise<void> {
    const now = performance.now()
    if (now - this.#heardAt < heartbeatMillis) return
    this.#heardAt = now
    const entry: SweepEntry = { version: this.#version }
    await this.#redis.set(collectorKey(this.#plan.hash), this.#self, 'PX', collectorMillis)
    await this.#redis.hset(sweepsKey, this.#plan.hash, JSON.stringify(entry))
    this.#workers = await this.#queue.getWorkersCount()
    this.#lonely = this.#workers === 0 ? this.#lonely + 1 : 0
    if (this.#lonely === lonelyHeartbeats) {
      process.stderr.write(
        `Waiting for workers: on any machine, quorate worker --redis redis://${this.#link.place}\n`,
      )
    }
    const counts = await this.#queue.getJobCounts()
    const there = Object.values(counts).reduce((sum, count) => sum + count, 0)
    // Jobs that are still there are not added twice: a job's name is its identity.
    if (there < this.#outstanding.size) await this.#add([...this.#outstanding.values()])
  }

  /** @returns whether every task has been added */
  async #fill(tasks: Iterator<Task>): Promise<boolean> {
    if (this.#outstanding.size > windowJobs / 2) return false
    const added: Task[] = []
    let ended = false
    while (this.#outstanding.size < windowJobs) {
      const next = tasks.next()
      if (next.done) {
        ended = true
        break
      }
      this.#outstanding.set(jobName(next.value), next.value)
      added.push(next.value)
    }
    await this.#add(added)
    return ended
  }

  async #add(tasks: readonly Task[]): Promise<void> {
    const jobs = tasks.map((task) => ({
      name: task.kind,
      data: task,
      opts: { jobId: jobName(task) },
    }))
    if (jobs.length > 0) await this.#queue.addBulk(jobs)
  }

  /** Takes results that are there onto this machine's disk, and out of Redis once they are. */
  async #collect(keeper: Keeper): Promise<number> {
    const jobs = await this.#queue.getJobs(['completed', 'failed'], 0, collectedAtOnce - 1)
    const known = jobs.filter((job) => job !== undefined)
    keeper.keep(known.map((job) => this.#resultOf(job)).filter((result) => result !== undefined))
    await keeper.durable()
    await Promise.all(known.map((job) => this.#queue.remove(job.id as string)))
    for (const job of known) this.#outstanding.delete(job.id as string)
    return known.length
  }

  /** What a job came to; undefined where what is in Redis is no job of this sweep. */
  #resultOf(job: Job): Result | undefined {
    const task = this.#outstanding.get(job.id as string) ?? this.#earlierTask(job)
    if (!task) return undefined
    const { run } = task
    if (job.failedReason) return { kind: 'crashed', run, message: job.failedReason }
    try {
      const result = resultFrom(job.returnvalue)
      checkBelongs(result, this.#plan)
      if (result.kind === task.kind && result.row.run === run) return result
      return { kind: 'crashed', run, message: 'a worker sent the result of another run' }
    } catch (error) {
      if (!(error instanceof ScenarioError)) throw error
      return { kind: 'crashed', run, message: `a worker sent what is no result: ${error.message}` }
    }
  }

  /** A job that was added before an interruption: it is believed if it is named like the run of this sweep that it says. */
  #earlierTask({ id, data }: Job): Task | undefined {
    try {
      const { kind, run } = taskFrom(data)
      if (run >= this.#plan.runs) return undefined
      const task: Task = { kind, run, scenario: this.#plan.scenarioOf(run) }
      return jobName(task) === id ? task : undefined
    } catch (error) {
      if (error instanceof ScenarioError) return undefined
      throw error
    }
  }
}
