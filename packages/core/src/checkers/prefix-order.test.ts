import { expect, test } from 'vitest'
import type { Output } from '../model/index.ts'
import { PrefixOrder } from './prefix-order.ts'

const committed = (index: number): Output => ({
  kind: 'committed',
  index,
  term: 1,
  command: new Uint8Array(0),
  request: undefined,
  applied: true,
})
const restored = (index: number): Output => ({ kind: 'restored', index, term: 1 })

/** A checker that was told of what node 4 put out, at the events 10, 20 and so on. */
function told(...outputs: (Output | 'crash')[]): PrefixOrder {
  const checker = new PrefixOrder()
  for (const [i, output] of outputs.entries()) {
    if (output === 'crash') checker.crashed(4)
    else checker.output(4, output, { event: (i + 1) * 10, timeMicros: i })
  }
  return checker
}

test('a log without gaps is in order, from wherever it begins, and across snapshots', () => {
  expect(told(committed(1), committed(2), committed(3)).violation).toBeUndefined()
  expect(told(committed(6), restored(9), committed(10), restored(30)).violation).toBeUndefined()
  expect(told(restored(9), committed(10)).violation).toBeUndefined()
})

test('a gap, a repetition and a step back are violations that name the node and both events', () => {
  const violation = told(committed(1), committed(3)).violation
  expect(violation).toEqual({
    property: 'prefix order',
    message: 'node 4 went from index 1 to index 3',
    nodes: [4],
    events: [10, 20],
  })
  expect(told(committed(1), committed(1)).violation?.events).toEqual([10, 20])
  expect(told(committed(2), committed(1)).violation?.events).toEqual([10, 20])
  expect(told(restored(5), committed(7)).violation?.events).toEqual([10, 20])
  expect(told(committed(5), restored(5)).violation?.events).toEqual([10, 20])
})

test('a crash begins a new life, which may commit what the earlier one had', () => {
  expect(told(committed(1), committed(2), 'crash', committed(1), committed(2)).violation).toBe(
    undefined,
  )
  expect(told(committed(1), 'crash', committed(1), committed(3)).violation?.events).toEqual([
    30, 40,
  ])
})

test('each node has an order of its own, and the first violation stands', () => {
  const checker = new PrefixOrder()
  const at = (event: number) => ({ event, timeMicros: 0 })
  checker.output(0, committed(1), at(1))
  checker.output(1, committed(7), at(2))
  checker.output(0, committed(2), at(3))
  expect(checker.violation).toBeUndefined()
  checker.output(1, committed(9), at(4))
  checker.output(0, committed(9), at(5))
  expect(checker.violation?.nodes).toEqual([1])
})
