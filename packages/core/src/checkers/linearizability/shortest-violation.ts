import type { History, Operation } from '../history.ts'
import type { SequentialModel } from './model.ts'
import { type SearchOutcome, searchOrder } from './search.ts'

export interface ShortestViolation<Command, Result> {
  /** The operation with whose return the history is not linearizable any more. */
  readonly unplaced: Operation<Command, Result>
  /**
   * An order of operations that explains all returns before that one. Those that returned later, and
   * `unplaced` itself, are open in it.
   */
  readonly longestOrder: readonly Operation<Command, Result>[]
}

/**
 * Finds where a history stops being linearizable: the first return with which it is not, those
 * operations being open that had been called but had not returned. Bisection finds it, for what
 * follows a violation does not heal it.
 *
 * To find an order where there is one is quick as a rule; to find that there is none may take all
 * the effort allowed. So the bisection runs with little effort, and takes a search without a result
 * for a violation; only the place found in this way is checked with all of it. If that is still not
 * enough, the place is given unchecked.
 *
 * `operations` are sorted by call and not linearizable.
 */
export function shortestViolation<Command, Result>(
  operations: History<Command, Result>,
  model: SequentialModel<Command, Result>,
  maxConfigurations: number,
): ShortestViolation<Command, Result> {
  const byReturn = operations
    .filter((operation) => operation.return !== undefined)
    .sort((a, b) => (a.return as number) - (b.return as number))
  let longestOrder: History<Command, Result> = []
  const search = (returns: number, effort: number): SearchOutcome['kind'] => {
    const prefix = prefixOf(operations, byReturn.slice(0, returns))
    const outcome = searchOrder(prefix, model.specify(prefix), effort)
    if (outcome.kind === 'found') {
      longestOrder = outcome.order.map((index) => prefix[index] as Operation<Command, Result>)
    }
    return outcome.kind
  }

  // With so many returns the history is linearizable, is suspected not to be, is not.
  let linearizable = 0
  let suspected = byReturn.length
  let violated = byReturn.length
  let effort = Math.min(operations.length * 8, maxConfigurations)
  for (;;) {
    while (suspected - linearizable > 1) {
      const returns = (linearizable + suspected) >>> 1
      const found = search(returns, effort)
      if (found === 'found') {
        linearizable = returns
      } else {
        suspected = returns
        if (found === 'none') violated = returns
      }
    }
    if (suspected === violated || search(suspected, maxConfigurations) !== 'found') break
    linearizable = suspected
    suspected = violated
    effort = Math.min(effort * 8, maxConfigurations)
  }
  const unplaced = byReturn[suspected - 1] as Operation<Command, Result>
  return { unplaced, longestOrder }
}

/** The history when exactly `returned`, in this order, had returned. */
function prefixOf<Command, Result>(
  operations: History<Command, Result>,
  returned: History<Command, Result>,
): History<Command, Result> {
  const kept = new Set(returned)
  const now = returned.at(-1)?.return as number
  // Sorted by call, they are the first of all.
  const called = operations.filter((operation) => operation.call <= now)
  return called.map((operation) =>
    kept.has(operation) ? operation : { ...operation, return: undefined, result: undefined },
  )
}
