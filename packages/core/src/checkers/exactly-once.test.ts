import { expect, test } from 'vitest'
import type { Output } from '../model/index.ts'
import { ExactlyOnce } from './exactly-once.ts'

/** Node, index, client and sequence of an entry that the machine ran, or skipped. */
type Ran = [node: number, index: number, client: number, sequence: number, applied?: boolean]

/** A checker that was told of these, at the events 10, 20 and so on. */
function told(...entries: Ran[]): ExactlyOnce {
  const checker = new ExactlyOnce()
  for (const [i, [node, index, client, sequence, applied = true]] of entries.entries()) {
    const output: Output = {
      kind: 'committed',
      index,
      term: 1,
      command: new Uint8Array(0),
      request: { client, sequence },
      applied,
    }
    checker.output(node, output, { event: (i + 1) * 10, timeMicros: i })
  }
  return checker
}

test('a request may run at its index on every node, and again after a crash', () => {
  expect(told([0, 3, 1, 1], [1, 3, 1, 1], [0, 3, 1, 1]).violation).toBeUndefined()
})

test('a request that runs at two indices is a violation that names the nodes and the events', () => {
  expect(told([0, 3, 1, 7], [0, 4, 2, 7], [2, 5, 1, 7]).violation).toEqual({
    property: 'exactly once',
    message: 'request 7 of client 1 ran at index 3 on node 0 and at index 5 on node 2',
    nodes: [0, 2],
    events: [10, 30],
  })
})

test('a repetition that the machine skipped is none, nor is an entry of nobody', () => {
  expect(told([0, 3, 1, 7], [0, 5, 1, 7, false]).violation).toBeUndefined()
  const checker = told([0, 3, 1, 7])
  const own: Output = {
    kind: 'committed',
    index: 5,
    term: 1,
    command: new Uint8Array(0),
    request: undefined,
    applied: true,
  }
  checker.output(0, own, { event: 50, timeMicros: 0 })
  checker.output(0, { ...own, index: 6 }, { event: 60, timeMicros: 0 })
  expect(checker.violation).toBeUndefined()
})

test('clients and sequences are told apart, and the first violation stands', () => {
  const checker = told([0, 1, 1, 2], [0, 2, 2, 1], [0, 3, 1, 2], [0, 4, 2, 1])
  expect(checker.violation?.events).toEqual([10, 30])
})
