import type { NodeId } from '../model/identity.ts'
import type { AnyNode } from '../model/machine.ts'
import { minimise } from '../shrinking/minimise.ts'
import type { ExploredViolation } from './exploration.ts'
import type { ExploredNode } from './explored-node.ts'
import { type ExploreOptions, type Setting, settingOf } from './options.ts'
import { StateSpace } from './state-space.ts'
import type { Step } from './step.ts'

/** What all trials together may cost: steps taken, and states whose events were looked at. */
const maximumSteps = 20_000_000
const maximumStates = 50_000

/**
 * A violation whose path has no step left that it could do without: the same property is broken at
 * its end, and each single step is needed. (There may be a shorter path that is no part of it.) The
 * path as it was found is taken again first, in a world made anew.
 *
 * @throws Error where it does not lead to a state that breaks the property
 */
export function shortened<N extends AnyNode>(
  options: ExploreOptions<N>,
  violation: ExploredViolation,
): ExploredViolation {
  const { property, path } = violation
  const trials = new PathTrials(options, property)
  if (trials.conflictOn(path) === undefined) {
    throw new Error(`the path to a violation of '${property}' does not lead there again`)
  }
  const { kept } = minimise(path, (part) => trials.conflictOn(part) !== undefined, {
    exhausted: () => trials.steps > maximumSteps || trials.states > maximumStates,
  })
  return { property, ...(trials.conflictOn(kept) as Conflict), path: kept, foundAfter: path.length }
}

type Conflict = Pick<ExploredViolation, 'message' | 'nodes'>

/** Where a step leads: to a state, or nowhere, because the protocol threw. */
type Follower = number | Conflict

/** A state whose events were looked at. */
interface KnownState {
  /** By the text of each step. */
  readonly followers: ReadonlyMap<string, Follower>
  readonly conflict: Conflict | undefined
}

/** Paths tried one after the other in one world, in which no state is expanded twice. */
class PathTrials<N extends AnyNode> {
  steps = 0
  states = 0
  readonly #property: string
  readonly #setting: Setting<N>
  readonly #space: StateSpace<N>
  readonly #known: (KnownState | undefined)[] = []
  readonly #texts = new Map<Step, string>()
  /** What was thrown before there was a first state. */
  #thrownAtOnce: Conflict | undefined = undefined

  constructor(options: ExploreOptions<N>, property: string) {
    this.#setting = settingOf(options)
    this.#property = property
    this.#space = new StateSpace(this.#setting)
    this.#space.begin({
      reached: () => {},
      threw: (message, node) => {
        this.#thrownAtOnce = thrownBy(node, message)
      },
    })
  }

  /** How the property is broken on this path; undefined where it is not, or a step cannot be taken. */
  conflictOn(path: readonly Step[]): Conflict | undefined {
    if (this.#thrownAtOnce) return this.#thrownAtOnce
    let state = this.#stateAt(0)
    for (const step of path) {
      if (state.conflict) return state.conflict
      this.steps += 1
      const follower = state.followers.get(this.#textOf(step))
      if (follower === undefined) return undefined
      if (typeof follower !== 'number') return this.#property === 'assertion' ? follower : undefined
      state = this.#stateAt(follower)
    }
    return state.conflict
  }

  #textOf(step: Step): string {
    let text = this.#texts.get(step)
    if (text === undefined) {
      text = JSON.stringify(step)
      this.#texts.set(step, text)
    }
    return text
  }

  #stateAt(place: number): KnownState {
    let known = this.#known[place]
    if (!known) {
      this.states += 1
      const followers = new Map<string, Follower>()
      const note = (follower: Follower) => {
        const text = JSON.stringify(this.#space.step())
        if (!followers.has(text)) followers.set(text, follower)
      }
      const moved = this.#space.expand(place, {
        reached: (next) => note(next),
        threw: (message, node) => note(thrownBy(node, message)),
      })
      known = { followers, conflict: this.#conflictIn(place, !moved) }
      this.#known[place] = known
    }
    return known
  }

  #conflictIn(state: number, isSettled: boolean): Conflict | undefined {
    const { invariants, settled, histories } = this.#setting
    const live = this.#liveNodes(state)
    for (const invariant of isSettled ? [...invariants, ...settled] : invariants) {
      const broken = invariant.property === this.#property ? invariant.broken(live) : undefined
      if (broken) return broken
    }
    if (!histories) return undefined
    const history = histories.at(this.#space.history(state))
    for (const invariant of histories.always) {
      const broken = invariant.property === this.#property ? invariant.broken(history) : undefined
      if (broken) return broken
    }
    return undefined
  }

  #liveNodes(state: number): Map<NodeId, N> {
    const { nodes, liars } = this.#setting
    const live = new Map<NodeId, N>()
    for (const [place, node] of (nodes as readonly ExploredNode<N>[]).entries()) {
      const fields = node.node(this.#space.local(state, place))
      if (fields && !liars.isLiar(node.self)) live.set(node.self, fields)
    }
    return live
  }
}

function thrownBy(node: NodeId, message: string): Conflict {
  return { message: `node ${node}: ${message}`, nodes: [node] }
}
