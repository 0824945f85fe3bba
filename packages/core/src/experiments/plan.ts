import {
  type AnyNodeClass,
  type Micros,
  type Mutant,
  microsPerSecond,
  type NodeId,
  type ParameterValues,
  type Protocol,
  parameterValues,
} from '../model/index.ts'
import { variantNamed } from '../protocols/catalogue.ts'
import type { ByzantineStrategy } from '../simulator/byzantine.ts'
import { type Costs, noCosts, usualCosts } from '../simulator/costs.ts'
import { type DiskModel, instantDisk, usualDisk } from '../simulator/disk.ts'
import type { Fault } from '../simulator/faults/fault.ts'
import { parseFault } from '../simulator/faults/fault-spec.ts'
import { longestMicros, parseDuration } from '../simulator/faults/units.ts'
import { type NetworkProfile, parseNetwork, profileNamed } from '../simulator/network/profiles.ts'
import { type Synchrony, usualBound } from '../simulator/network/synchrony.ts'
import type { Step } from '../simulator/steps/step.ts'
import { formatStep, parseStep } from '../simulator/steps/step-spec.ts'
import type { Passing } from '../simulator/transmission.ts'
import { checkFaults, drawByzantine, parseByzantine } from './adversaries.ts'
import { clientsOf } from './clients.ts'
import { propertiesKnown } from './properties.ts'
import { commandOf, wishOf } from './request-text.ts'
import { type Scenario, ScenarioError } from './scenario.ts'
import { scenarioFrom } from './scenario-shape.ts'

type WorkloadName = 'key-value' | 'proposals' | 'payments' | 'none'

/** A scenario with everything decided and checked: what an experiment is built from. */
export interface Plan {
  readonly scenario: Scenario
  readonly protocol: Protocol
  readonly mutant: Mutant | undefined
  readonly node: AnyNodeClass
  readonly seed: number
  readonly nodes: number
  readonly network: NetworkProfile
  readonly synchrony: Synchrony
  readonly faults: readonly Fault[]
  readonly chaos: boolean
  readonly byzantine: ReadonlyMap<NodeId, ByzantineStrategy>
  /** Virtual time at which the run ends at the latest. */
  readonly endMicros: Micros
  readonly until: number | undefined
  readonly workload: WorkloadName
  readonly clients: number
  /** Between an answer and a client's next request; undefined: as usual for the workload. */
  readonly thinkMicros: Micros | undefined
  /** An open loop of so many operations a second; undefined: a closed one. */
  readonly operationsPerSecond: number | undefined
  /** The share of operations that only read; undefined: as usual. */
  readonly readShare: number | undefined
  readonly parameters: ParameterValues
  readonly passing: Passing
  readonly disk: DiskModel
  readonly costs: Costs
  readonly hashShares: readonly number[]
  readonly membershipChanges: boolean
  readonly interventions: readonly { readonly event: number; readonly fault: Fault }[]
  /** All that happens beside the faults; undefined where the world takes its course. */
  readonly steps: readonly Step[] | undefined
}

/**
 * Decides everything that a scenario leaves open, and checks everything that it says.
 * @throws ScenarioError: one line that says what is wrong, where, and what would be right
 */
