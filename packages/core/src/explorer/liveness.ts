import type { Goal } from '../model/goal.ts'
import type { NodeId } from '../model/identity.ts'
import type { AnyNode } from '../model/machine.ts'
import { type Component, Components } from './components.ts'
import type { Exploration } from './exploration.ts'
import type { ExploredNode } from './explored-node.ts'
import { type Continuation, FairContinuation } from './fair-continuation.ts'
import { none } from './local-state.ts'
import type { StateGraph } from './state-graph.ts'
import type { Step } from './step.ts'
import { VectorTable } from './vector-table.ts'

/**
 * What is assumed where a goal is said to be reached in the end.
 *
 * With strong fairness of every transition, a run of a finite graph ends in a component that it cannot
 * leave, and visits all of it; so the goal is reached in every fair run if and only if it can be reached
 * from every state. Where a draw is random, and each of its values has a chance, the same says that the
 * goal is reached with probability 1.
 */
export const fairness =
  'what can happen again and again does happen (strong fairness); where a bound is used up, the run goes on with nothing going wrong: messages arrive, who is down comes back, timers fire in turn, clients ask again'

/** A way to a state, and a way from there back to it. */
export interface Lasso {
  readonly path: readonly Step[]
  readonly cycle: readonly Step[]
}

export interface LivenessViolation {
  readonly property: string
  readonly message: string
  readonly nodes: readonly NodeId[]
  readonly path: readonly Step[]
  /** A way round, within the bounds, that does not end in the goal; empty where nothing happens any more. */
  readonly cycle: readonly Step[]
}

export interface LivenessResult {
  readonly property: string
  /** `inconclusive`: the exploration did not see everything within its bounds, or this has not yet. */
  readonly verdict: 'held' | 'violated' | 'inconclusive'
  readonly assumption: string
  readonly states: number
  readonly goalStates: number
  /** States from which no goal can be reached within the bounds. */
  readonly statesWithoutGoal: number
  /** Strongly connected components. */
  readonly components: number
  /** Those without goal that nothing within the bounds leads out of. Each was continued beyond the bounds. */
  readonly deadEnds: { readonly count: number; readonly longestContinuation: number }
  /**
   * Components in which a run can go round for ever without reaching the goal, if some transition that
   * leads out is always possible again and never taken. No violation: Fischer, Lynch and Paterson
   * showed that where nothing is known of time, a protocol has such runs.
   */
  readonly detours: { readonly count: number; readonly example: Lasso | undefined }
  readonly violation: LivenessViolation | undefined
}

/** A continuation that has not reached the goal by so many steps is taken not to reach it. */
const usualMostSteps = 10_000

/**
 * Whether a goal is reached from every reachable state of a finished exploration, by every fair run.
 * @param mostSteps of a run that goes on beyond the bounds
 */
export function checkLiveness<N extends AnyNode>(
  exploration: Exploration<N>,
  goal: Goal<N>,
  mostSteps: number = usualMostSteps,
): LivenessResult {
  const check = new LivenessCheck(exploration, goal, mostSteps)
  while (check.advance(Number.POSITIVE_INFINITY));
  return check.result()
}

/** The same, going on for as long as somebody says so. */
export class LivenessCheck<N extends AnyNode> {
  readonly #goal: Goal<N>
  readonly #graph: StateGraph<N>
  /** Undefined where the exploration is not finished, so that nothing can be said. */
  readonly #components: Components | undefined
  readonly #continuation: FairContinuation<N>
  /** By the fields of each live node that follows the protocol, whether the goal is reached. */
  readonly #pictures = new VectorTable()
  readonly #judged: boolean[] = []
  #isWhole = false
  #continued = 0
  #longest = 0
  #failed: { readonly component: Component; readonly end: Continuation } | undefined = undefined

  constructor(exploration: Exploration<N>, goal: Goal<N>, mostSteps: number = usualMostSteps) {
    this.#goal = goal
    this.#graph = exploration.graph()
    const { setting, space } = this.#graph
    if (setting.symmetry || setting.reduction !== 'none') {
      throw new RangeError('liveness is decided on the whole graph: without symmetry and reduction')
    }
    const isGoal = (state: number) =>
      this.#isGoal((place) => this.#node(place).fieldsOf(space.local(state, place)))
    const successors = (state: number, tell: (next: number) => void): void => {
      if (!this.#graph.isExplored(state)) return
      space.expand(state, { reached: tell, threw: () => {} })
    }
    this.#components = exploration.result().complete
      ? new Components(space.states.count, successors, isGoal)
      : undefined
    this.#continuation = new FairContinuation(
      setting,
      space,
      (fields) => this.#isGoal(fields),
      mostSteps,
    )
  }

