import type { NodeId } from '../../model/index.ts'
import type { Fault, FaultAction } from '../../simulator/faults/fault.ts'
import { formatFault } from '../../simulator/faults/fault-spec.ts'
import type { Step } from '../../simulator/steps/step.ts'
import { formatStep } from '../../simulator/steps/step-spec.ts'
import type { Plan } from '../plan.ts'
import type { Scenario } from '../scenario.ts'
import { byzantineSpecs, tidied } from './explicit-scenario.ts'

/**
 * The scenario of a plan without some of its nodes: the others are numbered anew, in their order.
 * What concerned only the nodes that are gone is gone with them.
 */
export function withoutNodes(plan: Plan, gone: ReadonlySet<NodeId>): Scenario {
  const left = Array.from({ length: plan.nodes }, (_, node) => node).filter(
    (node) => !gone.has(node),
  )
  const numbers = new Map(left.map((node, number) => [node, number]))
  const renumbered = (nodes: readonly NodeId[]) => nodes.flatMap((node) => numbers.get(node) ?? [])
  const faults = plan.faults.flatMap((fault) => {
    const action = among(fault.action, renumbered)
    return action ? [formatFault({ ...fault, action })] : []
  })
  const byzantine = byzantineSpecs(plan).flatMap((spec) => {
    const [, node, strategy] = /^(\d+)=(.+)$/.exec(spec) ?? []
    const number = numbers.get(Number(node))
    return number === undefined ? [] : [`${number}=${strategy}`]
  })
  const steps = plan.steps?.flatMap((step) => {
    const left = stepAmong(step, numbers)
    return left ? [formatStep(left)] : []
  })
  const { hashPower } = plan.scenario
  return tidied(
    {
      ...plan.scenario,
      nodes: left.length,
      faults,
      byzantine,
      ...(steps && { steps }),
      ...(hashPower ? { hashPower: left.map((node) => hashPower[node] as number) } : {}),
    },
    plan,
  )
}

/** What a fault does among the nodes that are left; undefined where that is nothing. */
function among(
  action: FaultAction,
  renumbered: (nodes: readonly NodeId[]) => NodeId[],
): FaultAction | undefined {
  switch (action.kind) {
    case 'partition': {
      const groups = action.groups.map(renumbered).filter((group) => group.length > 0)
      return groups.length < 2 ? undefined : { ...action, groups }
    }
    case 'cut': {
      const from = renumbered(action.from)
      const to = renumbered(action.to)
      return from.length === 0 || to.length === 0 ? undefined : { ...action, from, to }
    }
    case 'loss':
    case 'duplicate':
    case 'reorder':
    case 'delay':
    case 'heal':
      return action
    default: {
      if (action.target.kind !== 'nodes') return action
      const nodes = renumbered(action.target.nodes)
      return nodes.length === 0 ? undefined : { ...action, target: { kind: 'nodes', nodes } }
    }
  }
}

/** A step, with its nodes numbered anew; undefined where one of them is gone. */
function stepAmong(step: Step, numbers: ReadonlyMap<NodeId, number>): Step | undefined {
  if (nodesOf(step).some((node) => !numbers.has(node))) return undefined
  const number = (node: NodeId) => numbers.get(node) as number
  switch (step.kind) {
    case 'timeout':
    case 'draw':
      return { ...step, node: number(step.node) }
    case 'deliver':
      return { ...step, from: number(step.from), to: number(step.to) }
    case 'ask':
      return { ...step, to: number(step.to) }
    case 'answer':
      return { ...step, from: number(step.from) }
  }
}

/** The nodes of a plan, those first that its faults and steps name least often: they are missed least. */
export function leastNamed(plan: Plan): NodeId[] {
  const named = new Array<number>(plan.nodes).fill(0)
  const count = (nodes: readonly NodeId[]) => {
    for (const node of nodes) named[node] = (named[node] as number) + 1
  }
  for (const node of plan.byzantine.keys()) count([node])
  for (const fault of plan.faults) count(targetsOf(fault))
  for (const step of plan.steps ?? []) count(nodesOf(step))
  return named
    .map((_, node) => node)
    .sort((left, right) => (named[left] as number) - (named[right] as number) || right - left)
}

function nodesOf(step: Step): readonly NodeId[] {
  switch (step.kind) {
    case 'timeout':
    case 'draw':
      return [step.node]
    case 'deliver':
      return [step.from, step.to]
    case 'ask':
      return [step.to]
    case 'answer':
      return [step.from]
  }
}

function targetsOf({ action }: Fault): readonly NodeId[] {
  if (!('target' in action)) return []
  return action.target.kind === 'nodes' ? action.target.nodes : []
}
