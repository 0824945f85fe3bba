import type { NodeId } from '../model/identity.ts'
import type { AnyNode } from '../model/machine.ts'
import { variantNamed } from '../protocols/catalogue.ts'
import type { Counterexample } from './counterexample.ts'
import { referenceModels } from './models/reference-models.ts'
import type { ExploreOptions } from './options.ts'
import { type ReplayedStep, replay } from './replay.ts'
import { worldOptions } from './world.ts'
import { worldFrom } from './world-shape.ts'

interface Conflict {
  readonly nodes: readonly NodeId[]
  readonly message: string
}

/** A counterexample whose steps were taken again. */
export interface CounterexampleReplay {
  readonly options: ExploreOptions
  /** The nodes that are up before the first step. */
  readonly opening: ReadonlyMap<NodeId, AnyNode>
  readonly steps: readonly ReplayedStep<AnyNode>[]
  /** Where the property does not hold at the end: the nodes in conflict, and one sentence. */
  readonly broken: Conflict | undefined
}

/** What is explored, as plain data. */
export type ExploredSubject = Pick<Counterexample, 'protocol' | 'world'>

/**
 * The exploration of a protocol, of one with a planted bug, or of a model, in a world.
 * @throws RangeError, in one line, for a protocol that there is not or a world that it does not have
 */
export function optionsOfSubject({ protocol: name, world }: ExploredSubject): ExploreOptions {
  const model = referenceModels.find((known) => known.name === name)
  if (model) return model.options(world as { readonly [name: string]: number })
  const { protocol, node } = variantNamed(name)
  return worldOptions(protocol, worldFrom(world), node)
}

/**
 * Takes the steps of a counterexample again, and looks whether its property is broken where they lead.
 * @throws RangeError, in one line, for steps that cannot be taken, and for worlds that there are not
 */
export function replayCounterexample(found: Counterexample): CounterexampleReplay {
  const options = optionsOfSubject(found)
  const { opening, steps, nodes, history } = replay(options, found.steps)
  return { options, opening, steps, broken: brokenBy(options, found, steps, nodes, history) }
}

function brokenBy(
  options: ExploreOptions,
  { property, lasso }: Counterexample,
  steps: readonly ReplayedStep<AnyNode>[],
  nodes: ReadonlyMap<NodeId, AnyNode>,
  history: unknown,
): Conflict | undefined {
  const last = steps.at(-1)
  if (last?.thrown !== undefined) return property === 'assertion' ? thrownBy(last) : undefined
  const honest = withoutTwins(options, nodes)
  const { protocol, settled = [] } = options
  const invariants = options.invariants ?? protocol?.invariants ?? []
  for (const invariant of [...invariants, ...settled]) {
    const broken = invariant.property === property ? invariant.broken(honest) : undefined
    if (broken) return broken
  }
  for (const invariant of options.history?.always ?? []) {
    const broken = invariant.property === property ? invariant.broken(history) : undefined
    if (broken) return broken
  }
  const goal = protocol?.eventually
  if (goal?.property !== property) return undefined
  const round = steps.slice(lasso ?? steps.length).map((step) => step.nodes)
  for (const state of [...round, nodes]) {
    if (goal.reached(withoutTwins(options, state))) return undefined
  }
  if (lasso === undefined) {
    return { nodes: [], message: 'it has not come about, and nothing that can happen brings it' }
  }
  if (!goesRound(steps, lasso)) return undefined
  return { nodes: [], message: 'it has not come about, and the same steps can come again for ever' }
}

function thrownBy({ step, thrown }: ReplayedStep<AnyNode>): Conflict {
  const node = 'node' in step ? step.node : step.to
  return { nodes: [node], message: `node ${node}: ${thrown}` }
}

/** Nothing is demanded of those who lie. */
function withoutTwins(
  { twins = [] }: ExploreOptions,
  nodes: ReadonlyMap<NodeId, AnyNode>,
): ReadonlyMap<NodeId, AnyNode> {
  const honest = new Map(nodes)
  for (const { node } of twins) honest.delete(node)
  return honest
}

/** Whether the steps from that one on lead back to where it began. */
function goesRound(steps: readonly ReplayedStep<AnyNode>[], lasso: number): boolean {
  const before = lasso === 0 ? 0 : steps[lasso - 1]?.state
  return steps.at(-1)?.state === before
}
