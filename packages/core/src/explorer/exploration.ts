import type { NodeId } from '../model/identity.ts'
import type { AnyNode } from '../model/machine.ts'
import { BitSet } from './bit-set.ts'
import type { Bounds } from './bounds.ts'
import type { Certainty } from './certainty.ts'
import { IntList } from './int-list.ts'
import { Judge } from './judge.ts'
import { type ExploreOptions, type Setting, settingOf } from './options.ts'
import { ReducedExpansion } from './reduced-expansion.ts'
import type { StateGraph } from './state-graph.ts'
import { StateSpace } from './state-space.ts'
import type { Step } from './step.ts'
import { pathThroughOrbits } from './symmetric-path.ts'
import { VectorTable } from './vector-table.ts'
import type { Visitor } from './visitor.ts'

/** A property that does not hold, with a path to where it does not. */
export interface ExploredViolation {
  readonly property: string
  readonly message: string
  readonly nodes: readonly NodeId[]
  /** A shortest path; where `foundAfter` says so, one that can do without none of its steps. */
  readonly path: readonly Step[]
  /** How many steps the path had when it was found, where the search does not find shortest paths. */
  readonly foundAfter?: number
}

export interface ExplorationResult {
  /**
   * `held`: in every state within the bounds. `inconclusive`: nothing was violated, but `depth` or
   * `states` or memory ended the search before all was seen.
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
  readonly certainty: Certainty
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
  /** Where something else than the bounds ended the search before all was seen: there was no more memory to use. */
  readonly endedBy?: 'memory'
  /** Where nodes are interchangeable, so that states are orbits: how many ways there are to exchange them. */
  readonly symmetry?: { readonly group: number }
  /**
   * Where orders of events were left out that lead to the same: then `uniqueStates` are those that were
   * not, and a path is not always a shortest one.
   */
  readonly reduction?: 'partial-order'
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

/** So many states are expanded before memory is looked at again. */
const statesBetweenLooks = 1024
/** What it takes to remember a step, with the node's state and the envelopes that it brought forth: 750 were measured. */
const bytesPerRun = 1000
/** Engines end a process whose heap grows too far, however much memory the machine has. */
const maximumHeapBytes = 1.5 * 2 ** 30

/** An exploration that goes on for as long as somebody says so, and can tell how far it has come. */
export class Exploration<N extends AnyNode> implements Visitor {
  readonly #setting: Setting<N>
  readonly #depthLimit: number
  readonly #stateLimit: number
  readonly #byteLimit: number
  readonly #states = new VectorTable()
  readonly #space: StateSpace<N>
  readonly #judge: Judge<N>
  /** For each state the one it was first reached from. */
  readonly #parents = new IntList()
  /** States outside the constraint. */
  readonly #outside = new BitSet()
  /** Where orders of events are left out. */
  readonly #reduced: ReducedExpansion<N> | undefined
  #generated = 0
  #isOutOfMemory = false
  /** The state to expand next. */
  #next = 0
  #expanding = -1
  #depth = 0
  /** The first state that is deeper than `#depth`. */
  #levelEnd = 0

  constructor(options: ExploreOptions<N>) {
    this.#setting = settingOf(options)
    const { bounds, reduction } = this.#setting
    this.#depthLimit = bounds.depth ?? Number.POSITIVE_INFINITY
    this.#stateLimit = bounds.states ?? Number.POSITIVE_INFINITY
    this.#byteLimit = this.#setting.memoryBytes
    this.#space = new StateSpace(this.#setting, this.#states)
    this.#judge = new Judge(this.#setting, this.#space, (state) => this.#depthOf(state))
    this.#reduced =
      reduction === 'partial-order' ? new ReducedExpansion(this.#setting, this.#space) : undefined
    this.#space.begin(this)
    this.#levelEnd = this.#space.states.count
  }

  /** Expands up to so many more states. Returns whether there is anything left to do. */
  advance(states: number): boolean {
    for (let expanded = 0; expanded < states; expanded += 1) {
      if (!this.#finished()) this.#expandNext()
      else if (this.#hasToReview()) this.#review()
      else return false
    }
    return !this.#finished() || this.#hasToReview()
  }

  /** Whether all is expanded, but what was left out is to be looked at again. */
  #hasToReview(): boolean {
    if (this.#judge.finding || this.#next < this.#space.states.count) return false
    return this.#reduced?.hasToReview ?? false
  }

  #review(): void {
    this.#reduced?.review(this, (state) => {
      this.#expanding = state
    })
  }

