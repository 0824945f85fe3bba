import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Queue } from 'bullmq'
import { Redis } from 'ioredis'
import { describe, expect, onTestFinished, test } from 'vitest'
import { keyPrefix, queueName, sweepsKey } from '../sweep/bullmq/sweep-queue.ts'
import { quorate, type Running, start, temporaryFolder } from '../testing/command.ts'
import { freePort, RedisServer, redisFound, unlessRedis } from '../testing/redis-server.ts'

/** Processes start and die here one after the other: on a busy machine that takes its time. */
const patienceMillis = 180_000

const brief = ['--for', '5s', '--clients', '2', '--think-time', '50ms']
const swept = ['sweep', 'raft', ...brief, '--vary', 'nodes=3,5', '--runs', '80', '--json']

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
      await until(() => resultsIn(shared) >= 30, sweep)
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

    test('goes on when the command that collects is killed, or the server loses everything', async () => {
      const server = await RedisServer.started()
      const file = join(temporaryFolder(), 'results')
      worker(server.url)
      const killed = sweepOn(server.url, file)
      await until(() => resultsIn(file) >= 20, killed)
      killed.process.kill('SIGKILL')
      await killed.result
      const sweep = sweepOn(server.url, file)
      await until(() => resultsIn(file) >= 60, sweep)
      await server.stop()
      await server.start()
      const { exitCode, stdout, stderr } = await sweep.result
      expect(exitCode).toBe(0)
      expect(stderr).toMatch(/does not answer: trying again\n.*answers again\n/)
      const { doneRuns, runsHash } = JSON.parse(stdout)
      expect(doneRuns).toBe(160)
      const alone = await quorate(...swept, '--results', join(temporaryFolder(), 'alone'))
      expect(runsHash).toBe(JSON.parse(alone.stdout).runsHash)
      expect(resultsIn(file)).toBe(160)
    })

    test('makes failures smaller on the workers too', async () => {
      const server = await RedisServer.started()
      const folder = temporaryFolder()
      const failing = ['sweep', 'paxos+ballots-shared', '--chaos', '--runs', '30', '--json']
      worker(server.url)
      const [here, there] = await Promise.all([
        quorate(...failing, '--results', join(folder, 'here')),
        sweepOn(server.url, join(folder, 'there'), failing).result,
      ])
      expect(there.exitCode).toBe(1)
      expect(there.stdout).toBe(here.stdout)
      expect(JSON.parse(there.stdout).failures[0].shrunk).toBeDefined()
    })

    test('names a run that no worker survives, and does the others', async () => {
      const server = await RedisServer.started()
      const file = join(temporaryFolder(), 'results')
      // One run that takes for ever, as far as this test goes.
      const deadly = ['sweep', 'raft', '--for', '3000s', '--seeds', '1', '--json']
      const sweep = sweepOn(server.url, file, deadly)
      const victim = worker(server.url)
      const client = clientOf(server)
      const active = async () => (await client.keys(`${keyPrefix}:*:active`))[0]
      await until(async () => (await active()) !== undefined, victim)
      const [job] = await client.lrange((await active()) as string, 0, 0)
      // Two workers have died of it before.
      await client.hset(((await active()) as string).replace('active', job as string), 'stc', 2)
      victim.process.kill('SIGKILL')
      worker(server.url)
      const { exitCode, stdout } = await sweep.result
      expect(exitCode).toBe(70)
      const { crashed, complete } = JSON.parse(stdout)
      expect(complete).toBe(false)
      expect(crashed).toHaveLength(1)
      expect(crashed[0].message).toContain('stalled')
      expect(crashed[0].replay).toBe('quorate run raft --seed 1 --for 3000s')
      // It is tried again by the same command.
      expect(resultsIn(file)).toBe(0)
    })

    test('is not confused by what else is put into its queue', async () => {
      const server = await RedisServer.started()
      const folder = temporaryFolder()
      const words = ['sweep', 'paxos', '--runs', '20', '--json']
      const alone = await quorate(...words, '--results', join(folder, 'alone'))
      const { hash } = JSON.parse(alone.stdout)
      const queue = new Queue(queueName(hash), { connection: clientOf(server), prefix: keyPrefix })
      const scenario = { protocol: 'paxos', seed: 1 }
      await queue.add('run', { kind: 'run', run: 0, scenario }, { jobId: 'named-otherwise' })
      await queue.add('run', { kind: 'run', run: 0, scenario: { protocol: 7 } }, { jobId: 'bad' })
      await queue.add('run', 'no task', { jobId: 'none' })
      worker(server.url)
      const { exitCode, stdout } = await sweepOn(server.url, join(folder, 'shared'), words).result
      expect(exitCode).toBe(0)
      expect(stdout).toBe(alone.stdout)
    })

    test('ends on Ctrl-C with what is known, and takes back what waits', async () => {
      const server = await RedisServer.started()
      const file = join(temporaryFolder(), 'results')
      worker(server.url)
      const long = [...swept, '--seeds', '1-5000'].filter((word) => !/^(--runs|80)$/.test(word))
      const sweep = sweepOn(server.url, file, long)
      await until(() => resultsIn(file) >= 10, sweep)
      const second = await sweepOn(server.url, file, long).result
      expect(second.exitCode).toBe(2)
      expect(second.stderr).toContain('another quorate sweep is at work on this sweep')
      sweep.process.kill('SIGINT')
      const { exitCode, stdout } = await sweep.result
      expect(exitCode).toBe(130)
      expect(JSON.parse(stdout).doneRuns).toBe(resultsIn(file))
      expect(await clientOf(server).hlen(sweepsKey)).toBe(0)
    })

    test('is left to workers of its own version', async () => {
      const server = await RedisServer.started()
      const hash = '0123456789abcdef'
      await clientOf(server).hset(sweepsKey, hash, JSON.stringify({ version: '9.9.9' }))
      const only = await worker(server.url, '--sweep', hash).result
      expect(only.exitCode).toBe(2)
      expect(only.stderr).toMatch(
        /sweep 0123456789abcdef is of quorate 9\.9\.9, and this worker is .*\n$/,
      )
      const any = worker(server.url)
      let said = ''
      any.process.stderr?.on('data', (text) => {
        said += text
      })
      await until(() => said.includes('Left to others: sweep 0123456789abcdef'), any)
    })

    test.each([
      [
        'nobody listens',
        async () => `redis://127.0.0.1:${await freePort()}`,
        /nobody listens there/,
      ],
      [
        'the password is wrong',
        async () => (await RedisServer.started('right')).url.replace('right', 'wrong'),
        /it wants another password/,
      ],
      [
        'there is no password',
        async () => (await RedisServer.started('right')).url.replace(':right@', ''),
        /it wants another password/,
      ],
      ['the address is none', async () => 'http://127.0.0.1', /must be an address such as redis:/],
    ])('says in one line that %s', async (_, address, message) => {
      const url = await address()
      const file = join(temporaryFolder(), 'results')
      const both = await Promise.all([worker(url).result, sweepOn(url, file).result])
      for (const { exitCode, stdout, stderr } of both) {
        expect(exitCode).toBe(2)
        expect(stdout).toBe('')
        const [said = ''] = stderr.trimEnd().split('\n').slice(-1)
        expect(said).toMatch(message)
        expect(stderr).not.toContain('wrong@')
      }
    })
  },
)

test('quorate worker without a server says what is missing', async () => {
  const { exitCode, stderr } = await quorate('worker')
  expect(exitCode).toBe(2)
  expect(stderr).toMatch(/--redis/)
})
