import type { History } from '../history.ts'
import { impossible, type Specification } from './model.ts'
import { PendingOperations } from './pending-operations.ts'
import { never, type Timeline, timelineOf } from './timeline.ts'
import {
  type Memory,
  type VisitedConfigurations,
  visitedConfigurations,
} from './visited-configurations.ts'
import { checkWitness } from './witness.ts'

export type SearchOutcome =
  /** `order`: operations one after the other, all that returned and some that are open. */
  | { readonly kind: 'found'; readonly configurations: number; readonly order: readonly number[] }
  | { readonly kind: 'none'; readonly configurations: number }
  /** More than allowed would be needed. */
  | { readonly kind: 'limit'; readonly configurations: number; readonly limit: 'states' | 'bytes' }

/** What a search may take. */
export interface SearchLimits {
  readonly maxStates: number
  /** For the configurations visited, and what states there are. */
  readonly maxBytes: number
  /** Bits of a configuration's hash that are kept, 64 if left out. The fewer, the more orders are missed. */
  readonly hashBits?: number | undefined
}

/** Steps between two looks from outside. */
const stepsPerSlice = 1 << 15
/** Steps between two counts of what the states take. */
const stepsPerCount = 256

/**
 * Is there an order of the operations, one at a time, that keeps the order of those that did not
 * overlap and explains every result? `operations` are sorted by call.
 *
 * This is the search of Wing and Gong (Testing and Verifying Concurrent Objects, 1993): of the
 * pending operations, any that was called before the first of them returned may be next; try each,
 * and go back when none is possible. With the memory of Lowe (Testing for Linearizability, 2017): a
 * configuration, that is the set of operations taken and the state they led to, is not searched
 * twice. The set has a short form: all that returned before the first return still ahead are in it,
 * none that were called after, so this return and a bit for each operation then under way suffice.
 *
 * What shortens it further, each without losing an order if there is one:
 *
 * - An operation that changes no state (`isPure`) and is possible now is taken at once and for good.
 *   Where a later place would do, this one does.
 * - An open operation need not be taken at all. So the search ends when all others are; and one is
 *   taken only where it makes a difference to the next, for otherwise it could be left out.
 * - A write that nobody pending may find (`isUnseen`) is taken just before another write, for good, or
 *   when it is the first to return; not by itself. For in an order, what follows it at once is a write,
 *   or nothing: anything else that can tell its state from the one before, by needing it, by needing
 *   another, by changing it, may find it; and an open operation that can is one that makes no
 *   difference. So it may as well take place later, just before the first write behind it that is seen,
 *   or when it has to. There all unseen ones that may be next can be taken: the write hides them, and
 *   where they stood, likewise just before a write or at the end, nobody misses them.
 * - Of several that do the same (`likeness`), the first to return is taken first, of open ones the first
 *   called. An order that has it later than another stays one if the two change places.
 * - A value that a pending operation needs is not replaced if nothing can bring it back (`isDeadEnd`);
 *   nor is one appended to if a pending operation needs it to go on otherwise.
 *
 * Many histories need none of this: where an order is expected, the search only goes straight on at
 * first, as far as it comes. And where it is known who found what, there is no search at all (`decide`).
 *
 * It pauses now and then, and yields the number of configurations so far.
 */
export function* searchOrder(
  operations: History<unknown, unknown>,
  specification: Specification,
  limits: SearchLimits,
  memory: Memory,
  expected: 'an order' | 'none',
): Generator<number, SearchOutcome, void> {
  // An open operation that changes nothing never makes a difference.
  const included = operations.map(
    (operation, index) => operation.return !== undefined || !specification.isPure(index),
  )
  const timeline = timelineOf(operations, included)
  let outcome: SearchOutcome | undefined
  if (expected === 'an order') {
    const straight = new Search(timeline, specification, limits, memory, 'straight on')
    outcome = straight.advance(Number.POSITIVE_INFINITY)
  }
  if (outcome?.kind !== 'found') outcome = decidedOutcome(operations, specification)
  if (outcome === undefined) {
    specification.follow(operations, 'an order')
    const search = new Search(timeline, specification, limits, memory, 'back and forth')
    for (;;) {
      outcome = search.advance(stepsPerSlice)
      if (outcome !== undefined) break
      yield search.configurations
    }
  }
  if (outcome.kind === 'found') checkWitness(operations, specification, outcome.order)
  return outcome
}

function decidedOutcome(
  operations: History<unknown, unknown>,
  specification: Specification,
): SearchOutcome | undefined {
  const decided = specification.decide(operations)
  if (decided === undefined) return undefined
  return decided === 'contradicted'
    ? { kind: 'none', configurations: 0 }
    : { kind: 'found', configurations: 0, order: decided }
}

/** No state: what `stateWithout` is where there is nothing to compare with. */
const none = -1

