import type { Invariant } from '../model/checker.ts'
import type { NodeId } from '../model/identity.ts'
import type { AnyNode } from '../model/machine.ts'
import type { Bounds } from './bounds.ts'
import type { ExploredNode } from './explored-node.ts'
import { none } from './local-state.ts'
import { type ExploreOptions, type Setting, settingOf, type WorldView } from './options.ts'
import { StateSpace, type Visitor } from './state-space.ts'
import type { Step } from './step.ts'
import { VectorTable } from './vector-table.ts'

/** A property that does not hold, with a shortest path to where it does not. */
export interface ExploredViolation {
  readonly property: string
  readonly message: string
  readonly nodes: readonly NodeId[]
  readonly path: readonly Step[]
}

export interface ExplorationResult {
  /**
   * `held`: in every state within the bounds. `inconclusive`: nothing was violated, but `depth` or
   * `states` ended the search before all was seen.
   */
  readonly verdict: 'held' | 'violated' | 'inconclusive'
  /** Distinct states of the world, the first among them. */
  readonly uniqueStates: number
  /** Transitions taken, those to states seen before among them, and the first state. */
  readonly generatedStates: number
  /** The fewest events that lead to the state found last: where `held`, how many events reach all states. */
  readonly depth: number
  /** Whether everything within the bounds was seen. */
  readonly complete: boolean
  readonly bounds: Bounds
  /** Distinct states of single nodes, of all nodes together. */
  readonly nodeStates: number
  /** Distinct messages, with their senders and addressees. */
  readonly envelopes: number
  /** How often a node really took a step; all others were remembered. */
  readonly runs: number
  /** Of each thing that should be possible, how many events lead to the first state that shows it; undefined where none did. */
  readonly sometimes: readonly { readonly property: string; readonly depth: number | undefined }[]
  readonly violation: ExploredViolation | undefined
}

/**
 * Explores every order of events of a small world, within bounds, breadth first: so the first
 * counterexample is a shortest one. Deterministic: the same options give the same result.
 *
 * @throws RangeError for options that make no world, saying which
 */
export function explore<N extends AnyNode>(options: ExploreOptions<N>): ExplorationResult {
  const exploration = new Exploration(options)
  exploration.advance(Number.POSITIVE_INFINITY)
  return exploration.result()
}

/** How far a search has come. */
export interface SearchProgress {
  readonly uniqueStates: number
  /** States that were reached and whose events are still to be taken. */
  readonly waiting: number
  /** The most events in a row that were taken so far. */
  readonly depth: number
}

/** A violation whose path is yet to be put together. */
interface Finding extends Omit<ExploredViolation, 'path'> {
  /** Where the path leads; −1 where not even the first state came about. */
  readonly state: number
  /** What came after, where that led to no state. */
  readonly last: Step | undefined
}

/** An exploration that goes on for as long as somebody says so, and can tell how far it has come. */
export class Exploration<N extends AnyNode> implements Visitor {
  readonly #setting: Setting<N>
  readonly #space: StateSpace<N>
  readonly #depthLimit: number
  readonly #stateLimit: number
  /** For each state the one it was first reached from. */
  readonly #parents: number[] = []
  /** States outside the constraint. */
  readonly #outside = new Set<number>()
  /** What invariants can tell apart: the fields of each live node. Each is judged once. */
  readonly #pictures = new VectorTable()
  readonly #picturesOutside = new Set<number>()
  /** Histories that were judged. */
  #historiesJudged = 0
  /** Of each thing that should be possible, the depth of the first example. */
  readonly #exampleDepths: (number | undefined)[]
  #generated = 0
  /** The state to expand next. */
  #next = 0
  #expanding = -1
  #depth = 0
  /** The first state that is deeper than `#depth`. */
  #levelEnd = 0
  #finding: Finding | undefined = undefined

  constructor(options: ExploreOptions<N>) {
    this.#setting = settingOf(options)
    this.#space = new StateSpace(this.#setting)
    this.#exampleDepths = this.#setting.sometimes.map(() => undefined)
    this.#depthLimit = this.#setting.bounds.depth ?? Number.POSITIVE_INFINITY
    this.#stateLimit = this.#setting.bounds.states ?? Number.POSITIVE_INFINITY
    this.#space.begin(this)
    this.#levelEnd = this.#space.states.count
  }

