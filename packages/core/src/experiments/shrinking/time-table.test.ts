import { expect, test } from 'vitest'
import { planOf } from '../plan.ts'
import { TimeTable } from './time-table.ts'

const plan = planOf({
  protocol: 'raft',
  nodes: 3,
  clients: 0,
  faults: ['crash:2@152345us+700us'],
  for: '153.5ms',
  steps: ['timeout:0:election@150.5ms', 'deliver:0>2:requestPreVote@150.5ms+321us'],
})

test('where no wait matters one thing happens a millisecond, in the same order', () => {
  const { steps, faults, for: end } = new TimeTable(plan).with([])
  expect(steps).toEqual(['timeout:0:election@1ms', 'deliver:0>2:requestPreVote@1ms+1ms'])
  expect(faults).toEqual(['crash:2@3ms+1ms'])
  expect(end).toBe('5ms')
})

test('a wait that matters stays as long, in whole milliseconds', () => {
  const table = new TimeTable(plan)
  expect(table.longGaps[0]).toBe(0)
  const { steps } = table.with([0])
  expect(steps).toEqual(['timeout:0:election@151ms', 'deliver:0>2:requestPreVote@151ms+1ms'])
  expect(planOf(table.with([0])).endMicros).toBe(155_000)
})
