import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { counted, ScenarioError, type SweepPlan } from '@quorate/core/experiments'
import { type Job, Queue } from 'bullmq'
import type { Redis } from 'ioredis'
import { UsageError } from '../../exit-codes.ts'
import type { Engine, Keeper } from '../engine.ts'
import { checkBelongs } from '../results-file.ts'
import { type Result, resultFrom, type Task } from '../task.ts'
import { Batches } from './batches.ts'
import { RedisLink } from './redis-link.ts'
import {
  batchFrom,
  batchOf,
  collectorKey,
  jobName,
  keyPrefix,
  queueName,
  type SweepEntry,
  sweepsKey,
  tasksOf,
} from './sweep-queue.ts'

/** So much is in Redis at most, done or not: its memory does not grow with the sweep. */
const mostJobs = 2_000
const mostRuns = 16_000
/** So many jobs there are at first, until it is known how long a run takes and how many are done at once. */
const firstJobs = 64
const collectedAtOnce = 100
const idleMillis = 100
const heartbeatMillis = 1_000
/** A worker that is already there needs about a second to find the sweep. */
const lonelyHeartbeats = 3
/** Who collects has gone if it was not heard of for so long. */
const collectorMillis = 5_000
/** How long the end of a sweep waits for the server. */
const patienceMillis = 5_000

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
  readonly #outstanding = new Map<string, readonly Task[]>()
  /** What was at hand where workers died, one of which may be what they died of. */
  #suspects: Task[] = []
  /** The one of those that is tried with nothing beside it. */
  #alone: string | undefined
  #window = firstJobs
  #filledAt = Number.NEGATIVE_INFINITY
  /** Jobs since more were added. */
  #collected = 0
  #workers = 0
  #heardAt = Number.NEGATIVE_INFINITY
  /** So many times in a row nobody was there. */
  #lonely = 0
  #replaced = false
  /** All that was there when it ended was collected: what comes later is done again. */
  #conducted = false

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
    // Whoever has all results does not wait for a server that has gone away.
    const patience = delay(patienceMillis, undefined, { ref: false })
    try {
      if (this.#redis.status === 'ready')
        await Promise.race([this.#link.allowed(() => this.#tidy()), patience])
    } finally {
      this.#link.close()
    }
  }

  async #conduct(tasks: Iterator<Task>, keeper: Keeper, signal: AbortSignal): Promise<void> {
    this.#conducted = false
    const batches = new Batches(tasks, (run) => this.#plan.pointOf(run))
    // What a command that was killed has left is taken first, so that it is not done again.
    await this.#queue.drain()
    while ((await this.#collect(keeper, batches)) > 0);
    while (!signal.aborted) {
      await this.#heartbeat()
      await this.#fill(batches)
      const collected = await this.#collect(keeper, batches)
      if (batches.ended && this.#outstanding.size === 0 && !(await this.#trySuspect())) break
      if (collected === 0) await delay(idleMillis)
    }
    if (signal.aborted) await this.#queue.drain()
    while ((await this.#collect(keeper, batches)) > 0);
    this.#conducted = true
  }

  async #tidy(): Promise<void> {
    if (this.#replaced) return
    const { completed = 0, failed = 0 } = await this.#queue.getJobCounts('completed', 'failed')
    if (this.#conducted || completed + failed === 0) await this.#queue.obliterate({ force: true })
    // Only now do the workers leave, and take with them what they have noted since.
    await this.#redis.hdel(sweepsKey, this.#plan.hash)
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

  /** One that was halted for so long that another has taken its place leaves it to that one. */
  async #remainCollector(): Promise<void> {
    const key = collectorKey(this.#plan.hash)
    const collector = await this.#redis.get(key)
    if (collector !== null && collector !== this.#self) {
      this.#replaced = true
      throw new UsageError(
        `another quorate sweep has taken over this sweep at ${this.#link.place} while this one was halted`,
      )
    }
    await this.#redis.set(key, this.#self, 'PX', collectorMillis)
  }

  /** Says that this sweep has work and who collects it, also to a server that has forgotten everything. */
  async #heartbeat(): Promise<void> {
    const now = performance.now()
    if (now - this.#heardAt < heartbeatMillis) return
    this.#heardAt = now
    const entry: SweepEntry = { version: this.#version }
    await this.#remainCollector()
    await this.#redis.hset(sweepsKey, this.#plan.hash, JSON.stringify(entry))
    this.#workers = await this.#queue.getWorkersCount()
    this.#lonely = this.#workers === 0 ? this.#lonely + 1 : 0
    if (this.#lonely === lonelyHeartbeats) {
      process.stderr.write(
        `Waiting for workers: on any machine, quorate worker --redis ${this.#link.scheme}://${this.#link.place}\n`,
      )
    }
    const counts = await this.#queue.getJobCounts()
    const there = Object.values(counts).reduce((sum, count) => sum + count, 0)
    // Jobs that are still there are not added twice: a job's name is its identity.
    if (there < this.#outstanding.size) await this.#add([...this.#outstanding.values()])
  }

  /** The more is asked for at once, the more is done meanwhile. */
  async #fill(batches: Batches): Promise<void> {
    const runs = [...this.#outstanding.values()].reduce((sum, tasks) => sum + tasks.length, 0)
    if (batches.ended || this.#outstanding.size > this.#window / 2 || runs > mostRuns / 2) return
    const now = performance.now()
    if (this.#collected === 0 && now - this.#filledAt < heartbeatMillis) return
    this.#filledAt = now
    this.#collected = 0
    const added = batches.take(this.#window - this.#outstanding.size, mostRuns - runs)
    this.#window = Math.min(mostJobs, 2 * this.#window)
    await this.#add(added)
  }

  async #add(all: readonly (readonly Task[])[]): Promise<void> {
    const jobs = all.map((tasks) => {
      const batch = batchOf(tasks)
      const { run } = tasks[0] as Task
      const name = this.#plan.points[this.#plan.pointOf(run)]?.name
      const jobId = jobName(batch, name)
      this.#outstanding.set(jobId, tasks)
      return { name: batch.kind, data: batch, opts: { jobId } }
    })
    if (jobs.length > 0) await this.#queue.addBulk(jobs)
  }

  /** @returns whether there was one */
  async #trySuspect(): Promise<boolean> {
    const suspect = this.#suspects.shift()
    if (!suspect) return false
    await this.#add([[suspect]])
    ;[this.#alone] = this.#outstanding.keys()
    return true
  }

  /** Takes results that are there onto this machine's disk, and out of Redis once they are. */
  async #collect(keeper: Keeper, batches: Batches): Promise<number> {
    const jobs = await this.#queue.getJobs(['completed', 'failed'], 0, collectedAtOnce - 1)
    const known = jobs.filter((job) => job !== undefined)
    keeper.keep(known.flatMap((job) => this.#resultsOf(job, batches)))
    await keeper.durable()
    await Promise.all(known.map((job) => this.#queue.remove(job.id as string)))
    for (const job of known) this.#outstanding.delete(job.id as string)
    this.#collected += known.length
    return known.length
  }

  /** What a job came to; nothing where what is in Redis is no job of this sweep. */
  #resultsOf(job: Job, batches: Batches): Result[] {
    const id = job.id as string
    const tasks = this.#outstanding.get(id) ?? this.#earlierTasks(job)
    const [first] = tasks
    if (!first) return []
    const crashed = (message: string) =>
      tasks.map(({ run }): Result => ({ kind: 'crashed', run, message }))
    if (job.failedReason) {
      if (!/stalled/.test(job.failedReason) || id === this.#alone) return crashed(job.failedReason)
      // Who of those that were at hand was it? Each is tried by itself, once all else is done.
      if (this.#outstanding.has(id)) this.#suspects.push(...tasks)
      return []
    }
    if (job.finishedOn && job.processedOn)
      batches.learn(first.run, tasks.length, job.finishedOn - job.processedOn)
    try {
      return resultsFrom(job.returnvalue, tasks, this.#plan)
    } catch (error) {
      if (!(error instanceof ScenarioError)) throw error
      return crashed(`a worker sent what is no result: ${error.message}`)
    }
  }

  /** Of a job that was added before an interruption: it is believed if it is named like its runs, and they are this sweep’s. */
  #earlierTasks({ id, data }: Job): readonly Task[] {
    try {
      const batch = batchFrom(data)
      if (jobName(batch) !== id) return []
      const there = tasksOf(batch)
      const ours = there
        .filter(({ run }) => run < this.#plan.runs)
        .map(({ kind, run }): Task => ({ kind, run, scenario: this.#plan.scenarioOf(run) }))
      const nameOf = (task: Task) => jobName(batchOf([task]))
      return there.map(nameOf).join() === ours.map(nameOf).join() ? ours : []
    } catch (error) {
      if (error instanceof ScenarioError) return []
      throw error
    }
  }
}

/**
 * Checks that what a worker sent are the results of these tasks.
 * @throws ScenarioError that says what is wrong
 */
function resultsFrom(data: unknown, tasks: readonly Task[], plan: SweepPlan): Result[] {
  if (!Array.isArray(data) || data.length !== tasks.length)
    throw new ScenarioError(`there must be ${counted(tasks.length, 'result')}`)
  return tasks.map(({ kind, run }, i) => {
    const { kind: which, message } = (data[i] ?? {}) as { readonly [field: string]: unknown }
    if (which === 'crashed') return { kind: 'crashed', run, message: String(message) }
    const result = resultFrom(data[i])
    checkBelongs(result, plan)
    if (result.kind !== kind || result.row.run !== run)
      throw new ScenarioError('it is the result of another run')
    return result
  })
}