class Search {
  private readonly specification: Specification
  private readonly goesBack: boolean
  private readonly timeline: Timeline
  private readonly pending: PendingOperations
  private readonly pure: Uint8Array
  private state: number
  /**
   * The state without the operation taken last, if this is open and has not made a difference yet:
   * only what it does make a difference to may come next. No part of a configuration: what is passed
   * over here is tried where the operation was left out.
   */
  private stateWithout = none

  /** The operations taken, the states before them, and whether they were taken for good. */
  private readonly order: Int32Array
  private readonly stateBefore: Int32Array
  private readonly forGood: Uint8Array
  /** How many unseen writes were taken just before an operation, by the number of operations taken. */
  private readonly unseenBefore: Int32Array
  /** `stateWithout`, by the number of operations taken. */
  private readonly withoutAt: Int32Array
  private taken = 0

  /** Configurations: the first return ahead, the state, the bits. */
  private readonly visited: VisitedConfigurations
  private readonly bits: Int32Array
  /** By operation: the same number if they do the same; -1 for one that is alone. */
  private readonly likeness: Int32Array
  private readonly limits: SearchLimits
  /** The operation to be tried next. */
  private candidate: number

  constructor(
    timeline: Timeline,
    specification: Specification,
    limits: SearchLimits,
    memory: Memory,
    way: 'straight on' | 'back and forth',
  ) {
    this.limits = limits
    this.goesBack = way === 'back and forth'
    const count = timeline.lane.length
    this.specification = specification
    this.timeline = timeline
    this.pending = new PendingOperations(timeline)
    this.pure = new Uint8Array(count)
    for (let operation = 0; operation < count; operation++) {
      this.pure[operation] = specification.isPure(operation) ? 1 : 0
    }
    this.state = specification.initial
    this.order = new Int32Array(count)
    this.stateBefore = new Int32Array(count)
    this.forGood = new Uint8Array(count)
    this.unseenBefore = new Int32Array(count)
    this.withoutAt = new Int32Array(count + 1).fill(none)
    this.visited = visitedConfigurations(
      memory,
      2 + Math.ceil(timeline.lanes / 32),
      limits.hashBits,
    )
    this.bits = this.visited.next.subarray(2)
    this.likeness = this.goesBack ? likenesses(timeline, specification) : new Int32Array()
    this.takePure()
    this.candidate = this.pending.firstCall
  }

  get configurations(): number {
    return this.visited.size
  }

  /** Searches on for so many steps; straight on, until there is no way on. Returns the outcome, or undefined if there is none yet. */
  advance(steps: number): SearchOutcome | undefined {
    const { pending, visited, limits, specification } = this
    let { candidate } = this
    let bytesLeft = 0
    for (let step = 0; pending.firstReturn !== pending.end; step++) {
      // States come one a step at the most.
      if (step % stepsPerCount === 0) bytesLeft = limits.maxBytes - specification.bytes
      if (step === steps) {
        this.candidate = candidate
        return undefined
      }
      if (!pending.mayBeNext(candidate)) {
        const last = this.goesBack ? this.goBack() : none
        if (last === none) return { kind: 'none', configurations: visited.size }
        candidate = pending.callAfter(last)
        continue
      }
      const next = this.stateAfter(candidate)
      if (next === impossible) {
        candidate = pending.callAfter(candidate)
        continue
      }
      if (visited.bytesForNext > bytesLeft) return this.limit('bytes')
      // Where there is nothing new to find, no candidate is left, and the search goes back.
      candidate = this.advanceTo(candidate, next) ? pending.firstCall : pending.end
      if (visited.size > limits.maxStates) return this.limit('states')
    }
    const order = [...this.order.subarray(0, this.taken)]
    return { kind: 'found', configurations: visited.size, order }
  }

  private limit(limit: 'states' | 'bytes'): SearchOutcome {
    return { kind: 'limit', configurations: this.visited.size, limit }
  }

  /** The state after `candidate`, or `impossible` if it need not or cannot be next. */
  private stateAfter(candidate: number): number {
    const { specification, state, stateWithout } = this
    const next = specification.step(state, candidate)
    if (next === impossible) return impossible
    const mayWait = candidate !== this.pending.firstReturn && specification.isUnseen(candidate)
    if (mayWait) return impossible
    if (stateWithout !== none && specification.step(stateWithout, candidate) === next) {
      return impossible
    }
    if (next !== state && specification.isDeadEnd(state, candidate)) return impossible
    return this.goesBack && this.hasLikeBefore(candidate) ? impossible : next
  }

