import { ScenarioError } from '../experiments/scenario.ts'
import type { Protocol } from '../model/index.ts'
import { type Variant, variantNamed } from '../protocols/catalogue.ts'

/** What is shown, as a person asks for it. */
export interface FlpOptions {
  /** A protocol of the catalogue that decides once: `paxos`; or a planted bug of it. */
  readonly protocol: string
  /** As few as tolerate one crash, where absent. */
  readonly nodes?: number
  /** How long the schedule is to be, at least; 200 where absent. */
  readonly steps?: number
  /** What everything random comes from; 1 where absent. */
  readonly seed?: number
}

/** The same with nothing left open. */
export interface FlpSettings extends Variant {
  readonly name: string
  readonly nodes: number
  readonly steps: number
  readonly seed: number
  readonly values: readonly [string, string]
}

/** Each initial configuration is looked at, and there are 2 to the power of the nodes. */
const mostNodes = 7
const mostSteps = 50_000
const usualSteps = 200

/** @throws ScenarioError: one line that says what is wrong and what would be right */
export function flpSettings(options: FlpOptions): FlpSettings {
  const variant = variantOf(options.protocol)
  const { protocol } = variant
  if (protocol.shape !== 'decision' || !protocol.requests.propose) {
    throw new ScenarioError(
      `${protocol.name} is no protocol that decides once on what was proposed: give one such as paxos`,
    )
  }
  const [zero = '0', one = '1'] = protocol.proposedValues ?? []
  return {
    ...variant,
    name: options.protocol,
    nodes: nodesOf(protocol, options.nodes),
    steps: within('steps', options.steps ?? usualSteps, 1, mostSteps),
    seed: within('seed', options.seed ?? 1, 0, Number.MAX_SAFE_INTEGER),
    values: [zero, one],
  }
}

function variantOf(name: string): Variant {
  try {
    return variantNamed(name)
  } catch (error) {
    if (error instanceof RangeError) throw new ScenarioError(error.message)
    throw error
  }
}

/** The theorem is about protocols that tolerate one crash. */
function nodesOf({ name, resilience }: Protocol, given: number | undefined): number {
  let fewest = 1
  while (fewest < mostNodes && resilience.maximumFaulty(fewest) < 1) fewest += 1
  const nodes = within('nodes', given ?? fewest, 1, mostNodes)
  if (resilience.maximumFaulty(nodes) >= 1) return nodes
  throw new ScenarioError(
    `nodes is ${nodes}: ${name} tolerates a crash (${resilience.bound}) with ${fewest} to ${mostNodes}`,
  )
}

function within(what: string, value: number, minimum: number, maximum: number): number {
  if (Number.isSafeInteger(value) && value >= minimum && value <= maximum) return value
  throw new ScenarioError(
    `${what} is ${value}: it must be a whole number from ${minimum} to ${maximum}`,
  )
}
