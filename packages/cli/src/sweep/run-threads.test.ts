import { expect, onTestFinished, test } from 'vitest'
import { RunThreads, ThreadsStopped } from './run-threads.ts'
import type { Task } from './task.ts'

const tasks = (...runs: number[]): Task[] =>
  runs.map((run) => ({
    kind: 'run',
    run,
    scenario: { protocol: 'paxos', nodes: 3, seed: run + 1 },
  }))

function threads(count: number, file?: URL): RunThreads {
  const all = new RunThreads(count, file)
  onTestFinished(() => all.close())
  return all
}

test('threads do tasks, each list in its order', async () => {
  const pool = threads(2)
  const lists = await Promise.all(
    [tasks(0, 1, 2), tasks(3), tasks(4, 5)].map((list) => pool.perform(list)),
  )
  const runs = lists.map((list) =>
    list.map((result) => (result.kind === 'run' ? result.row.run : -1)),
  )
  expect(runs).toEqual([[0, 1, 2], [3], [4, 5]])
})

test('a task that throws is reported as crashed, with what it threw', async () => {
  const broken: Task = { kind: 'run', run: 7, scenario: { protocol: 'nosuch' } }
  const [first, second] = await threads(1).perform([broken, ...tasks(8)])
  expect(first).toMatchObject({ kind: 'crashed', run: 7 })
  expect(first?.kind === 'crashed' && first.message).toContain('nosuch')
  expect(second?.kind).toBe('run')
})

test('a task that takes its thread with it is named, and the others are done all the same', async () => {
  const file = new URL('./testing/deadly-worker.ts', import.meta.url)
  const results = await threads(1, file).perform(tasks(0, 1, 2, 3))
  expect(results).toMatchObject([
    { kind: 'run', row: { run: 0 } },
    { kind: 'run', row: { run: 1 } },
    { kind: 'crashed', run: 2, message: 'its thread ended with code 9' },
    { kind: 'run', row: { run: 3 } },
  ])
})

test('work that nobody wants any more ends, and makes room for other work', async () => {
  const endless: Task = { kind: 'run', run: 0, scenario: { protocol: 'raft', for: '3000s' } }
  const pool = threads(1)
  const abandoned = new AbortController()
  const asked = [[endless], tasks(1)].map((list) => pool.perform(list, abandoned.signal))
  const wanted = pool.perform(tasks(2))
  abandoned.abort()
  for (const outcome of await Promise.allSettled(asked))
    expect(outcome).toMatchObject({ status: 'rejected', reason: expect.any(ThreadsStopped) })
  expect(await wanted).toMatchObject([{ kind: 'run', row: { run: 2 } }])
})

test('threads that are stopped say so of all that they have not done', async () => {
  const endless: Task = { kind: 'run', run: 0, scenario: { protocol: 'raft', for: '3000s' } }
  const pool = threads(1)
  const asked = [[endless], tasks(1), tasks(2)].map((list) => pool.perform(list))
  const outcomes = Promise.allSettled(asked)
  await pool.close()
  for (const outcome of await outcomes) {
    expect(outcome).toMatchObject({ status: 'rejected', reason: expect.any(ThreadsStopped) })
  }
  await expect(pool.perform(tasks(3))).rejects.toThrow(ThreadsStopped)
})
