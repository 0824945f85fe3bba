import type { History, Operation } from '../history.ts'
import { impossible, type Specification } from './model.ts'

/**
 * Asserts that `order` shows what the search says it shows: it has every operation that returned, none
 * twice, keeps the order of those that did not overlap, and every one of them is possible where it is.
 */
export function checkWitness(
  operations: History<unknown, unknown>,
  specification: Specification,
  order: readonly number[],
): void {
  const placed = new Uint8Array(operations.length)
  let state = specification.initial
  let lastCall = Number.NEGATIVE_INFINITY
  for (const number of order) {
    const { call, return: returned } = operations[number] as Operation<unknown, unknown>
    lastCall = Math.max(lastCall, call)
    state = specification.step(state, number)
    const isLate = returned !== undefined && returned < lastCall
    if (placed[number] === 1 || state === impossible || isLate) throw wrong(number)
    placed[number] = 1
  }
  const left = operations.findIndex((operation, n) => operation.return !== undefined && !placed[n])
  if (left >= 0) throw wrong(left)
}

function wrong(operation: number): Error {
  return new Error(`the order found does not hold: operation ${operation} cannot be where it is`)
}
