import { Experiment } from '../experiment.ts'
import { planOf } from '../plan.ts'
import type { Verdict } from '../report.ts'
import type { Scenario } from '../scenario.ts'
import { longestGap } from './longest-gap.ts'
import type { Through } from './outage.ts'

/** Bitcoin's: a megabyte of payments of a quarter of a kilobyte, ten minutes apart. */
const blockBytes = 1_000_000
const paymentBytes = 250
const spacingSeconds = 600
const blocks = 120
/** What goes wrong begins after so many block intervals, and lasts for as many as a chain can bear. */
const struckBlocks = 40
const lastingBlocks = 2

/** What one block costs. */
export interface ChainAlone {
  readonly messagesPerDecision: number
  readonly bytesPerDecision: number
  /** A block is not a round of messages: none. */
  readonly messageDelays: null
  readonly staleRate: number
  readonly spacingSeconds: number
  readonly paymentsPerSecond: number
  /** Where that figure comes from. */
  readonly paymentsHow: string
  readonly verdict: Verdict
  readonly because?: string
}

interface Place {
  readonly nodes: number
  readonly network: string
  readonly seed: number
}

function scenarioOf(protocol: string, { nodes, network, seed }: Place): Scenario {
  return {
    protocol,
    nodes,
    network,
    seed,
    workload: 'none',
    until: blocks,
    // Whole blocks are sent: that is as much as their payments take when they are passed on one by one.
    parameters: { blockBytes, compactBlockUsage: 0, targetSpacingSeconds: spacingSeconds },
  }
}

export function chainAlone(protocol: string, place: Place): ChainAlone {
  const experiment = new Experiment(planOf(scenarioOf(protocol, place))).complete()
  const { metrics, chain, verdict, because } = experiment.report(0)
  return {
    messagesPerDecision: metrics.messages / metrics.decisions,
    bytesPerDecision: metrics.bytes / metrics.decisions,
    messageDelays: null,
    staleRate: chain?.staleRate ?? 0,
    spacingSeconds,
    paymentsPerSecond: blockBytes / paymentBytes / spacingSeconds,
    paymentsHow: `${blockBytes / 1_000_000} MB blocks of ${paymentBytes}-byte payments, every ${spacingSeconds / 60} min`,
    verdict,
    ...(because === undefined ? {} : { because }),
  }
}

/** A chain has no leader to lose: a node crashes, or some are cut off, and blocks go on, more slowly. */
export function chainThrough(protocol: string, place: Place, what: 'crash' | 'partition'): Through {
  const scenario = scenarioOf(protocol, place)
  const { maximumFaulty } = planOf(scenario).protocol.resilience
  const struckSeconds = struckBlocks * spacingSeconds
  const lastingSeconds = lastingBlocks * spacingSeconds
  const when = `@${struckSeconds}s+${lastingSeconds}s`
  const all = Array.from({ length: place.nodes }, (_, node) => node)
  const most = maximumFaulty(place.nodes)
  const fault =
    what === 'crash'
      ? `crash:0${when}`
      : `partition:${all.slice(0, most).join(',')}|${all.slice(most).join(',')}${when}`
  const experiment = new Experiment(planOf({ ...scenario, faults: [fault] }))
  const { world } = experiment
  const { onOutput } = world
  const foundSeconds: number[] = []
  world.onOutput = (node, output) => {
    const before = experiment.decisions
    onOutput?.(node, output)
    if (experiment.decisions > before) foundSeconds.push(world.nowMicros / 1_000_000)
  }
  experiment.complete()
  const { chain, verdict, because } = experiment.report(0)
  const buckets = Math.ceil((foundSeconds.at(-1) ?? 0) / spacingSeconds)
  const timeline = new Array<number>(buckets).fill(0)
  for (const at of foundSeconds) {
    const bucket = Math.floor(at / spacingSeconds)
    if (bucket < timeline.length) timeline[bucket] = (timeline[bucket] as number) + 1
  }
  const undone = chain?.maxReorgDepth ?? 0
  const undoing = undone === 1 ? '1 block is undone' : `${undone} blocks are undone`
  return {
    usualSeconds: longestGap(foundSeconds, 0, struckSeconds),
    secondsWithoutProgress: longestGap(
      foundSeconds,
      struckSeconds,
      struckSeconds + 2 * lastingSeconds,
    ),
    what:
      what === 'crash'
        ? 'one node crashes'
        : `${most} of ${place.nodes} nodes are cut off: both sides go on, and ${undoing} afterwards`,
    timeline,
    bucketSeconds: spacingSeconds,
    struckSeconds,
    lastingSeconds,
    verdict,
    ...(because === undefined ? {} : { because }),
  }
}