  /** Expands up to so many more states. Returns whether there is anything left to do. */
  advance(states: number): boolean {
    for (let expanded = 0; expanded < states; expanded += 1) {
      if (this.#finished()) return false
      this.#expandNext()
    }
    return !this.#finished()
  }

  progress(): SearchProgress {
    const { count } = this.#space.states
    return { uniqueStates: count, waiting: count - this.#next, depth: this.#depth }
  }

  result(): ExplorationResult {
    const complete = !this.#finding && this.#next === this.#space.states.count
    const { nodes, world, bounds } = this.#setting
    return {
      verdict: this.#finding ? 'violated' : complete ? 'held' : 'inconclusive',
      uniqueStates: this.#space.states.count,
      generatedStates: this.#generated,
      depth: this.#levelEnd < this.#space.states.count ? this.#depth + 1 : this.#depth,
      complete,
      bounds,
      nodeStates: nodes.reduce((sum, node) => sum + node.states, 0),
      envelopes: world.envelopes.count,
      runs: nodes.reduce((sum, node) => sum + node.runs, 0),
      sometimes: this.#setting.sometimes.map(({ property }, i) => ({
        property,
        depth: this.#exampleDepths[i],
      })),
      violation: this.#violation(),
    }
  }

  reached(next: number, added: boolean): void {
    this.#generated += 1
    if (!added) return
    this.#parents.push(this.#expanding)
    this.#judge(next)
  }

  threw(message: string, node: NodeId): void {
    this.#generated += 1
    this.#finding ??= {
      property: 'assertion',
      message: `node ${node}: ${message}`,
      nodes: [node],
      state: this.#expanding,
      last: this.#expanding < 0 ? undefined : this.#space.step(),
    }
  }

  #finished(): boolean {
    const { count } = this.#space.states
    if (this.#finding || this.#next === count || count >= this.#stateLimit) return true
    const depth = this.#next < this.#levelEnd ? this.#depth : this.#depth + 1
    return depth >= this.#depthLimit
  }

  #expandNext(): void {
    const state = this.#next
    if (state === this.#levelEnd) {
      this.#depth += 1
      this.#levelEnd = this.#space.states.count
    }
    this.#next += 1
    if (this.#outside.has(state)) return
    this.#expanding = state
    const moved = this.#space.expand(state, this)
    if (!moved) this.#check(this.#setting.settled, state)
  }

  /** Checks a state that nobody has seen before, unless one with the same live nodes was checked. */
  #judge(state: number): void {
    const picture = this.#pictureOf(state)
    if (this.#pictures.added) {
      this.#check(this.#setting.invariants, state)
      const { constraint } = this.#setting
      if (constraint && !constraint(this.#liveNodes(state))) this.#picturesOutside.add(picture)
    }
    if (this.#picturesOutside.has(picture)) this.#outside.add(state)
    this.#judgeHistories(state)
    this.#lookForExamples(state)
  }

  /** A history that nobody has seen before came about on the way to this state. */
  #judgeHistories(state: number): void {
    const { histories } = this.#setting
    if (!histories) return
    for (; this.#historiesJudged < histories.count; this.#historiesJudged += 1) {
      const history = histories.at(this.#historiesJudged)
      for (const { property, broken } of histories.always) {
        const found = broken(history)
        if (found) this.#finding ??= { property, ...found, state, last: undefined }
      }
    }
  }

  #lookForExamples(state: number): void {
    const { sometimes } = this.#setting
    for (let i = 0; i < sometimes.length; i += 1) {
      if (this.#exampleDepths[i] !== undefined) continue
      if (sometimes[i]?.holds(this.#viewOf(state))) this.#exampleDepths[i] = this.#depthOf(state)
    }
  }

  #viewOf(state: number): WorldView<N> {
    const { world, histories } = this.#setting
    const { envelopes } = world
    return {
      nodes: this.#liveNodes(state),
      inFlight: this.#space.inFlight(state).map((place) => ({
        from: envelopes.from(place),
        to: envelopes.to(place),
        message: envelopes.message(place),
      })),
      history: histories?.at(this.#space.history(state)),
    }
  }

  #depthOf(state: number): number {
    let depth = 0
    for (let at = this.#parents[state] as number; at >= 0; at = this.#parents[at] as number) {
      depth += 1
    }
    return depth
  }

  #pictureOf(state: number): number {
    const { nodes } = this.#setting
    const words = this.#pictures.reserve(nodes.length)
    for (let node = 0; node < nodes.length; node += 1) {
      const fields = nodes[node]?.fieldsOf(this.#space.local(state, node)) ?? none
      words[this.#pictures.end + node] = fields
    }
    return this.#pictures.enter(nodes.length)
  }

  #liveNodes(state: number): Map<NodeId, N> {
    const { nodes, twins } = this.#setting
    const live = new Map<NodeId, N>()
    for (let place = 0; place < nodes.length; place += 1) {
      const node = nodes[place] as ExploredNode<N>
      if (twins.isTwin(node.self)) continue
      const fields = node.node(this.#space.local(state, place))
      if (fields) live.set(node.self, fields)
    }
    return live
  }

  #check(invariants: readonly Invariant<N>[], state: number): void {
    if (this.#finding || invariants.length === 0) return
    const live = this.#liveNodes(state)
    for (const invariant of invariants) {
      const broken = invariant.broken(live)
      if (!broken) continue
      const { nodes, message } = broken
      this.#finding = { property: invariant.property, message, nodes, state, last: undefined }
      return
    }
  }

  #violation(): ExploredViolation | undefined {
    if (!this.#finding) return undefined
    const { property, message, nodes, state, last } = this.#finding
    const path = this.#pathTo(state)
    return { property, message, nodes, path: last ? [...path, last] : path }
  }

  /** The events on the shortest way to a state: what leads from each state to the next is found by expanding it again. */
  #pathTo(state: number): Step[] {
    const states: number[] = []
    for (let at = state; at >= 0; at = this.#parents[at] as number) states.push(at)
    states.reverse()
    return states.slice(1).map((next, i) => stepBetween(this.#space, states[i] as number, next))
  }
}

function stepBetween<N extends AnyNode>(space: StateSpace<N>, from: number, to: number): Step {
  let found: Step | undefined
  space.expand(from, {
    reached: (next) => {
      if (next === to) found ??= space.step()
    },
    threw: () => {},
  })
  if (!found) throw new Error(`no step leads from state ${from} to state ${to}`)
  return found
}
