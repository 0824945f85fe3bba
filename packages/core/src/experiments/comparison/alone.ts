import type { Micros } from '../../model/index.ts'
import { noCosts } from '../../simulator/costs.ts'
import { Experiment } from '../experiment.ts'
import { planOf } from '../plan.ts'
import type { Verdict } from '../report.ts'

/** What every message takes: short against the time between two heartbeats. Nothing else takes any time. */
const hopMicros: Micros = 1_000
/** Decisions before the count begins: a leader is found, and a pipeline is filled. */
const warmUp = 5
/** Decisions that are counted. */
const counted = 40

/** What one decision costs when it is the only one. */
export interface Alone {
  readonly messagesPerDecision: number
  readonly bytesPerDecision: number
  /** From the moment the nodes have a request until one of them commits it, in message delays: the median. */
  readonly messageDelays: number
  readonly verdict: Verdict
  readonly because?: string
}

/**
 * One client that asks for one thing after the other, on a network where every message takes the same
 * time and nothing else takes any: what the papers count.
 */
export function aloneWith(protocol: string, nodes: number, seed: number): Alone {
  const plan = planOf({
    protocol,
    nodes,
    seed,
    network: { regions: ['one'], roundTripMs: [[(2 * hopMicros) / 1000]], jitter: 0 },
    disk: 'none',
    clients: 1,
    reads: 0,
    until: warmUp + counted,
    for: '300s',
  })
  const experiment = new Experiment({ ...plan, costs: noCosts })
  const { world } = experiment
  const { transmission } = world
  const committedAt: Micros[] = []
  const { onOutput } = world
  world.onOutput = (node, output) => {
    const before = experiment.decisions
    onOutput?.(node, output)
    if (experiment.decisions > before) committedAt.push(world.nowMicros)
  }
  while (experiment.decisions < warmUp && !experiment.advance(1));
  const from = { messages: transmission.messages, bytes: transmission.bytes }
  const first = experiment.decisions
  experiment.complete()
  const decisions = experiment.decisions - first
  const { verdict, because } = experiment.report(0)
  return {
    messagesPerDecision: (transmission.messages - from.messages) / decisions,
    bytesPerDecision: (transmission.bytes - from.bytes) / decisions,
    messageDelays: median(delaysOf(experiment, committedAt)),
    verdict,
    ...(because === undefined ? {} : { because }),
  }
}

/** From each call's arrival at the nodes to its commit, in message delays; the first ones do not count. */
function delaysOf(experiment: Experiment, committedAt: readonly Micros[]): number[] {
  const calls = experiment.clients.keyValue?.history.history() ?? []
  return calls
    .slice(warmUp, committedAt.length)
    .map(({ call }, i) => ((committedAt[warmUp + i] as number) - call - hopMicros) / hopMicros)
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
