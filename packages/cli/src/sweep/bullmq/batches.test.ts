import { expect, test } from 'vitest'
import type { Task } from '../task.ts'
import { Batches } from './batches.ts'
import { mostInBatch } from './sweep-queue.ts'

/** Run r is of point r mod 2, with the seeds of each from 1. */
function task(run: number): Task {
  const scenario = { protocol: 'paxos', nodes: 3 + (run % 2), seed: 1 + Math.floor(run / 2) }
  return { kind: 'run', run, scenario }
}

function batches(runs: readonly number[], kind: Task['kind'] = 'run'): Batches {
  const tasks = runs.map((run) => ({ ...task(run), kind }))
  return new Batches(tasks.values(), (run) => run % 2)
}

const upTo = (count: number) => Array.from({ length: count }, (_, run) => run)
const runsOf = (all: readonly (readonly Task[])[]) =>
  all.map((tasks) => tasks.map(({ run }) => run))

test('a run is a job of its own until it is known how long one takes', () => {
  const all = batches(upTo(3))
  expect(runsOf(all.take(10, 10))).toEqual([[0], [1], [2]])
  expect(all.ended).toBe(true)
})

test('short runs of one scenario, with seeds that follow each other, are one job', () => {
  const all = batches(upTo(12))
  all.learn(0, 1, 50)
  all.learn(1, 1, 100)
  expect(runsOf(all.take(10, 12))).toEqual([
    [1, 3],
    [0, 2, 4, 6],
    [5, 7],
    [9, 11],
    [8, 10],
  ])
})

test('no job has more runs than it may, however short they are', () => {
  const all = batches(upTo(4 * mostInBatch))
  all.learn(0, 1, 0)
  all.learn(1, 1, 0)
  expect(runsOf(all.take(100, 1_000)).map(({ length }) => length)).toEqual(
    Array(4).fill(mostInBatch),
  )
})

test('a run that was done before leaves a gap that ends a job', () => {
  const all = batches([0, 2, 6, 8])
  all.learn(0, 1, 1)
  expect(runsOf(all.take(10, 10))).toEqual([
    [0, 2],
    [6, 8],
  ])
})

test('what is made smaller is a job of its own', () => {
  const all = batches([0, 2], 'shrink')
  all.learn(0, 1, 1)
  expect(runsOf(all.take(10, 10))).toEqual([[0], [2]])
})

test('no more is taken than is asked for, and the rest comes the next time', () => {
  const all = batches(upTo(10))
  expect(runsOf(all.take(2, 10))).toEqual([[0], [1]])
  all.learn(0, 1, 1)
  all.learn(1, 1, 1)
  expect(runsOf(all.take(10, 5))).toEqual([
    [2, 4, 6],
    [3, 5],
  ])
  expect(all.ended).toBe(false)
  expect(runsOf(all.take(10, 10))).toEqual([[7, 9], [8]])
  expect(all.ended).toBe(true)
})

test('one job that had to wait does not make the others small for long', () => {
  const all = batches([0, 2, 4, 6, 8, 10, 12, 14, 16])
  all.learn(0, 1, 400)
  all.learn(0, 1, 50)
  expect(runsOf(all.take(1, 10))).toEqual([[0, 2, 4, 6]])
  all.learn(0, 1, 150)
  // 100 ms a run, as it seems now.
  expect(runsOf(all.take(1, 10))).toEqual([[8, 10]])
})
