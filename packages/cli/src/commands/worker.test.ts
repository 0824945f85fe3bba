import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { describe, expect, onTestFinished, test } from 'vitest'
import { keyPrefix, sweepsKey } from '../sweep/bullmq/sweep-queue.ts'
import { quorate, type Running, start, temporaryFolder } from '../testing/command.ts'
import { freePort, RedisServer, redisFound, unlessRedis } from '../testing/redis-server.ts'

/** Processes start and die here one after the other: on a busy machine that takes its time. */
const patienceMillis = 180_000

const brief = ['--for', '5s', '--clients', '2', '--think-time', '50ms']
const swept = ['sweep', 'raft', ...brief, '--vary', 'nodes=3,5', '--runs', '60', '--json']

/** Starts a worker with one thread, which ends with the test. */
function worker(url: string, ...more: string[]): Running {
  const running = start(['worker', '--redis', url, '--threads', '1', ...more])
  onTestFinished(() => {
    running.process.kill('SIGKILL')
  })
  return running
}

function sweepOn(url: string, results: string, words: readonly string[] = swept): Running {
  return start([...words, '--results', results, '--engine', 'bullmq', '--redis', url])
}

/** How many results a file has. */
function resultsIn(file: string): number {
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').length - 2 : 0
}

/** Waits for something that a running command does. */
async function until(
  condition: () => boolean | Promise<boolean>,
  { process }: Running,
): Promise<void> {
  while (!(await condition())) {
    if (process.exitCode !== null) throw new Error('the command has ended')
    await new Promise((next) => setTimeout(next, 20))
  }
}

/** The results, in whatever order they came. */
function linesOf(file: string): string[] {
  return readFileSync(file, 'utf8').split('\n').sort()
}

function clientOf({ url }: RedisServer): Redis {
  const client = new Redis(url)
  client.on('error', () => {})
  onTestFinished(() => client.disconnect())
  return client
}

describe.skipIf(!redisFound)(
  `a sweep over workers${unlessRedis}`,
  { timeout: patienceMillis },
  () => {
    test('equals that of one machine, with a worker killed in the middle and another that joins late', async () => {
      const server = await RedisServer.started()
      const folder = temporaryFolder()
      const [alone, shared] = [join(folder, 'alone'), join(folder, 'shared')]
      const one = await quorate(...swept, '--results', alone)
      const [first, second] = [worker(server.url), worker(server.url)]
      const sweep = sweepOn(server.url, shared)
      await until(() => resultsIn(shared) >= 20, sweep)
      first.process.kill('SIGKILL')
      const late = worker(server.url)
      const { exitCode, stdout } = await sweep.result
      expect(exitCode).toBe(0)
      expect(stdout).toBe(one.stdout)
      expect(linesOf(shared)).toEqual(linesOf(alone))
      // Nothing is left on the server, and who is told to stop does.
      const client = clientOf(server)
      await until(async () => (await client.keys(`${keyPrefix}*`)).length === 0, late)
      for (const { process } of [second, late]) process.kill('SIGTERM')
      const stopped = await Promise.all([second.result, late.result])
      for (const { exitCode, stderr } of stopped) {
        expect(exitCode).toBe(0)
        expect(stderr).toMatch(/Stopped after \d+ runs\n$/)
      }
    })

    test('goes on when the command that collects is killed', async () => {
      const server = await RedisServer.started()
      const file = join(temporaryFolder(), 'results')
      const long = [...swept, '--seeds', '1-5000'].filter((word) => !/^(--runs|60)$/.test(word))
      worker(server.url)
      const killed = sweepOn(server.url, file, long)
      await until(() => resultsIn(file) >= 10, killed)
      killed.process.kill('SIGKILL')
      await killed.result
      const before = resultsIn(file)
      const sweep = sweepOn(server.url, file, long)
      await until(() => resultsIn(file) > before, sweep)
      sweep.process.kill('SIGINT')
      const { exitCode, stdout, stderr } = await sweep.result
      expect(exitCode).toBe(130)
      expect(stderr).toContain(`${file} has ${before} of 10000 runs\n`)
      expect(JSON.parse(stdout).doneRuns).toBe(resultsIn(file))
      expect(await clientOf(server).hlen(sweepsKey)).toBe(0)
    })

    test('is refused in one line where nobody listens', async () => {
      const url = `redis://:secret@127.0.0.1:${await freePort()}`
      const file = join(temporaryFolder(), 'results')
      const both = await Promise.all([worker(url).result, sweepOn(url, file).result])
      for (const { exitCode, stdout, stderr } of both) {
        expect(exitCode).toBe(2)
        expect(stdout).toBe('')
        const [said = ''] = stderr.trimEnd().split('\n').slice(-1)
        expect(said).toMatch(
          /^quorate: cannot use Redis at 127\.0\.0\.1:\d+: nobody listens there$/,
        )
      }
    })
  },
)

test.each([
  [[], /--redis/],
  [['--redis', 'redis://127.0.0.1', '--sweep', 'mine'], /^quorate: --sweep is 'mine': it must be/],
])('quorate worker %j says in one line what is wrong', async (words, message) => {
  const { exitCode, stderr } = await quorate('worker', ...words)
  expect(exitCode).toBe(2)
  expect(stderr).toMatch(message)
  expect(stderr.trimEnd()).not.toContain('\n')
})
