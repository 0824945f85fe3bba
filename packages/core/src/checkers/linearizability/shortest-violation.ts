import type { History, Operation } from '../history.ts'
import type { SequentialModel } from './model.ts'
import { type PossibleStates, possibleStates, statesInOrder } from './possible-states.ts'
import { type SearchLimits, type SearchOutcome, searchOrder } from './search.ts'
import { defaultHashBits, type Memory } from './visited-configurations.ts'

export interface ShortestViolation<Command, Result> {
  /** The operation with whose return the history is not linearizable any more. */
  readonly unplaced: Operation<Command, Result>
  /** Whether it is known to be the first; otherwise a later one may be, for the limits ended the search. */
  readonly isFirst: boolean
  /**
   * An order of operations that explains all returns before that one. Those that returned later, and
   * `unplaced` itself, are open in it.
   */
  readonly longestOrder: readonly Operation<Command, Result>[]
  /**
   * The states in which the object may have been while `unplaced` was under way, if all that returned
   * before are to be explained. Undefined: there are too many orders to go through, or `unplaced` may
   * not be the first.
   */
  readonly possible: PossibleStates | undefined
  /** The same in `longestOrder` alone. */
  readonly statesInOrder: readonly string[]
  readonly certainty: Certainty
}

/** How certain it is that there is no order. */
export type Certainty =
  | { readonly kind: 'exact' }
  /** Configurations were told apart by 64-bit hashes; the odds that two that differ had the same. */
  | { readonly kind: 'by hash'; readonly oddsOfCollision: number }

/** The odds, at the most, that two of so many states that differ have the same hash. */
export function oddsOfCollision(states: number, hashBits = defaultHashBits): number {
  return Math.min(1, (states * states) / 2 / 2 ** hashBits)
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
 * That the history up to this place has no order is confirmed by a search that forgets nothing, and
 * with it that the whole has none. Returns undefined if that search finds one.
 *
 * `operations` are sorted by call and not linearizable, as a search with `memory` found after so many
 * states.
 */
export function* shortestViolation<Command, Result>(
  operations: History<Command, Result>,
  model: SequentialModel<Command, Result>,
  limits: SearchLimits,
  memory: Memory,
  states: number,
): Generator<number, ShortestViolation<Command, Result> | undefined, void> {
  const byReturn = operations
    .filter((operation) => operation.return !== undefined)
    .sort((a, b) => (a.return as number) - (b.return as number))
  const place = yield* firstViolation(operations, byReturn, model, limits, memory)
  const unplaced = byReturn[place.returns - 1] as Operation<Command, Result>
  const prefix = prefixOf(operations, byReturn.slice(0, place.returns))
  const exact = yield* searchOrder(prefix, model.specify(prefix), limits, 'exact', 'none')
  if (exact.kind === 'found') return undefined
  const isFirst = exact.kind === 'none' || place.isCertain
  const before = prefixOf(operations, byReturn.slice(0, place.returns - 1), unplaced)
  const number = operations.indexOf(unplaced)
  const certainty: Certainty =
    exact.kind === 'none' || memory === 'exact'
      ? { kind: 'exact' }
      : { kind: 'by hash', oddsOfCollision: oddsOfCollision(states, limits.hashBits) }
  return {
    unplaced,
    isFirst,
    longestOrder: place.order.map((index) => before[index] as Operation<Command, Result>),
    // Where an order may have the operation after all, nothing is known of every order.
    possible: isFirst ? possibleStates(prefix, model.specify(prefix), number) : undefined,
    statesInOrder: statesInOrder(prefix, model.specify(prefix), place.order, number),
    certainty,
  }
}

interface Place {
  /** With so many returns the history is not linearizable any more. */
  readonly returns: number
  /** Or is only suspected not to be. */
  readonly isCertain: boolean
  /** An order of what returned before, and of some open operations. */
  readonly order: readonly number[]
}

function* firstViolation<Command, Result>(
  operations: History<Command, Result>,
  byReturn: History<Command, Result>,
  model: SequentialModel<Command, Result>,
  allLimits: SearchLimits,
  memory: Memory,
): Generator<number, Place, void> {
  const { maxStates } = allLimits
  let order: readonly number[] = []
  function* search(
    returns: number,
    effort: number,
  ): Generator<number, SearchOutcome['kind'], void> {
    const prefix = prefixOf(operations, byReturn.slice(0, returns))
    const limits = { ...allLimits, maxStates: effort }
    const outcome = yield* searchOrder(prefix, model.specify(prefix), limits, memory, 'none')
    if (outcome.kind === 'found') order = outcome.order
    return outcome.kind
  }

  // With so many returns the history is linearizable, is suspected not to be, is not.
  let linearizable = 0
  let suspected = byReturn.length
  let violated = byReturn.length
  let effort = Math.min(operations.length * 8, maxStates)
  for (;;) {
    while (suspected - linearizable > 1) {
      const returns = (linearizable + suspected) >>> 1
      const found = yield* search(returns, effort)
      if (found === 'found') {
        linearizable = returns
      } else {
        suspected = returns
        if (found === 'none') violated = returns
      }
    }
    if (suspected === violated) break
    const found = yield* search(suspected, maxStates)
    if (found === 'none') violated = suspected
    if (found !== 'found') break
    linearizable = suspected
    suspected = violated
    effort = Math.min(effort * 8, maxStates)
  }
  return { returns: suspected, isCertain: suspected === violated, order }
}

/** The history when exactly `returned`, in this order, had returned, and `last` was about to. */
function prefixOf<Command, Result>(
  operations: History<Command, Result>,
  returned: History<Command, Result>,
  last = returned.at(-1),
): History<Command, Result> {
  const kept = new Set(returned)
  const now = last?.return as number
  // Sorted by call, they are the first of all, with the same numbers.
  const called = operations.filter((operation) => operation.call <= now)
  return called.map((operation) =>
    kept.has(operation) ? operation : { ...operation, return: undefined, result: undefined },
  )
}
