import { checkHistory, type History, type Operation } from '../history.ts'
import type { HistoryPart, SequentialModel } from './model.ts'
import { type SearchLimits, searchOrder } from './search.ts'
import { type ShortestViolation, shortestViolation } from './shortest-violation.ts'

/** The verdict on a history. `states` is the number of configurations that were searched. */
export type LinearizabilityVerdict<Command, Result> =
  | {
      readonly verdict: 'linearizable'
      readonly states: number
      /** For each part an order that explains it: the witness, which was checked. */
      readonly orders: readonly PartOrder<Command, Result>[]
    }
  | ({
      readonly verdict: 'violated'
      readonly states: number
      /** The part of the history where it fails, for people: `key "a"`. */
      readonly part: string
    } & ShortestViolation<Command, Result>)
  | { readonly verdict: 'inconclusive'; readonly states: number; readonly reason: string }

/** An order of a part's operations: all that returned, and some that are open. */
export interface PartOrder<Command, Result> {
  readonly name: string
  readonly order: readonly Operation<Command, Result>[]
}

export interface LinearizabilityLimits {
  /** Configurations to be searched for each part of the history. */
  readonly maxStates: number
  /** Bytes that a search may take, beside the history itself. */
  readonly maxBytes?: number
  /** Bits of a configuration's hash that are kept, 64 if left out: with few, tests make hashes collide. */
  readonly hashBits?: number
}

/** How far a check is. */
export interface LinearizabilityProgress {
  readonly states: number
  /** The part that is searched. */
  readonly part: string
  readonly partsDone: number
  readonly parts: number
  /** No order was found of the part, and what is searched for is where it fails. */
  readonly isViolated: boolean
}

const defaultLimits: LinearizabilityLimits = { maxStates: 5_000_000 }
const defaultMaxBytes = 1 << 30

/** Of every part so much is searched before any is searched further: an easy violation is found at once. */
const firstStates = 100_000

/**
 * Whether a history is linearizable (Herlihy and Wing, Linearizability: A Correctness Condition for
 * Concurrent Objects, 1990): as if every operation took place in one instant between its call and
 * its return. An open operation may take place at any time after its call, or never.
 *
 * The problem is NP-complete. It is divided into independent parts (`SequentialModel.partition`),
 * and each is searched within limits. A part that exceeds them leaves the verdict inconclusive,
 * unless another part is violated.
 *
 * A search remembers configurations by their hashes. So an order that is found holds, and is checked;
 * that there is none is confirmed by a search that remembers them whole, if the limits allow it.
 *
 * @throws HistoryError if the history contradicts itself or the model.
 */
export function checkLinearizability<Command, Result>(
  history: History<NoInfer<Command>, NoInfer<Result>>,
  model: SequentialModel<Command, Result>,
  limits: LinearizabilityLimits = defaultLimits,
): LinearizabilityVerdict<Command, Result> {
  const check = linearizabilityCheck(history, model, limits)
  for (;;) {
    const { done, value } = check.next()
    if (done) return value
  }
}

/**
 * The same in slices of some milliseconds, between which it yields how far it is: for who has a limit
 * of time, or wants to be interrupted.
 */
export function* linearizabilityCheck<Command, Result>(
  history: History<Command, Result>,
  model: SequentialModel<Command, Result>,
  { maxStates, maxBytes = defaultMaxBytes, hashBits }: LinearizabilityLimits = defaultLimits,
): Generator<LinearizabilityProgress, LinearizabilityVerdict<Command, Result>, void> {
  checkHistory(history)
  const limits = { maxStates, maxBytes, hashBits }
  const first = { ...limits, maxStates: Math.min(firstStates, maxStates) }
  const parts = model.partition(sortedByCall(history))
  const orders: PartOrder<Command, Result>[] = []
  let states = 0
  let open = parts
  let reason: string | undefined
  for (const round of maxStates > firstStates ? [first, limits] : [limits]) {
    const hard: HistoryPart<Command, Result>[] = []
    for (const part of open) {
      const progress = (now: Searched) => ({
        states: states + now.states,
        isViolated: now.isViolated,
        part: part.name,
        partsDone: orders.length,
        parts: parts.length,
      })
      const outcome = yield* mapped(decidePart(part, model, round, limits), progress)
      states += outcome.states
      switch (outcome.kind) {
        case 'violated':
          return { verdict: 'violated', states, part: part.name, ...outcome.violation }
        case 'linearizable':
          orders.push({ name: part.name, order: outcome.order })
          break
        case 'limit':
          hard.push(part)
          if (round === limits) reason ??= whyOpen(part, outcome.limit, limits)
      }
      yield progress({ states: 0, isViolated: false })
    }
    open = hard
  }
  if (reason !== undefined) return { verdict: 'inconclusive', states, reason }
  return { verdict: 'linearizable', states, orders }
}

type PartOutcome<Command, Result> = { readonly states: number } & (
  | { readonly kind: 'linearizable'; readonly order: readonly Operation<Command, Result>[] }
  | { readonly kind: 'violated'; readonly violation: ShortestViolation<Command, Result> }
  | { readonly kind: 'limit'; readonly limit: 'states' | 'bytes' }
)

/** How far the work on a part is. */
interface Searched {
  readonly states: number
  readonly isViolated: boolean
}

/** One part, within the limits of the round. For evidence of a violation it takes what all limits allow. */
function* decidePart<Command, Result>(
  { operations }: HistoryPart<Command, Result>,
  model: SequentialModel<Command, Result>,
  round: SearchLimits,
  limits: SearchLimits,
): Generator<Searched, PartOutcome<Command, Result>, void> {
  let states = 0
  for (const memory of ['hashed', 'exact'] as const) {
    const expected = memory === 'hashed' ? 'an order' : 'none'
    const search = searchOrder(operations, model.specify(operations), round, memory, expected)
    const outcome = yield* mapped(search, (now) => ({ states: now, isViolated: false }))
    states += outcome.configurations
    if (outcome.kind === 'limit') return { kind: 'limit', limit: outcome.limit, states }
    if (outcome.kind === 'found') {
      const order = outcome.order.map((number) => operations[number] as Operation<Command, Result>)
      return { kind: 'linearizable', order, states }
    }
    const evidence = shortestViolation(operations, model, limits, memory, states)
    const violation = yield* mapped(evidence, () => ({ states, isViolated: true }))
    if (violation !== undefined) return { kind: 'violated', violation, states }
    // Two configurations had the same hash: once more, without hashes.
  }
  throw new Error('two exact searches of the same history contradict each other')
}

/** Runs a generator to its end, and yields something else for what it yields. */
function* mapped<From, To, T>(
  work: Generator<From, T, void>,
  map: (from: From) => To,
): Generator<To, T, void> {
  for (;;) {
    const { done, value } = work.next()
    if (done) return value
    yield map(value)
  }
}

function whyOpen(
  { name, operations }: HistoryPart<unknown, unknown>,
  limit: 'states' | 'bytes',
  { maxStates, maxBytes }: SearchLimits,
): string {
  const allowed = limit === 'states' ? `${maxStates} states` : `${maxBytes} bytes`
  return `${name}, with ${operations.length} operations, takes more than the ${allowed} allowed`
}

function sortedByCall<Command, Result>(
  history: History<Command, Result>,
): History<Command, Result> {
  const isSorted = history.every(({ call }, index) => (history[index - 1]?.call ?? call) <= call)
  return isSorted ? history : [...history].sort((a, b) => a.call - b.call)
}
