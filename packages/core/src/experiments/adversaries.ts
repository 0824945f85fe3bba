import type { NodeId, Protocol } from '../model/index.ts'
import { Random } from '../model/random.ts'
import type { ByzantineStrategy } from '../simulator/byzantine.ts'
import { formatDuration, formatShare, parseDuration, shareIn } from '../simulator/faults/units.ts'

const usualDelayMicros = 500_000
const usualPeriodMicros = 500_000
const usualProbability = 0.1

/** Every strategy that any Byzantine node may follow, as it is written. */
const generalStrategies = ['silent', 'delayed:500ms', 'twins:500ms', 'corrupting:10%']

/**
 * Who does not follow the protocol, and how.
 * @param specs such as `3=silent`, `2=delayed:500ms`, `0=twins`, `1=corrupting:10%`, or `0=` and an attack of the protocol
 * @throws RangeError with one line that says what would be right
 */
export function parseByzantine(
  specs: readonly string[],
  nodes: number,
  protocol: Protocol,
): Map<NodeId, ByzantineStrategy> {
  const strategies = new Map<NodeId, ByzantineStrategy>()
  for (const spec of specs) {
    const [, name, text] = /^(\d+)=(.+)$/.exec(spec) ?? []
    if (name === undefined || text === undefined)
      throw new RangeError(`byzantine '${spec}': write it like 3=silent or 2=delayed:500ms`)
    const node = Number(name)
    if (node >= nodes) {
      const known = `the nodes are 0 to ${nodes - 1}`
      throw new RangeError(`byzantine '${spec}': there is no node ${name}: ${known}`)
    }
    if (strategies.has(node))
      throw new RangeError(`byzantine '${spec}': node ${node} has a strategy already: give it one`)
    strategies.set(node, parseStrategy(spec, text, protocol))
  }
  return strategies
}

function parseStrategy(spec: string, text: string, protocol: Protocol): ByzantineStrategy {
  const [name = '', setting, more] = text.split(':')
  const attack = protocol.attacks.find((known) => known.name === name)
  if (more === undefined) {
    if (attack && setting === undefined) return { kind: 'attack', name }
    switch (name) {
      case 'silent':
        if (setting === undefined) return { kind: 'silent' }
        break
      case 'delayed':
        return { kind: 'delayed', delayMicros: durationOf(spec, setting, usualDelayMicros) }
      case 'twins':
        return { kind: 'twins', periodMicros: durationOf(spec, setting, usualPeriodMicros) }
      case 'corrupting':
        return { kind: 'corrupting', probability: shareOf(spec, setting) }
    }
  }
  const known = [...generalStrategies, ...protocol.attacks.map((attacks) => attacks.name)]
  throw new RangeError(
    `byzantine '${spec}': ${protocol.title} does not know '${text}': it knows ${known.join(', ')}`,
  )
}

function durationOf(spec: string, text: string | undefined, usual: number): number {
  if (text === undefined) return usual
  try {
    return Math.max(1, parseDuration(text))
  } catch (error) {
    if (error instanceof RangeError) throw new RangeError(`byzantine '${spec}': ${error.message}`)
    throw error
  }
}

function shareOf(spec: string, text: string | undefined): number {
  if (text === undefined) return usualProbability
  const share = shareIn(text)
  if (share === undefined)
    throw new RangeError(`byzantine '${spec}': '${text}' is no share: write one such as 10%`)
  return share
}

/** A strategy as it is written after the node. */
export function formatStrategy(strategy: ByzantineStrategy): string {
  switch (strategy.kind) {
    case 'silent':
      return 'silent'
    case 'delayed':
      return `delayed:${formatDuration(strategy.delayMicros)}`
    case 'twins':
      return `twins:${formatDuration(strategy.periodMicros)}`
    case 'corrupting':
      return `corrupting:${formatShare(strategy.probability)}`
    case 'attack':
      return strategy.name
  }
}

/**
 * The Byzantine nodes of a chaos run: any number that the protocol tolerates, each with a strategy
 * of its own or all with the same.
 */
export function drawByzantine(
  seed: number,
  nodes: number,
  protocol: Protocol,
): Map<NodeId, ByzantineStrategy> {
  const strategies = new Map<NodeId, ByzantineStrategy>()
  if (protocol.family !== 'byzantine') return strategies
  const draw = new Random(seed).split('byzantine')
  const most = protocol.resilience.maximumFaulty(nodes)
  // Most runs are at the bound: there a protocol has nothing to spare.
  const count = draw.bernoulli(0.7) ? most : draw.below(most + 1)
  const order = Array.from({ length: nodes }, (_, node) => node)
  draw.shuffle(order)
  const alike = draw.bernoulli(0.5) ? drawStrategy(draw, protocol) : undefined
  for (const node of order.slice(0, count)) {
    strategies.set(node, alike ?? drawStrategy(draw, protocol))
  }
  return strategies
}

function drawStrategy(draw: Random, protocol: Protocol): ByzantineStrategy {
  const attacks = protocol.attacks.filter(({ inChaos }) => inChaos)
  // Half of the nodes attack, where there are attacks: they were written for this protocol.
  if (attacks.length > 0 && draw.bernoulli(0.5)) {
    return { kind: 'attack', name: draw.pick(attacks).name }
  }
  switch (draw.pick(['silent', 'delayed', 'twins', 'twins', 'corrupting'])) {
    case 'silent':
      return { kind: 'silent' }
    case 'delayed':
      return { kind: 'delayed', delayMicros: draw.pick([5_000, 50_000, 500_000, 2_000_000]) }
    case 'corrupting':
      return { kind: 'corrupting', probability: draw.pick([0.01, 0.1, 0.5, 1]) }
    default:
      return { kind: 'twins', periodMicros: draw.pick([20_000, 200_000, 1_000_000, 10_000_000]) }
  }
}

/**
 * No run has more Byzantine nodes than its protocol tolerates, unless that is asked for.
 * @throws RangeError with one line that says what would be right
 */
export function checkFaults(
  byzantine: ReadonlyMap<NodeId, ByzantineStrategy>,
  nodes: number,
  protocol: Protocol,
  allowExcessFaults: boolean,
): void {
  // Who attacks a chain counts by hash power, not by heads; and where nobody may lie any liar is one too many.
  if (allowExcessFaults || protocol.family === 'proof-of-work') return
  const most = protocol.family === 'byzantine' ? protocol.resilience.maximumFaulty(nodes) : nodes
  if (byzantine.size <= most) return
  const { title, resilience } = protocol
  const among = nodes === 1 ? '1 node' : `${nodes} nodes`
  throw new RangeError(
    `byzantine: ${byzantine.size} of ${among}, and ${title} (${resilience.bound}) tolerates ${most}: name fewer, or allow it with --allow-excess-faults`,
  )
}
