import type { History, Operation } from '../history.ts'
import { impossible, type Specification } from './model.ts'
import { PendingOperations } from './pending-operations.ts'
import { type Timeline, timelineOf } from './timeline.ts'
import { TupleNumbers } from './tuple-numbers.ts'

/** Configurations that are gone through for an explanation: so many, and more in a long history. */
const fewConfigurations = 3_000
const configurationsPerOperation = 8

/** Whether the operations that are left, after those of a configuration, can be put into an order. */
const completions = { none: 0, some: 1 } as const

export interface PossibleStates {
  /** The states, for people, in which the object may have been. */
  readonly states: readonly string[]
  /** Those of them in which the operation could take place, if others need not be explained. */
  readonly deadEnds: readonly string[]
}

/**
 * The states in which an object may have been at the time of one operation, if all others are to be
 * explained: every order of them is gone through. `operations` are sorted by call. Undefined if there
 * are too many.
 */
export function possibleStates(
  operations: History<unknown, unknown>,
  specification: Specification,
  question: number,
): PossibleStates | undefined {
  const found = new Walk(operations, specification, question).run()
  if (found === undefined) return undefined
  const states = [...found].sort((a, b) => a - b)
  const deadEnds = states.filter((state) => specification.step(state, question) !== impossible)
  const described = (state: number) => specification.describe(state)
  return { states: states.map(described), deadEnds: deadEnds.map(described) }
}

/**
 * Every order, depth first; a configuration is gone through once. What changes no state is taken at
 * once where it is possible, which leaves all states to be seen.
 */
class Walk {
  private readonly specification: Specification
  private readonly pending: PendingOperations
  private readonly operations: History<unknown, unknown>
  private readonly timeline: Timeline
  private readonly askedFrom: number
  private readonly maxConfigurations: number
  /** As in the search: the first return ahead, the state, a bit for each operation under way. */
  private readonly visited: TupleNumbers
  private readonly completion: number[] = []
  /** By configuration: its state, or -1 if the operation in question may not come next in it. */
  private readonly stateAtQuestion: number[] = []
  private state: number
  private current = -1
  /** What was taken, the states before, and the configurations, -1 where one was taken for good. */
  private readonly taken: { operation: number; before: number; configuration: number }[] = []

  constructor(
    operations: History<unknown, unknown>,
    specification: Specification,
    question: number,
  ) {
    const included = operations.map(
      (operation, index) =>
        index !== question && (operation.return !== undefined || !specification.isPure(index)),
    )
    this.operations = operations
    this.specification = specification
    this.timeline = timelineOf(operations, included)
    this.pending = new PendingOperations(this.timeline)
    this.askedFrom = (operations[question] as Operation<unknown, unknown>).call
    this.maxConfigurations = fewConfigurations + configurationsPerOperation * operations.length
    this.visited = new TupleNumbers(2 + Math.ceil(this.timeline.lanes / 32))
    this.state = specification.initial
    // What is known of who found what holds without the question only if it changes nothing.
    if (specification.isPure(question)) specification.follow(operations, 'the states')
    // What it needs decides nothing here.
    specification.take(question)
  }

  /** The states at the question; undefined if there are too many configurations. */
  run(): ReadonlySet<number> | undefined {
    let candidate = this.enter()
    for (;;) {
      if (this.visited.size > this.maxConfigurations) return undefined
      if (this.pending.mayBeNext(candidate)) {
        const next = this.specification.step(this.state, candidate)
        if (next === impossible || this.isDeadEnd(candidate, next)) {
          candidate = this.pending.callAfter(candidate)
          continue
        }
        this.take(candidate, next, this.current)
        candidate = this.enter()
        continue
      }
      const last = this.goBack()
      if (last === -1) break
      candidate = this.pending.callAfter(last)
    }
    const completable = this.stateAtQuestion.filter(
      (_, n) => this.completion[n] === completions.some,
    )
    return new Set(completable.filter((state) => state !== -1))
  }

  /** Enters a configuration. Returns the first candidate in it, or the end if it is known. */
  private enter(): number {
    this.takePure()
    const { size, next } = this.visited
    next[0] = this.pending.firstReturn
    next[1] = this.state
    const configuration = this.visited.numberOfNext()
    this.current = configuration
    if (configuration < size) return this.pending.end
    const first = this.pending.firstReturn
    const isComplete = first === this.pending.end
    this.completion[configuration] = isComplete ? completions.some : completions.none
    const until = isComplete ? Number.POSITIVE_INFINITY : (this.operations[first]?.return as number)
    this.stateAtQuestion[configuration] = this.askedFrom <= until ? this.state : -1
    return this.pending.firstCall
  }

  private isDeadEnd(operation: number, next: number): boolean {
    return next !== this.state && this.specification.isDeadEnd(this.state, operation)
  }

  private takePure(): void {
    const { pending, specification } = this
    for (let n = pending.firstCall; pending.mayBeNext(n); n = pending.callAfter(n)) {
      if (specification.isPure(n) && specification.step(this.state, n) !== impossible)
        this.take(n, this.state, -1)
    }
  }

  private take(operation: number, next: number, configuration: number): void {
    this.taken.push({ operation, before: this.state, configuration })
    this.state = next
    this.pending.takeOut(operation)
    this.specification.take(operation)
    this.turnBit(operation)
  }

  /** Goes back to the configuration before. Returns what was taken in it, -1 if there was none. */
  private goBack(): number {
    for (let last = this.taken.pop(); last !== undefined; last = this.taken.pop()) {
      const { operation, before, configuration } = last
      this.state = before
      this.pending.putBack(operation)
      this.specification.putBack(operation)
      this.turnBit(operation)
      if (configuration === -1) continue
      if (this.completion[this.current] === completions.some)
        this.completion[configuration] = completions.some
      this.current = configuration
      return operation
    }
    return -1
  }

  private turnBit(operation: number): void {
    const lane = this.timeline.lane[operation] as number
    const word = 2 + (lane >>> 5)
    this.visited.next[word] = (this.visited.next[word] as number) ^ (1 << (lane & 31))
  }
}

/**
 * The states, for people, in which an object is in one order of its operations, from where one of them
 * was called.
 */
export function statesInOrder(
  operations: History<unknown, unknown>,
  specification: Specification,
  order: readonly number[],
  question: number,
): readonly string[] {
  const { call } = operations[question] as Operation<unknown, unknown>
  const last = order.findLastIndex(
    (number) => ((operations[number]?.return ?? Number.POSITIVE_INFINITY) as number) < call,
  )
  let state = specification.initial
  const states = new Set<number>()
  for (const [place, number] of order.entries()) {
    if (place > last) states.add(state)
    // Open, it may have taken effect itself.
    if (number === question) break
    state = specification.step(state, number)
  }
  states.add(state)
  return [...states].map((number) => specification.describe(number))
}
