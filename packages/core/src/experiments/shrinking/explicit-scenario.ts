import type { Fault, FaultAction } from '../../simulator/faults/fault.ts'
import type { Strike } from '../../simulator/faults/fault-driver.ts'
import { formatFault } from '../../simulator/faults/fault-spec.ts'
import { formatDuration } from '../../simulator/faults/units.ts'
import { usualBound } from '../../simulator/network/synchrony.ts'
import { formatStrategy } from '../adversaries.ts'
import type { Experiment } from '../experiment.ts'
import type { Plan } from '../plan.ts'
import { faultsEndOf } from '../plan-figures.ts'
import type { Scenario } from '../scenario.ts'

/**
 * The scenario of a run that is over, with nothing left to be drawn or decided: the faults that
 * struck, each aimed at the nodes that it met, who was Byzantine, and every setting that depends on
 * another. The same run, event for event, up to its end; but nothing is healed for it, so that
 * progress is demanded once the last fault is over.
 */
export function explicitScenario({ plan, faults, world }: Experiment): Scenario {
  const { scenario } = plan
  const { until: _until, interventions: _interventions, ...rest } = scenario
  return tidied(
    {
      ...rest,
      seed: plan.seed,
      nodes: plan.nodes,
      ...(typeof scenario.network === 'object' ? {} : { network: plan.network.name }),
      faults: faults.strikes.flatMap((strike) => explicitFaults(strike, plan)).map(formatFault),
      chaos: false,
      byzantine: byzantineSpecs(plan),
      for: formatDuration(Math.max(plan.endMicros, world.nowMicros)),
      workload: plan.workload,
      ...(plan.workload === 'none' ? {} : { clients: plan.clients }),
      parameters: decidedParameters(plan),
    },
    plan,
  )
}

export function byzantineSpecs({ byzantine }: Plan): string[] {
  return [...byzantine]
    .sort(([left], [right]) => left - right)
    .map(([node, strategy]) => `${node}=${formatStrategy(strategy)}`)
}

/** What an empty setting is called by: left out, where no planted bug brings settings of its own. */
export function tidied(scenario: Scenario, { mutant }: Plan): Scenario {
  const usual = (mutant?.scenario ?? {}) as Partial<Scenario>
  const isEmpty = (value: unknown) =>
    value === undefined ||
    value === false ||
    (typeof value === 'object' && value !== null && Object.keys(value).length === 0)
  const said = Object.entries(scenario).filter(
    // That no steps are listed means that nothing happens.
    ([name, value]) =>
      !isEmpty(value) || name === 'steps' || (Object.hasOwn(usual, name) && value !== undefined),
  )
  return Object.fromEntries(said) as unknown as Scenario
}

/** Parameters that were given, or that somebody else may decide otherwise: the network, the number of nodes, a planted bug. */
function decidedParameters(plan: Plan): { [name: string]: number } {
  const { parameters, node, protocol, scenario, mutant, network, nodes } = plan
  const declared = node.schema.parameters
  const decided = {
    ...protocol.usualParameters?.(nodes, usualBound(network), scenario.parameters ?? {}),
    ...mutant?.parameters,
    ...scenario.parameters,
  }
  return Object.fromEntries(
    Object.entries(parameters).filter(
      ([name, value]) => Object.hasOwn(decided, name) || value !== declared[name]?.initial,
    ),
  )
}

/** A fault as it struck: whom it met, and until when the healing of a chaos run let it last. Whom it did not find, it does not meet. */
function explicitFaults(strike: Strike, plan: Plan): Fault[] {
  const action = aimed(strike)
  if (!action) return []
  const { atMicros } = strike
  const healedMicros = plan.chaos ? faultsEndOf(plan) : Number.POSITIVE_INFINITY
  const leftMicros = Math.max(0, healedMicros - atMicros)
  const isForGood = plan.protocol.crashes === 'stop' && action.kind === 'crash'
  const longest = isForGood ? Number.POSITIVE_INFINITY : leftMicros
  const forMicros = Math.min(strike.forMicros ?? Number.POSITIVE_INFINITY, longest)
  return [{ action, atMicros, forMicros: Number.isFinite(forMicros) ? forMicros : undefined }]
}

/** The action, with its target as node numbers; undefined where there was nobody to be met, or to be parted from. */
function aimed({ action, nodes }: Strike): FaultAction | undefined {
  if (action.kind === 'cut' && (action.from.length === 0 || action.to.length === 0))
    return undefined
  if (action.kind === 'partition') {
    const groups = action.groups.filter((group) => group.length > 0)
    return groups.length < 2 ? undefined : { ...action, groups }
  }
  if (!('target' in action)) return action
  return nodes.length === 0 ? undefined : { ...action, target: { kind: 'nodes', nodes } }
}
