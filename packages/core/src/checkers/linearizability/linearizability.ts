import { checkHistory, type History } from '../history.ts'
import type { SequentialModel } from './model.ts'
import { searchOrder } from './search.ts'
import { type ShortestViolation, shortestViolation } from './shortest-violation.ts'

/** The verdict on a history. `states` is the number of configurations that were searched. */
export type LinearizabilityVerdict<Command, Result> =
  | { readonly verdict: 'linearizable'; readonly states: number }
  | ({
      readonly verdict: 'violated'
      readonly states: number
      /** The part of the history where it fails, for people: `key "a"`. */
      readonly part: string
    } & ShortestViolation<Command, Result>)
  | { readonly verdict: 'inconclusive'; readonly states: number; readonly reason: string }

export interface LinearizabilityLimits {
  /** Configurations to be searched for each part of the history, at 16 to 50 bytes each. */
  readonly maxStates: number
}

const defaultLimits: LinearizabilityLimits = { maxStates: 5_000_000 }

/**
 * Whether a history is linearizable (Herlihy and Wing, Linearizability: A Correctness Condition for
 * Concurrent Objects, 1990): as if every operation took place in one instant between its call and
 * its return. An open operation may take place at any time after its call, or never.
 *
 * The problem is NP-complete. It is divided into independent parts (`SequentialModel.partition`),
 * and each is searched within limits. A part that exceeds them leaves the verdict inconclusive,
 * unless another part is violated.
 *
 * @throws HistoryError if the history contradicts itself or the model.
 */
export function checkLinearizability<Command, Result>(
  history: History<Command, Result>,
  model: SequentialModel<Command, Result>,
  limits: LinearizabilityLimits = defaultLimits,
): LinearizabilityVerdict<Command, Result> {
  checkHistory(history)
  let states = 0
  let reason: string | undefined
  for (const { name, operations } of model.partition(sortedByCall(history))) {
    const outcome = searchOrder(operations, model.specify(operations), limits.maxStates)
    states += outcome.configurations
    if (outcome.kind === 'none') {
      const violation = shortestViolation(operations, model, limits.maxStates)
      return { verdict: 'violated', states, part: name, ...violation }
    }
    if (outcome.kind === 'limit') {
      reason ??= `${name}, with ${operations.length} operations, takes more than the ${limits.maxStates} states allowed`
    }
  }
  if (reason !== undefined) return { verdict: 'inconclusive', states, reason }
  return { verdict: 'linearizable', states }
}

function sortedByCall<Command, Result>(
  history: History<Command, Result>,
): History<Command, Result> {
  const isSorted = history.every(({ call }, index) => (history[index - 1]?.call ?? call) <= call)
  return isSorted ? history : [...history].sort((a, b) => a.call - b.call)
}
