/** No component yet. */
const open = -1

const goalHere = 1
const reachesGoal = 2
const leaves = 4
const cyclic = 8

/** A strongly connected component from which no goal can be reached, or that goes round without one. */
export interface Component {
  /** The state of it with the lowest number. */
  readonly first: number
  readonly size: number
  /** No transition leads out of it. */
  readonly isBottom: boolean
  /** Some way leads from a state of it back to that state. */
  readonly isCyclic: boolean
}

/**
 * The strongly connected components of a graph that is too large to be kept: its successors are asked
 * for once for each state (Tarjan, Depth-First Search and Linear Graph Algorithms, 1972; with a stack
 * of its own in place of recursion).
 *
 * Components come about in reverse topological order, so that whether a goal can be reached from one is
 * known as soon as it is closed.
 */
export class Components {
  count = 0
  /** States in which the goal is reached. */
  goals = 0
  /** States from which it cannot be. */
  hopeless = 0
  /** How many states have been visited. */
  visited = 0
  /** Bottom components without a goal. */
  readonly deadEnds: Component[] = []
  /** Components without a goal that go round, though they need not. */
  readonly detours: Component[] = []

  readonly #successors: (state: number, tell: (next: number) => void) => void
  readonly #isGoal: (state: number) => boolean
  readonly #push: (next: number) => void
  /** By state: its number in order of visit, from 1 on; the lowest of those it is known to lead back to; its component. */
  readonly #orders: Int32Array
  readonly #lowest: Int32Array
  readonly #components: Int32Array
  readonly #flags: Uint8Array
  /** Visited states whose component is open. */
  readonly #waiting: number[] = []
  /** The states on the path that is followed, and of each, where its successors stand that are still to be looked at. */
  readonly #path: number[] = []
  readonly #begins: number[] = []
  readonly #nexts: number[] = []
  readonly #followers: number[] = []

  /** @param count states are numbered from 0 to below it, and all can be reached from state 0 */
  constructor(
    count: number,
    successors: (state: number, tell: (next: number) => void) => void,
    isGoal: (state: number) => boolean,
  ) {
    this.#successors = successors
    this.#isGoal = isGoal
    this.#push = (next) => this.#followers.push(next)
    this.#orders = new Int32Array(count)
    this.#lowest = new Int32Array(count)
    this.#components = new Int32Array(count).fill(open)
    this.#flags = new Uint8Array(count)
    this.#enter(0)
  }

  /** Visits up to so many more states. Returns whether there is anything left to do. */
  advance(states: number): boolean {
    const until = this.visited + states
    while (this.#path.length > 0) {
      if (this.visited >= until) return true
      const top = this.#path.length - 1
      const next = this.#nexts[top] as number
      if (next < this.#followers.length) {
        this.#nexts[top] = next + 1
        this.#follow(this.#path[top] as number, this.#followers[next] as number)
      } else this.#leave()
    }
    return false
  }

  /** Whether both are of one component. Once all is visited. */
  areTogether(one: number, other: number): boolean {
    return this.#components[one] === this.#components[other]
  }

  #enter(state: number): void {
    this.visited += 1
    this.#orders[state] = this.visited
    this.#lowest[state] = this.visited
    if (this.#isGoal(state)) {
      this.goals += 1
      this.#mark(state, goalHere | reachesGoal)
    }
    this.#waiting.push(state)
    this.#path.push(state)
    this.#begins.push(this.#followers.length)
    this.#nexts.push(this.#followers.length)
    this.#successors(state, this.#push)
  }

  #follow(state: number, next: number): void {
    if (this.#orders[next] === 0) this.#enter(next)
    else if (this.#components[next] === open) {
      this.#lower(state, this.#orders[next] as number)
      if (next === state) this.#mark(state, cyclic)
    } else this.#mark(state, leaves | ((this.#flags[next] as number) & reachesGoal))
  }

  /** All that follows the last state of the path has been looked at. */
  #leave(): void {
    const state = this.#path.pop() as number
    this.#followers.length = this.#begins.pop() as number
    this.#nexts.pop()
    if (this.#lowest[state] === this.#orders[state]) this.#close(state)
    const parent = this.#path.at(-1)
    if (parent === undefined) return
    if (this.#components[state] === open) this.#lower(parent, this.#lowest[state] as number)
    else this.#mark(parent, leaves | ((this.#flags[state] as number) & reachesGoal))
  }

  /** The states visited since `root`, and still waiting, are a component. */
  #close(root: number): void {
    const { length } = this.#waiting
    let begin = length
    let flags = 0
    let first = root
    do {
      begin -= 1
      const member = this.#waiting[begin] as number
      flags |= this.#flags[member] as number
      first = Math.min(first, member)
    } while (this.#waiting[begin] !== root)
    const size = length - begin
    if (size > 1) flags |= cyclic
    for (let at = begin; at < length; at += 1) {
      const member = this.#waiting[at] as number
      this.#components[member] = this.count
      this.#flags[member] = flags
    }
    this.#waiting.length = begin
    this.count += 1
    if ((flags & reachesGoal) === 0) this.hopeless += size
    if ((flags & goalHere) === 0) this.#note(first, size, flags)
  }

  #note(first: number, size: number, flags: number): void {
    const isBottom = (flags & leaves) === 0
    const isCyclic = (flags & cyclic) !== 0
    if (isBottom) this.deadEnds.push({ first, size, isBottom, isCyclic })
    else if (isCyclic) this.detours.push({ first, size, isBottom, isCyclic })
  }

  #lower(state: number, order: number): void {
    if (order < (this.#lowest[state] as number)) this.#lowest[state] = order
  }

  #mark(state: number, flags: number): void {
    this.#flags[state] = (this.#flags[state] as number) | flags
  }
}