  progress(): SearchProgress {
    const { count } = this.#space.states
    return { uniqueStates: count, waiting: count - this.#next, depth: this.#depth }
  }

  result(): ExplorationResult {
    const seen = this.#next === this.#space.states.count && !this.#hasToReview()
    const complete = !this.#judge.finding && seen
    const { nodes, world, bounds, symmetry, reduction } = this.#setting
    return {
      verdict: this.#judge.finding ? 'violated' : complete ? 'held' : 'inconclusive',
      uniqueStates: this.#space.states.count,
      generatedStates: this.#generated,
      depth: this.#levelEnd < this.#space.states.count ? this.#depth + 1 : this.#depth,
      complete,
      certainty: { kind: 'exact' },
      bounds,
      nodeStates: nodes.reduce((sum, node) => sum + node.states, 0),
      envelopes: world.envelopes.count,
      runs: nodes.reduce((sum, node) => sum + node.runs, 0),
      sometimes: this.#setting.sometimes.map(({ property }, i) => ({
        property,
        depth: this.#judge.exampleDepths[i],
      })),
      violation: this.#violation(),
      ...(this.#isOutOfMemory && !seen ? { endedBy: 'memory' as const } : {}),
      ...(symmetry ? { symmetry: { group: symmetry.group } } : {}),
      ...(reduction === 'none' ? {} : { reduction }),
    }
  }

  /** What was seen so far. */
  graph(): StateGraph<N> {
    return {
      setting: this.#setting,
      space: this.#space,
      isExplored: (state) => state < this.#next && !this.#outside.has(state),
      pathTo: (state) => this.#pathTo(state),
    }
  }

  reached(next: number, added: boolean): void {
    this.#generated += 1
    if (!added) return
    this.#parents.push(this.#expanding)
    if (!this.#judge.judge(next)) this.#outside.add(next)
  }

  threw(message: string, node: NodeId): void {
    this.#generated += 1
    const last = this.#expanding < 0 ? undefined : this.#space.step()
    this.#judge.judgeThrown(message, node, this.#expanding, last)
  }

  #finished(): boolean {
    const { count } = this.#space.states
    if (this.#judge.finding || this.#next === count || count >= this.#stateLimit) return true
    if (this.#isOutOfMemory) return true
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
    if (state % statesBetweenLooks === 0) this.#lookAtMemory()
    if (this.#outside.has(state)) return
    this.#expanding = state
    if (this.#reduced) return this.#reduced.expand(state, this)
    const moved = this.#space.expand(state, this)
    if (!moved) this.#judge.judgeSettled(state)
  }

  /** Whether there is enough for what the search will take before memory is looked at again. */
  #lookAtMemory(): void {
    const { nodes, histories } = this.#setting
    const remembered = nodes.reduce((sum, node) => sum + node.runs, histories?.count ?? 0)
    const heap = remembered * bytesPerRun
    const tables =
      this.#parents.bytes +
      this.#outside.bytes +
      this.#judge.bytesSoon +
      (this.#reduced?.bytes ?? 0)
    const all = heap + tables + this.#states.bytesSoon
    this.#isOutOfMemory = heap > maximumHeapBytes || all > this.#byteLimit
  }

  #depthOf(state: number): number {
    let depth = 0
    for (let at = this.#parents.at(state); at >= 0; at = this.#parents.at(at)) {
      depth += 1
    }
    return depth
  }

  #violation(): ExploredViolation | undefined {
    if (!this.#judge.finding) return undefined
    const { property, message, nodes, state, last, permutation } = this.#judge.finding
    if (this.#setting.symmetry && state >= 0) {
      return { property, message, nodes, path: this.#realPath(state, permutation, last) }
    }
    const path = this.#pathTo(state)
    return { property, message, nodes, path: last ? [...path, last] : path }
  }

  /** Like `#pathTo`, where states are orbits. */
  #realPath(state: number, permutation: number | undefined, last: Step | undefined): Step[] {
    const { symmetry } = this.#setting
    const orbits = this.#statesTo(state).map((place) => this.#vector(place))
    const end = orbits.at(-1) as Int32Array
    const wanted = end.slice()
    if (permutation !== undefined) {
      symmetry?.permutations[permutation]?.writeImage(end, 0, end.length, wanted)
    }
    const destination = { state: last ? undefined : wanted, throws: last !== undefined }
    return pathThroughOrbits(this.#setting, orbits, destination)
  }

  #vector(place: number): Int32Array {
    const { states } = this.#space
    return states.wordsOf(place).slice(states.start(place), states.stop(place))
  }

  /** The events on the shortest way to a state: what leads from each state to the next is found by expanding it again. */
  #pathTo(state: number): Step[] {
    const states = this.#statesTo(state)
    return states.slice(1).map((next, i) => stepBetween(this.#space, states[i] as number, next))
  }

  /** The states on the shortest way to one, from the first on. */
  #statesTo(state: number): number[] {
    const states: number[] = []
    for (let at = state; at >= 0; at = this.#parents.at(at)) states.push(at)
    return states.reverse()
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