  /** Visits up to so many states, or ends of continuations. Returns whether there is anything left to do. */
  advance(states: number): boolean {
    const components = this.#components
    if (!components || this.#failed) return false
    if (!this.#isWhole) {
      this.#isWhole = !components.advance(states)
      if (this.#isWhole) components.deadEnds.sort(byEvidence)
      return !this.#isWhole || components.deadEnds.length > 0
    }
    const { deadEnds } = components
    for (let done = 0; done < states && this.#continued < deadEnds.length; done += 1) {
      const component = deadEnds[this.#continued] as Component
      const end = this.#continuation.from(component.first)
      this.#continued += 1
      if (end.kind !== 'reached') {
        this.#failed = { component, end }
        return false
      }
      this.#longest = Math.max(this.#longest, end.steps)
    }
    return this.#continued < deadEnds.length
  }

  /** How many states have been visited, of how many. */
  progress(): { readonly visited: number; readonly states: number } {
    const { count } = this.#graph.space.states
    return { visited: this.#components?.visited ?? 0, states: count }
  }

  result(): LivenessResult {
    const {
      goals = 0,
      hopeless = 0,
      count = 0,
      deadEnds = [],
      detours = [],
    } = this.#components ?? {}
    const isDone = this.#isWhole && this.#continued === deadEnds.length
    return {
      property: this.#goal.property,
      verdict: this.#failed ? 'violated' : isDone ? 'held' : 'inconclusive',
      assumption: fairness,
      states: this.#graph.space.states.count,
      goalStates: goals,
      statesWithoutGoal: hopeless,
      components: count,
      deadEnds: { count: deadEnds.length, longestContinuation: this.#longest },
      detours: {
        count: detours.length,
        example: isDone ? this.#shortestLasso(detours) : undefined,
      },
      violation: this.#violation(),
    }
  }

  #isGoal(fields: (place: number) => number): boolean {
    const { nodes } = this.#graph.setting
    const words = this.#pictures.reserve(nodes.length)
    for (let place = 0; place < nodes.length; place += 1) {
      words[this.#pictures.end + place] = fields(place)
    }
    const picture = this.#pictures.enter(nodes.length)
    if (this.#pictures.added) this.#judged.push(this.#judge(picture))
    return this.#judged[picture] as boolean
  }

  #judge(picture: number): boolean {
    const { nodes, liars } = this.#graph.setting
    const live = new Map<NodeId, N>()
    for (let place = 0; place < nodes.length; place += 1) {
      const node = nodes[place] as ExploredNode<N>
      const fields = this.#pictures.word(picture, place)
      if (fields !== none && !liars.isLiar(node.self)) live.set(node.self, node.fieldsAt(fields))
    }
    return this.#goal.reached(live)
  }

  #node(place: number): ExploredNode<N> {
    return this.#graph.setting.nodes[place] as ExploredNode<N>
  }

  #violation(): LivenessViolation | undefined {
    if (!this.#failed) return undefined
    const { component, end } = this.#failed
    const { first, isCyclic } = component
    const cycle = isCyclic ? this.#cycleFrom(first) : []
    return {
      property: this.#goal.property,
      message: describe(end, cycle),
      nodes: [],
      path: this.#graph.pathTo(first),
      cycle,
    }
  }

  #shortestLasso(components: readonly Component[]): Lasso | undefined {
    let nearest: number | undefined
    for (const { first } of components) if (first < (nearest ?? first + 1)) nearest = first
    if (nearest === undefined) return undefined
    return { path: this.#graph.pathTo(nearest), cycle: this.#cycleFrom(nearest) }
  }

  /** A shortest way from a state of a cyclic component back to it. */
  #cycleFrom(first: number): Step[] {
    const { space } = this.#graph
    const cameFrom = new Map<number, { readonly state: number; readonly step: Step }>()
    const waiting = [first]
    for (let at = 0; !cameFrom.has(first); at += 1) {
      const state = waiting[at]
      if (state === undefined) throw new Error('no way round in a component that goes round')
      space.expand(state, {
        reached: (next) => {
          if (cameFrom.has(next) || !this.#components?.areTogether(first, next)) return
          cameFrom.set(next, { state, step: space.step() })
          waiting.push(next)
        },
        threw: () => {},
      })
    }
    const cycle: Step[] = []
    let state = first
    do {
      const came = cameFrom.get(state)
      if (!came) throw new Error('the way back is broken')
      cycle.unshift(came.step)
      state = came.state
    } while (state !== first)
    return cycle
  }
}

/** What goes round for ever says more than what only ends; then, what is nearer to the first state. */
function byEvidence(left: Component, right: Component): number {
  return Number(right.isCyclic) - Number(left.isCyclic) || left.first - right.first
}

function describe({ kind, steps, thrown }: Continuation, cycle: readonly Step[]): string {
  const within =
    cycle.length === 0
      ? 'nothing within the bounds leads there any more'
      : `within the bounds the same ${cycle.length} events may come again and again, and nothing leads there any more`
  switch (kind) {
    case 'reached':
      return `reached after ${steps} more steps`
    case 'endless':
      return `${within}, and a fair run beyond them repeats itself after ${steps} steps`
    case 'long':
      return `${within}, and a fair run beyond them has not got there after ${steps} steps`
    case 'threw':
      return `${within}, and a fair run beyond them throws after ${steps} steps: ${thrown}`
  }
}
