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
import { parseDuration } from '../simulator/faults/units.ts'
import { type NetworkProfile, parseNetwork, profileNamed } from '../simulator/network/profiles.ts'
import type { Synchrony } from '../simulator/network/synchrony.ts'
import type { Passing } from '../simulator/transmission.ts'
import { type Scenario, ScenarioError } from './scenario.ts'

export type WorkloadName = 'key-value' | 'payments' | 'none'

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
  readonly parameters: ParameterValues
  readonly passing: Passing
  readonly disk: DiskModel
  readonly costs: Costs
  readonly hashShares: readonly number[]
  readonly membershipChanges: boolean
  readonly interventions: readonly { readonly event: number; readonly fault: Fault }[]
}

/**
 * Decides everything that a scenario leaves open, and checks everything that it says.
 * @throws ScenarioError: one line that says what is wrong, where, and what would be right
 */
export function planOf(given: Scenario): Plan {
  const { protocol, mutant, node } = within('protocol', () => variantNamed(given.protocol))
  const hints = mutant?.scenario as Partial<Scenario> | undefined
  const scenario: Scenario = { ...hints, ...given }
  const nodes = scenario.nodes ?? protocol.usualNodes
  const chain = protocol.shape === 'chain'
  const network = within('network', () =>
    typeof scenario.network === 'object'
      ? parseNetwork(scenario.network)
      : profileNamed(scenario.network ?? (chain ? 'bitcoin' : 'lan')),
  )
  const parameters = within('parameters', () =>
    parameterValues(protocol.node.schema.parameters, {
      ...(chain ? blockParameters(network) : {}),
      ...mutant?.parameters,
      ...scenario.parameters,
    }),
  )
  const workload = workloadOf(scenario, protocol)
  const faultOf = (spec: string) => parseFault(spec, nodes, protocol.roles)
  return {
    scenario,
    protocol,
    mutant,
    node,
    seed: scenario.seed ?? 1,
    nodes,
    network,
    synchrony: within('synchrony', () => synchronyOf(scenario.synchrony)),
    faults: (scenario.faults ?? []).map((spec) => within('faults', () => faultOf(spec))),
    chaos: scenario.chaos ?? false,
    byzantine: byzantineOf(scenario.byzantine ?? [], nodes),
    endMicros: endOf(scenario, protocol, parameters),
    until: scenario.until,
    workload,
    clients: workload === 'none' ? 0 : (scenario.clients ?? (chain ? 3 : 5)),
    thinkMicros:
      scenario.thinkTime === undefined
        ? undefined
        : within('thinkTime', () => parseDuration(scenario.thinkTime as string)),
    parameters,
    passing: (scenario.passing ?? 'reference') as Passing,
    disk: within('disk', () => diskOf(scenario.disk ?? 'usual')),
    // A miner's work is its hashing, which the lottery stands for; the network's figures have the rest.
    costs: chain ? noCosts : usualCosts,
    hashShares: hashSharesOf(scenario.hashPower, nodes),
    membershipChanges: scenario.membershipChanges ?? false,
    interventions: (scenario.interventions ?? []).map(({ event, fault }) => ({
      event,
      fault: within('interventions', () => faultOf(fault)),
    })),
  }
}

function within<T>(place: string, decide: () => T): T {
  try {
    return decide()
  } catch (error) {
    if (!(error instanceof Error)) throw error
    // What a parser says of itself names the place already.
    throw new ScenarioError(
      error.message.includes(`'`) ? error.message : `${place}: ${error.message}`,
    )
  }
}

/** The blocks that a network is measured to carry, as a chain protocol's parameters. */
function blockParameters({ blocks }: NetworkProfile): { [name: string]: number } {
  if (!blocks) return {}
  const { blockIntervalSeconds, ...sizes } = blocks
  return { ...sizes, targetSpacingSeconds: blockIntervalSeconds }
}

function workloadOf(scenario: Scenario, protocol: Protocol): WorkloadName {
  const { write, read, pay } = protocol.requests
  const usual = write && read ? 'key-value' : 'none'
  const workload = (scenario.workload ?? usual) as WorkloadName
  const possible = workload === 'none' || (workload === 'payments' ? pay : write && read)
  if (!possible) throw new ScenarioError(`workload: ${protocol.title} has no '${workload}'`)
  return workload
}

function synchronyOf(text: string | undefined): Synchrony {
  if (text === undefined) return { kind: 'measured' }
  if (text === 'sync') return { kind: 'synchronous' }
  if (text === 'async') return { kind: 'asynchronous' }
  const match = /^partial:(.+)$/.exec(text)
  if (!match) throw new RangeError(`'${text}' is not a synchrony: write sync, partial:5s or async`)
  return { kind: 'partial', gstMicros: parseDuration(match[1] as string) }
}

function diskOf(text: string): DiskModel {
  if (text === 'usual') return usualDisk
  if (text === 'none') return instantDisk
  return { ...usualDisk, syncMicros: parseDuration(text) }
}

function byzantineOf(specs: readonly string[], nodes: number): Map<NodeId, ByzantineStrategy> {
  const strategies = new Map<NodeId, ByzantineStrategy>()
  for (const spec of specs) {
    const match = /^(\d+)=(silent|delayed:(.+))$/.exec(spec)
    if (!match)
      throw new ScenarioError(`byzantine '${spec}': write it like 3=silent or 2=delayed:500ms`)
    const node = Number(match[1])
    if (node >= nodes)
      throw new ScenarioError(
        `byzantine '${spec}': there is no node ${node}: the nodes are 0 to ${nodes - 1}`,
      )
    strategies.set(
      node,
      match[3] === undefined
        ? { kind: 'silent' }
        : {
            kind: 'delayed',
            delayMicros: within(`byzantine`, () => parseDuration(match[3] as string)),
          },
    )
  }
  return strategies
}

/** A run without an end of its own ends when it has shown enough: twenty seconds of a log, a hundred blocks of a chain. */
function endOf(scenario: Scenario, protocol: Protocol, parameters: ParameterValues): Micros {
  if (scenario.for !== undefined) {
    const micros = within('for', () => parseDuration(scenario.for as string))
    if (micros === 0)
      throw new ScenarioError(`for: '${scenario.for}' is no time to run: write one such as 60s`)
    return micros
  }
  const spacing = parameters.targetSpacingSeconds
  if (protocol.shape === 'chain' && spacing !== undefined) {
    // Enough for a slow start and bad luck, where the run ends by itself.
    return (
      (scenario.until === undefined ? 100 : scenario.until * 5 + 50) * spacing * microsPerSecond
    )
  }
  return (scenario.until === undefined ? 20 : 3600) * microsPerSecond
}

function hashSharesOf(shares: readonly number[] | undefined, nodes: number): number[] {
  if (!shares) return new Array<number>(nodes).fill(1 / nodes)
  const sum = shares.reduce((total, share) => total + share, 0)
  if (shares.length !== nodes || !(sum > 0)) {
    throw new ScenarioError(
      `hashPower has ${shares.length} shares for ${nodes} nodes: give one for each node, not all zero`,
    )
  }
  return shares.map((share) => share / sum)
}
