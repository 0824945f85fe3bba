import type { History } from '../history.ts'

/**
 * What an object does when it is used by one client at a time: the specification that a concurrent
 * history is held against.
 */
export interface SequentialModel<Command, Result> {
  /**
   * Divides a history into parts that cannot influence each other. By the locality of
   * linearizability (Herlihy and Wing 1990, theorem 1) the history is linearizable exactly if every
   * part is, and many short searches replace a long one. Keeps the order of operations.
   */
  partition(history: History<Command, Result>): readonly HistoryPart<Command, Result>[]

  /** @throws HistoryError if a result cannot belong to its command. */
  specify(operations: History<Command, Result>): Specification
}

export interface HistoryPart<Command, Result> {
  /** What the part is about, for people: `key "a"`. */
  readonly name: string
  readonly operations: History<Command, Result>
}

/**
 * The model of one part, made ready for the search. Operations are numbered by their place in the
 * part, and states are numbers too, equal ones equal, so that the search need not know what they are.
 */
export interface Specification {
  readonly initial: number

  /** The bytes that the states met so far take, more or less. */
  readonly bytes: number

  /** A state for people: `3`, `"x" at key "a"`. */
  describe(state: number): string

  /**
   * The state after `operation` in `state`, or `impossible` if it could not have had its result
   * there. An open operation may have had any result, and is possible in every state.
   */
  step(state: number, operation: number): number

  /** Whether `operation` changes no state in which it is possible: a read, a failed swap. */
  isPure(operation: number): boolean

  /**
   * An order of all `operations`, which are those of the part, or that there is none, where that can be
   * told without a search; undefined otherwise. Of the open operations the order has those it needs.
   */
  decide(operations: History<unknown, unknown>): readonly number[] | 'contradicted' | undefined

  /**
   * A search begins, in which all `operations`, those of the part, are pending. If it is for an order,
   * states that make no difference to any of them may be one from now on.
   */
  follow(operations: History<unknown, unknown>, purpose: 'an order' | 'the states'): void

  /** A number that operations share which do the same: in every state the same is possible, and follows. */
  likeness(operation: number): number

  /** The search puts `operation`, so far pending, next in its order. */
  take(operation: number): void

  /** The search takes that back. */
  putBack(operation: number): void

  /**
   * Whether there is no way on if `operation`, which is possible in `state` and changes it, comes
   * next: some pending operation is possible in no state that can be reached any more. False if that
   * is not plain to see.
   */
  isDeadEnd(state: number, operation: number): boolean

  /** Whether `operation` leads to the same state from every state, and is possible in all: a write. */
  overwrites(operation: number): boolean

  /**
   * Whether `operation`, which is pending, overwrites and returned, leaves a state that no other pending
   * operation can tell from the one before, at the times when it may be the next. False if that is not
   * plain to see.
   */
  isUnseen(operation: number): boolean
}

/** What `step` returns for an operation that could not have had its result. */
export const impossible = -1