export function planOf(given: Scenario): Plan {
  scenarioFrom(given)
  const { protocol, mutant, node } = within('', () => variantNamed(given.protocol))
  const scenario: Scenario = { ...(mutant?.scenario as Partial<Scenario> | undefined), ...given }
  const nodes = scenario.nodes ?? protocol.usualNodes
  const chain = protocol.shape === 'chain'
  const network = within('', () =>
    typeof scenario.network === 'object'
      ? parseNetwork(scenario.network)
      : profileNamed(scenario.network ?? (chain ? 'bitcoin' : 'lan')),
  )
  const parameters = within('', () => {
    const given = { ...mutant?.parameters, ...scenario.parameters }
    const values = parameterValues(protocol.node.schema.parameters, {
      ...(chain ? blockParameters(network) : {}),
      ...protocol.usualParameters?.(nodes, usualBound(network), given),
      ...given,
    })
    protocol.checkParameters?.(values, nodes, scenario.allowExcessFaults ?? false)
    return values
  })
  const workload = workloadOf(scenario, protocol)
  const faultOf = (spec: string) => parseFault(spec, nodes, protocol.roles)
  const plan: Plan = {
    scenario,
    protocol,
    mutant,
    node,
    seed: scenario.seed ?? 1,
    nodes,
    network,
    synchrony: within('synchrony: ', () => synchronyOf(scenario.synchrony, protocol)),
    faults: (scenario.faults ?? []).map((spec) => within('', () => faultOf(spec))),
    chaos: scenario.chaos ?? false,
    byzantine: within('', () => byzantineOf(scenario, nodes, protocol)),
    endMicros: within('for: ', () => endOf(scenario, protocol, parameters)),
    until: scenario.until,
    workload,
    clients: workload === 'none' ? 0 : (scenario.clients ?? usualClients(workload, nodes)),
    thinkMicros: within('thinkTime: ', () =>
      scenario.thinkTime === undefined ? undefined : parseDuration(scenario.thinkTime),
    ),
    operationsPerSecond: within('rate: ', () => rateOf(scenario, workload)),
    readShare: within('reads: ', () => readShareOf(scenario, workload)),
    parameters,
    passing: (scenario.passing ?? 'reference') as Passing,
    disk: within('disk: ', () => diskOf(scenario.disk ?? 'usual')),
    // A miner's work is its hashing, which the lottery stands for; the network's figures have the rest.
    costs: chain ? noCosts : usualCosts,
    hashShares: within('hashPower: ', () => hashSharesOf(scenario.hashPower, nodes, protocol)),
    membershipChanges: within('membershipChanges: ', () => membershipChangesOf(scenario, protocol)),
    interventions: (scenario.interventions ?? [])
      .map(({ event, fault }, i) => ({
        event,
        fault: within(`interventions[${i}]: `, () => faultOf(fault)),
      }))
      .sort((left, right) => left.event - right.event),
    steps: undefined,
  }
  if (scenario.steps) return planWithSteps(plan, scenario.steps)
  within('expect.property: ', () => checkExpectedProperty(plan))
  return plan
}

function planWithSteps(plan: Plan, specs: readonly string[]): Plan {
  if (plan.chaos) throw new ScenarioError('steps: chaos draws what steps list: give one of the two')
  const why = withholdingBreaks(plan)
  if (why !== undefined) throw new ScenarioError(`steps: ${why}: leave them out`)
  const { schema } = plan.node
  const attackTimers = plan.protocol.attacks.flatMap(({ node }) => node.schema.timers)
  const names = {
    nodes: plan.nodes,
    clients: clientsOf(plan),
    messages: schema.message.kinds,
    timers: [...new Set([...schema.timers, ...attackTimers])],
  }
  const steps = specs.map((spec) => within('', () => parseStep(spec, names)))
  for (const step of steps) {
    if (step.kind === 'ask') within(`step '${formatStep(step)}': `, () => checkWish(step, plan))
  }
  const listed = { ...plan, steps }
  within('expect.property: ', () => checkExpectedProperty(listed))
  return listed
}

function checkWish({ command }: Extract<Step, { readonly kind: 'ask' }>, { protocol }: Plan): void {
  if (commandOf(wishOf(command), protocol.requests) === undefined)
    throw new RangeError(`${protocol.title} has no such command`)
}

/**
 * Why nothing may be withheld in runs of a protocol: a message that is not delivered for long, or a
 * timer that does not go off, would break what it assumes. Undefined where it may.
 */
export function withholdingBreaks({ protocol }: Pick<Plan, 'protocol'>): string | undefined {
  if (protocol.synchrony === 'synchronous' || protocol.longestOutageMicros)
    return `${protocol.title} needs every message in time, and what steps do not list comes late`
  return undefined
}

/** @param place put before the reason, unless that names its place itself */
function within<T>(place: string, decide: () => T): T {
  try {
    return decide()
  } catch (error) {
    if (error instanceof RangeError) throw new ScenarioError(place + error.message)
    throw error
  }
}

/** The blocks that a network is measured to carry, as a chain protocol's parameters. */
function blockParameters({ blocks }: NetworkProfile): { [name: string]: number } {
  if (!blocks) return {}
  const { blockIntervalSeconds, ...sizes } = blocks
  return { ...sizes, targetSpacingSeconds: blockIntervalSeconds }
}

function workloadOf(scenario: Scenario, protocol: Protocol): WorkloadName {
  const { write, read, propose, pay } = protocol.requests
  const possible: WorkloadName[] = ['none']
  if (pay) possible.unshift('payments')
  if (propose) possible.unshift('proposals')
  if (write && read) possible.unshift('key-value')
  const usual = possible.find((name) => name !== 'payments') as WorkloadName
  const workload = (scenario.workload ?? usual) as WorkloadName
  if (!possible.includes(workload)) {
    throw new ScenarioError(
      `workload: ${protocol.title} has no '${workload}': it has ${possible.join(', ')}`,
    )
  }
  return workload
}

