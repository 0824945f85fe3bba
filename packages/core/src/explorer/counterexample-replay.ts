import type { NodeId } from '../model/identity.ts'
import type { AnyNode } from '../model/machine.ts'
import { variantNamed } from '../protocols/catalogue.ts'
import type { Counterexample } from './counterexample.ts'
import { referenceModels } from './models/reference-models.ts'
import type { ExploreOptions } from './options.ts'
import { type ReplayedStep, replay } from './replay.ts'
import { worldOptions } from './world.ts'
import { worldFrom } from './world-shape.ts'

/** A counterexample whose steps were taken again. */
export interface CounterexampleReplay {
  readonly options: ExploreOptions
  readonly steps: readonly ReplayedStep<AnyNode>[]
  /** Why the property does not hold at the end, in a sentence; undefined where it does. */
  readonly broken: string | undefined
}

/**
 * The exploration that found a counterexample.
 * @throws RangeError, in one line, for a protocol that there is not or a world that it does not have
 */
export function optionsOfCounterexample({ protocol: name, world }: Counterexample): ExploreOptions {
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
  const options = optionsOfCounterexample(found)
  const { steps, nodes, history } = replay(options, found.steps)
  return { options, steps, broken: brokenBy(options, found, steps, nodes, history) }
}

function brokenBy(
  options: ExploreOptions,
  { property, lasso }: Counterexample,
  steps: readonly ReplayedStep<AnyNode>[],
  nodes: ReadonlyMap<NodeId, AnyNode>,
  history: unknown,
): string | undefined {
  const thrown = steps.at(-1)?.thrown
  if (thrown !== undefined) return property === 'assertion' ? thrown : undefined
  const honest = withoutTwins(options, nodes)
  const { protocol, settled = [] } = options
  const invariants = options.invariants ?? protocol?.invariants ?? []
  for (const invariant of [...invariants, ...settled]) {
    const broken = invariant.property === property ? invariant.broken(honest) : undefined
    if (broken) return broken.message
  }
  for (const invariant of options.history?.always ?? []) {
    const broken = invariant.property === property ? invariant.broken(history) : undefined
    if (broken) return broken.message
  }
  return lasso === undefined ? undefined : goesRound(steps, lasso)
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
function goesRound(steps: readonly ReplayedStep<AnyNode>[], lasso: number): string | undefined {
  const before = lasso === 0 ? 0 : steps[lasso - 1]?.state
  return steps.at(-1)?.state === before ? 'the same steps can come again, for ever' : undefined
}
