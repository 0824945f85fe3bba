import { expect, test } from 'vitest'
import type { Output } from '../model/index.ts'
import { StateMachineSafety } from './state-machine-safety.ts'

const committed = (index: number, term: number, ...command: number[]): Output => ({
  kind: 'committed',
  index,
  term,
  command: Uint8Array.from(command),
  request: undefined,
  applied: true,
})

/** A checker that was told of outputs, each of a node, at the events 10, 20 and so on. */
function told(...outputs: [node: number, output: Output][]): StateMachineSafety {
  const checker = new StateMachineSafety()
  for (const [i, [node, output]] of outputs.entries()) {
    checker.output(node, output, { event: (i + 1) * 10, timeMicros: i })
  }
  return checker
}

test('nodes that commit the same entries at the same indices are safe, in whatever order they come', () => {
  const one = committed(1, 1, 5)
  const two = committed(2, 1, 6)
  expect(told([0, one], [0, two], [1, one], [2, two], [1, two]).violation).toBeUndefined()
})

test('another command at an index is a violation that names both nodes and both events', () => {
  expect(
    told([0, committed(1, 1, 5)], [2, committed(2, 1, 5)], [1, committed(2, 1, 6)]).violation,
  ).toEqual({
    property: 'state-machine safety',
    message: 'node 1 committed another entry at index 2 (term 1) than node 2 (term 1)',
    nodes: [2, 1],
    events: [20, 30],
  })
})

test('another term at an index is one too, though the command is the same', () => {
  expect(told([0, committed(1, 1, 5)], [1, committed(1, 2, 5)]).violation?.nodes).toEqual([0, 1])
})

test('a node that contradicts itself, as after a crash, is one too', () => {
  expect(told([3, committed(7, 1, 5)], [3, committed(7, 1)]).violation?.nodes).toEqual([3, 3])
})

test('the first violation stands, and other outputs say nothing', () => {
  const checker = told(
    [0, { kind: 'restored', index: 1, term: 9 }],
    [0, committed(1, 1, 5)],
    [1, committed(1, 1, 6)],
    [2, committed(1, 1, 7)],
  )
  expect(checker.violation?.events).toEqual([20, 30])
})
