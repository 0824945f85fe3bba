import type { Goal } from '../model/goal.ts'
import type { NodeId } from '../model/identity.ts'
import type { AnyNode } from '../model/machine.ts'
import { variantNamed } from '../protocols/catalogue.ts'
import type { Counterexample } from './counterexample.ts'
import { FairContinuation } from './fair-continuation.ts'
import { none } from './local-state.ts'
import { referenceModels } from './models/reference-models.ts'
import type { ExploreOptions } from './options.ts'
import { type ReplayedStep, takeSteps } from './replay.ts'
import { worldOptions } from './world.ts'
import { worldFrom } from './world-shape.ts'

/** A continuation that has not reached a goal by so many steps is taken not to reach it. */
const mostSteps = 10_000

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
  const taken = takeSteps(options, found.steps)
  const { opening, steps } = taken.replay
  return { options, opening, steps, broken: brokenBy(options, found, taken) }
}

type TakenSteps = ReturnType<typeof takeSteps<AnyNode>>

function brokenBy(
  options: ExploreOptions,
  found: Counterexample,
  taken: TakenSteps,
): Conflict | undefined {
  const { property } = found
  const { steps, nodes, history } = taken.replay
  const last = steps.at(-1)
  if (last?.thrown !== undefined) return property === 'assertion' ? thrownBy(last) : undefined
  const honest = withoutLiars(options, nodes)
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
  return goal?.property === property ? unreached(goal, options, found, taken) : undefined
}

/** Whether a goal is not reached at the end, nor on the way round, nor by a fair run that goes on from there. */
function unreached(
  goal: Goal,
  options: ExploreOptions,
  { lasso }: Counterexample,
  { replay: { steps, nodes }, setting, space, state }: TakenSteps,
): Conflict | undefined {
  const round = steps.slice(lasso ?? steps.length).map((step) => step.nodes)
  if ([...round, nodes].some((live) => goal.reached(withoutLiars(options, live)))) return undefined
  if (lasso !== undefined && !goesRound(steps, lasso)) return undefined
  const isGoal = (fields: (place: number) => number): boolean => {
    const live = new Map<NodeId, AnyNode>()
    for (const [place, node] of setting.nodes.entries()) {
      if (place === node.self && fields(place) !== none)
        live.set(place, node.fieldsAt(fields(place)))
    }
    return goal.reached(withoutLiars(options, live))
  }
  const { kind } = new FairContinuation(setting, space, isGoal, mostSteps).from(state)
  if (kind === 'reached') return undefined
  return {
    nodes: [],
    message: 'it has not come about, and a fair run from there does not bring it',
  }
}

function thrownBy({ step, thrown }: ReplayedStep<AnyNode>): Conflict {
  const node = 'node' in step ? step.node : step.to
  return { nodes: [node], message: `node ${node}: ${thrown}` }
}

/** Nothing is demanded of those who lie. */
function withoutLiars(
  { twins = [], attackers = [] }: ExploreOptions,
  nodes: ReadonlyMap<NodeId, AnyNode>,
): ReadonlyMap<NodeId, AnyNode> {
  const honest = new Map(nodes)
  for (const { node } of [...twins, ...attackers]) honest.delete(node)
  return honest
}

/** Whether the steps from that one on lead back to where it began. */
function goesRound(steps: readonly ReplayedStep<AnyNode>[], lasso: number): boolean {
  const before = lasso === 0 ? 0 : steps[lasso - 1]?.state
  return steps.at(-1)?.state === before
}
