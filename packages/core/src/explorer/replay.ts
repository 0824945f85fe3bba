import type { NodeId } from '../model/identity.ts'
import type { AnyNode } from '../model/machine.ts'
import type { ExploredNode } from './explored-node.ts'
import { type ExploreOptions, type Setting, settingOf } from './options.ts'
import { StateSpace } from './state-space.ts'
import { describeStep, type Step, type StepEffects } from './step.ts'

/** A step of a path, what it did, and the world after it. */
export interface ReplayedStep<N extends AnyNode> extends StepEffects {
  readonly step: Step
  /** What the protocol threw, if it did; the nodes are then those before the step. */
  readonly thrown: string | undefined
  /** The nodes that are up, by number: to be looked at, not to be stepped. */
  readonly nodes: ReadonlyMap<NodeId, N>
  /** A number for the state of the world: the same where the same state comes again. The first is 0. */
  readonly state: number
}

export interface Replay<N extends AnyNode> {
  /** The nodes that are up before the first step. */
  readonly opening: ReadonlyMap<NodeId, N>
  readonly steps: readonly ReplayedStep<N>[]
  /** The nodes that are up at the end. */
  readonly nodes: ReadonlyMap<NodeId, N>
  /** What their state machines' snapshots are at the end. */
  readonly applications: ReadonlyMap<NodeId, Uint8Array>
  /** The value of the history variable at the end; undefined where there is none. */
  readonly history: unknown
}

interface Transition extends StepEffects {
  readonly next: number
  readonly thrown: string | undefined
}

/**
 * Takes the steps of a path again, in a world made from the same options. Bounds must allow them, and
 * invariants are not looked at.
 *
 * @throws RangeError for a step that cannot happen where it comes, or that fits two messages in
 * flight which are different but look the same
 */
export function replay<N extends AnyNode>(
  options: ExploreOptions<N>,
  path: readonly Step[],
): Replay<N> {
  return takeSteps(options, path).replay
}

/** The same, with the space in which the steps were taken, and the place of the state that they lead to. */
export function takeSteps<N extends AnyNode>(
  options: ExploreOptions<N>,
  path: readonly Step[],
): {
  readonly replay: Replay<N>
  readonly setting: Setting<N>
  readonly space: StateSpace<N>
  readonly state: number
} {
  const setting = settingOf({ ...options, symmetry: 'none', reduction: 'none' })
  const space = new StateSpace(setting)
  let state = firstState(space)
  const opening = nodesIn(setting.nodes, space, state)
  const steps = path.map((step): ReplayedStep<N> => {
    const { next, thrown, sent, outputs, replies } = transitionOf(space, state, step)
    state = next
    const nodes = nodesIn(setting.nodes, space, state)
    return { step, sent, outputs, replies, thrown, nodes, state }
  })
  const nodes = nodesIn(setting.nodes, space, state)
  const applications = new Map<NodeId, Uint8Array>()
  for (const [id] of nodes) {
    const node = setting.nodes[id] as ExploredNode<N>
    applications.set(id, node.applicationSnapshot(space.local(state, id)))
  }
  const history = setting.histories?.at(space.history(state))
  return { replay: { opening, steps, nodes, applications, history }, setting, space, state }
}

function firstState<N extends AnyNode>(space: StateSpace<N>): number {
  let first = 0
  let failed: string | undefined
  space.begin({
    reached: (next) => {
      first = next
    },
    threw: (message, node) => {
      failed = `node ${node} throws: ${message}`
    },
  })
  if (failed !== undefined) throw new RangeError(`there is no first state: ${failed}`)
  return first
}

function transitionOf<N extends AnyNode>(
  space: StateSpace<N>,
  state: number,
  step: Step,
): Transition {
  const wanted = JSON.stringify(step)
  const found: Transition[] = []
  const note = (next: number, thrown: string | undefined): void => {
    if (JSON.stringify(space.step()) === wanted) found.push({ next, thrown, ...space.effects() })
  }
  space.expand(state, {
    reached: (next) => note(next, undefined),
    threw: (message) => note(state, message),
  })
  const [first, second] = found
  if (!first) throw new RangeError(`cannot happen: ${describeStep(step)}`)
  if (second && second.next !== first.next) {
    throw new RangeError(`two different messages look like this: ${describeStep(step)}`)
  }
  return first
}

/** The nodes that are up; of a twin, its first copy. */
function nodesIn<N extends AnyNode>(
  explored: readonly ExploredNode<N>[],
  space: StateSpace<N>,
  state: number,
): Map<NodeId, N> {
  const nodes = new Map<NodeId, N>()
  for (const [place, one] of explored.entries()) {
    if (place !== one.self) continue
    const node = one.node(space.local(state, place))
    if (node) nodes.set(one.self, node)
  }
  return nodes
}
