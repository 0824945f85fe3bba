import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type Scenario,
  type Sweep,
  SweepPlan,
  type SweepReport,
  sweepRun,
} from '@quorate/core/experiments'
import { type Job, Queue, UnrecoverableError, Worker } from 'bullmq'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, test, vi } from 'vitest'
import { RedisServer, redisFound, unlessRedis } from '../../testing/redis-server.ts'
import { conductSweep } from '../conduct-sweep.ts'
import type { Engine } from '../engine.ts'
import { ResultsFile } from '../results-file.ts'
import { SweepResults } from '../sweep-results.ts'
import { ThreadsEngine } from '../threads-engine.ts'
import { BullmqEngine } from './bullmq-engine.ts'
import {
  batchFrom,
  collectorKey,
  holding,
  keyPrefix,
  queueName,
  sweepsKey,
  tasksOf,
} from './sweep-queue.ts'
import { SweepServer } from './sweep-server.ts'

const version = '1.0.0'
let server: RedisServer
let client: Redis
let folder: string
let files = 0
const stops: (() => Promise<void>)[] = []

/** What is said on stderr meanwhile. The spy's own list begins anew with each of the tests that run at once. */
let wordsSaid = ''
const said = vi.spyOn(process.stderr, 'write').mockImplementation((words) => {
  wordsSaid += words
  return true
})

beforeAll(async () => {
  if (!redisFound) return
  folder = mkdtempSync(join(tmpdir(), 'quorate-engine-'))
  server = await RedisServer.begun()
  client = new Redis(server.url, { maxRetriesPerRequest: null })
  client.on('error', () => {})
})
afterAll(async () => {
  if (!redisFound) return
  await Promise.all(stops.map((stop) => stop()))
  said.mockRestore()
  client.disconnect()
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
})

const newFile = () => join(folder, `results-${files++}`)
const sleep = (millis: number) => new Promise((next) => setTimeout(next, millis))
const never = new AbortController().signal

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(10)
}

function planOf(scenario: Scenario, seeds: string, vary: Sweep['vary'] = {}): SweepPlan {
  return new SweepPlan({ scenario, vary, seeds })
}

async function conducted(
  plan: SweepPlan,
  engine: Engine,
  path = newFile(),
  signal = never,
): Promise<SweepReport> {
  const file = new ResultsFile(path, plan, version)
  file.begin()
  const results = new SweepResults(plan, file)
  try {
    await conductSweep(plan, results, engine, signal)
  } finally {
    file.close()
  }
  return results.report()
}

const alone = (plan: SweepPlan) => conducted(plan, new ThreadsEngine(1))

async function collected(plan: SweepPlan, path?: string, signal?: AbortSignal, url = server.url) {
  return conducted(plan, await BullmqEngine.connected(url, plan, version), path, signal)
}

/** A worker for one sweep, which ends with the tests. */
async function serve({ hash }: SweepPlan, url = server.url): Promise<void> {
  const worker = await SweepServer.connected(url, version, 1, hash)
  const stop = new AbortController()
  const served = worker.serve(stop.signal)
  served.catch(() => {})
  stops.push(async () => {
    stop.abort()
    await served
  })
}

const keysOf = ({ hash }: SweepPlan) => client.keys(`${keyPrefix}*${hash}*`)

/** How many results a file has. */
function resultsIn(file: string): number {
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').length - 2 : 0
}