  /** Whether another operation may be next that does the same, and comes first. */
  private hasLikeBefore(candidate: number): boolean {
    const { pending, likeness } = this
    const own = likeness[candidate] as number
    if (own === -1) return false
    const { returnAt } = this.timeline
    const end = returnAt[candidate] as number
    let isAfter = false
    for (
      let operation = pending.firstCall;
      pending.mayBeNext(operation);
      operation = pending.callAfter(operation)
    ) {
      if (operation === candidate) isAfter = true
      else if (likeness[operation] === own) {
        const other = returnAt[operation] as number
        if (other < end || (other === end && !isAfter)) return true
      }
    }
    return false
  }

  /** Takes `operation`, and what is pure and possible then. Returns whether to search on. */
  private advanceTo(operation: number, next: number): boolean {
    const unseen = this.specification.overwrites(operation) ? this.takeUnseen(operation) : 0
    const before = this.state
    const isOpen = this.timeline.returnAt[operation] === never
    this.unseenBefore[this.taken] = unseen
    this.take(operation, next, false)
    const anyPure = this.takePure()
    // A pure operation that is possible only now is difference enough.
    this.stateWithout = isOpen && !anyPure ? before : none
    this.withoutAt[this.taken] = this.stateWithout
    return (this.stateWithout === none || this.makesDifference()) && this.isNew()
  }

  /** Takes all unseen writes that may be next, but for `operation`. Returns how many there were. */
  private takeUnseen(operation: number): number {
    const { pending, taken, specification } = this
    for (
      let write = pending.firstCall;
      pending.mayBeNext(write);
      write = pending.callAfter(write)
    ) {
      if (write === operation || !specification.isUnseen(write)) continue
      this.take(write, specification.step(this.state, write), true)
    }
    return this.taken - taken
  }

  /** Takes for good all operations that are possible and change nothing; whether there were any. */
  private takePure(): boolean {
    const { pending, taken } = this
    // Taking one may let others be next that were called later, and are still to come.
    for (
      let operation = pending.firstCall;
      pending.mayBeNext(operation);
      operation = pending.callAfter(operation)
    ) {
      if (this.pure[operation] === 0) continue
      if (this.specification.step(this.state, operation) === impossible) continue
      this.take(operation, this.state, true)
    }
    return this.taken > taken
  }

  /** Whether the operation taken last, which is open, makes a difference to any that may be next. */
  private makesDifference(): boolean {
    const { pending, specification, state, stateWithout } = this
    for (
      let operation = pending.firstCall;
      pending.mayBeNext(operation);
      operation = pending.callAfter(operation)
    ) {
      const next = specification.step(state, operation)
      if (next !== impossible && next !== specification.step(stateWithout, operation)) return true
    }
    return false
  }

  private take(operation: number, next: number, forGood: boolean): void {
    this.order[this.taken] = operation
    this.stateBefore[this.taken] = this.state
    this.forGood[this.taken] = forGood ? 1 : 0
    this.taken++
    this.state = next
    this.pending.takeOut(operation)
    if (this.goesBack) this.specification.take(operation)
    this.turnBit(operation)
  }

  /**
   * Puts back the last operation that was not taken for good, with all after it and the unseen writes
   * just before it, and returns it; `none` if there is none.
   */
  private goBack(): number {
    while (this.taken > 0) {
      const operation = this.putBack()
      if (this.forGood[this.taken] === 1) continue
      for (let left = this.unseenBefore[this.taken] as number; left > 0; left--) this.putBack()
      this.stateWithout = this.withoutAt[this.taken] as number
      return operation
    }
    return none
  }

  private putBack(): number {
    const operation = this.order[--this.taken] as number
    this.state = this.stateBefore[this.taken] as number
    this.pending.putBack(operation)
    this.specification.putBack(operation)
    this.turnBit(operation)
    return operation
  }

  /** Whether the configuration reached was not visited before; from now on it was. */
  private isNew(): boolean {
    const { next } = this.visited
    next[0] = this.pending.firstReturn
    next[1] = this.state
    return this.visited.visitNext()
  }

  /**
   * A lane serves one operation after the other, and each turns its bit when taken. Before the first
   * return ahead all but the latest of them have returned, so have been taken; hence the bit still
   * tells whether the latest was.
   */
  private turnBit(operation: number): void {
    const lane = this.timeline.lane[operation] as number
    const word = lane >>> 5
    this.bits[word] = (this.bits[word] as number) ^ (1 << (lane & 31))
  }
}

/** The likeness of each operation, -1 if no other of the timeline shares it. */
function likenesses({ byCall, lane }: Timeline, specification: Specification): Int32Array {
  const likeness = new Int32Array(lane.length).fill(-1)
  const firsts = new Map<number, number>()
  for (const operation of byCall) {
    const own = specification.likeness(operation)
    const first = firsts.get(own)
    if (first === undefined) {
      firsts.set(own, operation)
    } else {
      likeness[first] = own
      likeness[operation] = own
    }
  }
  return likeness
}