function usualClients(workload: WorkloadName, nodes: number): number {
  switch (workload) {
    case 'proposals':
      return nodes
    case 'payments':
      return 3
    case 'key-value':
      return 5
    case 'none':
      return 0
  }
}

function byzantineOf(
  scenario: Scenario,
  nodes: number,
  protocol: Protocol,
): ReadonlyMap<NodeId, ByzantineStrategy> {
  const { byzantine, chaos = false, allowExcessFaults = false } = scenario
  if (byzantine === undefined && chaos) return drawByzantine(scenario.seed ?? 1, nodes, protocol)
  const strategies = parseByzantine(byzantine ?? [], nodes, protocol)
  checkFaults(strategies, nodes, protocol, allowExcessFaults)
  return strategies
}

function synchronyOf(text: string | undefined, protocol: Protocol): Synchrony {
  if (text === undefined) {
    // A chain's network is timely by another measure: its delays are short against the time between blocks.
    const bounded = protocol.shape !== 'chain' && protocol.synchrony === 'synchronous'
    return bounded ? { kind: 'synchronous' } : { kind: 'measured' }
  }
  if (text === 'sync') return { kind: 'synchronous' }
  if (text === 'async') return { kind: 'asynchronous' }
  const match = /^partial:(.+)$/.exec(text)
  if (!match) throw new RangeError(`'${text}' is not a synchrony: write sync, partial:5s or async`)
  return { kind: 'partial', gstMicros: parseDuration(match[1] as string) }
}

function diskOf(text: string): DiskModel {
  if (text === 'usual') return usualDisk
  if (text === 'none') return instantDisk
  if (!/^\d/.test(text))
    throw new RangeError(
      `'${text}' is no disk: write usual, none, or the time of a sync such as 2ms`,
    )
  return { ...usualDisk, syncMicros: parseDuration(text) }
}

/** A run without an end of its own ends when it has shown enough: twenty seconds of a log, a hundred blocks of a chain. */
function endOf(scenario: Scenario, protocol: Protocol, parameters: ParameterValues): Micros {
  if (scenario.for !== undefined) {
    const micros = parseDuration(scenario.for)
    if (micros === 0)
      throw new RangeError(`'${scenario.for}' is no time to run: write one such as 60s`)
    return micros
  }
  const spacing = parameters.targetSpacingSeconds
  if (protocol.shape === 'chain' && spacing !== undefined) {
    // Enough for a slow start and bad luck, where the run ends by itself.
    const blocks = scenario.until === undefined ? 100 : scenario.until * 5 + 50
    return Math.min(longestMicros, Math.round(blocks * spacing * microsPerSecond))
  }
  return (scenario.until === undefined ? 20 : 3600) * microsPerSecond
}

function hashSharesOf(
  shares: readonly number[] | undefined,
  nodes: number,
  protocol: Protocol,
): number[] {
  if (!shares) return new Array<number>(nodes).fill(1 / nodes)
  if (!protocol.initialHashesPerSecond)
    throw new RangeError(`${protocol.title} does not mine: leave it out`)
  if (shares.length !== nodes) {
    const count = shares.length === 1 ? '1 share' : `${shares.length} shares`
    throw new RangeError(`${count} for ${nodes} nodes: give one for each node`)
  }
  const sum = shares.reduce((total, share) => total + share, 0)
  if (!(sum > 0 && sum <= Number.MAX_VALUE))
    throw new RangeError('the shares are all zero, or too large: write them such as 3,1,1')
  return shares.map((share) => share / sum)
}

function rateOf({ rate, thinkTime }: Scenario, workload: WorkloadName): number | undefined {
  if (rate === undefined) return undefined
  if (workload !== 'key-value') throw new RangeError(`'${workload}' has no rate: leave it out`)
  if (thinkTime !== undefined)
    throw new RangeError('who acts at a rate does not wait a thinkTime: give one of the two')
  return rate
}

function readShareOf({ reads }: Scenario, workload: WorkloadName): number | undefined {
  if (reads !== undefined && workload !== 'key-value')
    throw new RangeError(`'${workload}' has no reads: leave it out`)
  return reads
}

function membershipChangesOf({ membershipChanges = false }: Scenario, protocol: Protocol): boolean {
  if (membershipChanges && !protocol.requests.configure && !protocol.requests.transfer)
    throw new RangeError(`${protocol.title} has fixed members: leave it out`)
  return membershipChanges
}

function checkExpectedProperty(plan: Plan): void {
  const property = plan.scenario.expect?.property
  if (property === undefined) return
  const known = propertiesKnown(plan)
  if (!known.includes(property))
    throw new RangeError(`there is no '${property}': this run has ${known.join(', ')}`)
}