describe.skipIf(!redisFound)(`the engine for workers${unlessRedis}`, { timeout: 180_000 }, () => {
  test.concurrent('gives the report of one machine, with the failures made smaller, and leaves nothing on the server', async ({
    expect,
  }) => {
    const scenario = { protocol: 'paxos+ballots-shared', chaos: true }
    const plan = planOf(scenario, '8-12', { nodes: [3, 5] })
    await serve(plan)
    const [here, there] = await Promise.all([alone(plan), collected(plan)])
    expect(there).toEqual(here)
    expect(there.failures[0]?.shrunk).toBeDefined()
    await until(async () => (await keysOf(plan)).length === 0)
    expect(await client.hexists(sweepsKey, plan.hash)).toBe(0)
  })

  test.concurrent('goes on when the server is away for a while and has lost everything', async ({
    expect,
  }) => {
    const other = await RedisServer.begun()
    stops.push(() => other.stop())
    const plan = planOf({ protocol: 'raft', for: '5s', clients: 2, thinkTime: '50ms' }, '101-180')
    const path = newFile()
    await serve(plan, other.url)
    const report = collected(plan, path, never, other.url)
    await until(() => resultsIn(path) >= 20)
    await other.stop()
    await other.start()
    expect((await report).runsHash).toBe((await alone(plan)).runsHash)
    expect(resultsIn(path)).toBe(80)
    expect(wordsSaid).toMatch(/does not answer: trying again\n(.|\n)*answers again\n/)
  })

  test.concurrent('tries by itself what was at hand where workers died, and names what they die of', async ({
    expect,
  }) => {
    const plan = planOf({ protocol: 'paxos' }, '11-16')
    const stop = new AbortController()
    const dying = dieOf(13, plan, stop.signal)
    const { crashed, doneRuns } = await collected(plan)
    stop.abort()
    expect(doneRuns).toBe(5)
    expect(crashed).toMatchObject([{ run: 2, replay: 'quorate run paxos --seed 13' }])
    expect(crashed[0]?.message).toContain('stalled')
    // Twice in company, twice alone.
    expect(await dying).toBe(4)
  })

  test.concurrent('is not confused by what else is put into its queue', async ({ expect }) => {
    const plan = planOf({ protocol: 'paxos' }, '21-40')
    const queue = new Queue(queueName(plan.hash), { connection: client, prefix: keyPrefix })
    const scenario = { protocol: 'paxos', seed: 21 }
    const batch = { kind: 'run', runs: [0], scenario }
    await queue.add('run', batch, { jobId: 'named-otherwise' })
    await queue.add('run', { ...batch, scenario: { protocol: 7 } }, { jobId: 'bad' })
    await queue.add('run', { ...batch, runs: [9] }, { jobId: 'another-number' })
    await queue.add('run', 'no task', { jobId: 'none' })
    // Active, as far as Redis knows: what waits is taken away before a sweep begins.
    const other = new Worker(queue.name, null, { connection: client, prefix: keyPrefix })
    for (const token of ['1', '2', '3', '4']) {
      const job = (await other.getNextJob(token, { block: false })) as Job
      const forged = { kind: 'run', row: { ...sweepRun(0, scenario), decisions: 7 } }
      await job.moveToCompleted([forged], token, false)
    }
    await serve(plan)
    expect(await collected(plan)).toEqual(await alone(plan))
    await other.close()
  })

  test.concurrent('is of one command at a time; who interrupts it has what is known, and the next goes on', async ({
    expect,
  }) => {
    const plan = planOf({ protocol: 'raft', for: '5s', clients: 2, thinkTime: '50ms' }, '201-260')
    const path = newFile()
    const interruption = new AbortController()
    const first = collected(plan, path, interruption.signal)
    await until(async () => (await keysOf(plan)).length > 0)
    await expect(collected(plan)).rejects.toThrow(/another quorate sweep is at work on this sweep/)
    await serve(plan)
    await until(() => resultsIn(path) >= 10)
    interruption.abort()
    const { doneRuns, complete } = await first
    expect(complete).toBe(false)
    expect(resultsIn(path)).toBe(doneRuns)
    expect(await client.hexists(sweepsKey, plan.hash)).toBe(0)
    expect((await collected(plan, path)).complete).toBe(true)
    expect(resultsIn(path)).toBe(60)
  })

  test.concurrent('is left to who has taken it over', async ({ expect }) => {
    const plan = planOf({ protocol: 'paxos' }, '301-310')
    const sweep = collected(plan)
    await until(async () => (await client.exists(collectorKey(plan.hash))) === 1)
    await client.set(collectorKey(plan.hash), 'somebody else')
    await expect(sweep).rejects.toThrow(/has taken over this sweep/)
    expect(await client.get(collectorKey(plan.hash))).toBe('somebody else')
  })

  test.concurrent('takes its workers off the runs of a sweep that is over', async ({ expect }) => {
    const plan = planOf({ protocol: 'raft', for: '3000s' }, '401')
    const interruption = new AbortController()
    const worker = await SweepServer.connected(server.url, version, 1, plan.hash)
    const stop = new AbortController()
    const served = worker.serve(stop.signal)
    const sweep = collected(plan, newFile(), interruption.signal)
    await until(async () => (await client.keys(`*${plan.hash}:active`)).length > 0)
    interruption.abort()
    expect((await sweep).doneRuns).toBe(0)
    await until(() => worker.sweeps === 0)
    expect(await keysOf(plan)).toEqual([])
    stop.abort()
    await served
    expect(worker.done).toBe(0)
  })

  test.concurrent('is for workers of its own version', async ({ expect }) => {
    const hash = '0123456789abcdef'
    await client.hset(sweepsKey, hash, JSON.stringify({ version: '9.9.9' }))
    const only = await SweepServer.connected(server.url, version, 1, hash)
    await expect(only.serve(never)).rejects.toThrow(
      'sweep 0123456789abcdef is of quorate 9.9.9, and this worker is 1.0.0',
    )
    const any = await SweepServer.connected(server.url, version, 1)
    const stop = new AbortController()
    const served = any.serve(stop.signal)
    await until(() => wordsSaid.includes(`Left to others: sweep ${hash}`))
    stop.abort()
    await served
    await client.hdel(sweepsKey, hash)
  })
})

/**
 * Workers, one after the other, each of which takes three jobs and dies if one of them has this seed: as
 * Redis sees it, its locks run out. The others do what they have taken.
 * @returns how many have died
 */
async function dieOf(seed: number, { hash }: SweepPlan, signal: AbortSignal): Promise<number> {
  const queue = queueName(hash)
  const options = { ...holding, lockDuration: 60_000, stalledInterval: 20, autorun: false }
  const connected = { connection: client, prefix: keyPrefix }
  const worker = new Worker(queue, async () => {}, { ...connected, ...options })
  worker.on('error', () => {})
  await worker.startStalledCheckTimer()
  let deaths = 0
  for (let token = 0; !signal.aborted; token++) {
    const jobs: Job[] = []
    for (let i = 0; i < 3; i++) {
      const job = await worker.getNextJob(String(token), { block: false })
      if (job) jobs.push(job)
    }
    const dies = jobs.some((job) => !job.deferredFailure && seedsOf(job).includes(seed))
    if (dies) deaths++
    for (const job of jobs)
      if (job.deferredFailure || !dies) await finish(job, String(token))
      else await client.del(`${keyPrefix}:${queue}:${job.id}:lock`)
    await sleep(10)
  }
  await worker.close(true)
  return deaths
}

const seedsOf = (job: Job) => tasksOf(batchFrom(job.data)).map(({ scenario }) => scenario.seed)

async function finish(job: Job, token: string): Promise<void> {
  if (job.deferredFailure) {
    await job.moveToFailed(new UnrecoverableError(job.deferredFailure), token, false)
    return
  }
  const rows = tasksOf(batchFrom(job.data)).map(({ run, scenario }) => sweepRun(run, scenario))
  const results = rows.map((row) => ({ kind: 'run', row }))
  await job.moveToCompleted(results, token, false)
}
