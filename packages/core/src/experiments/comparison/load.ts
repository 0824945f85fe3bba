import { LatencyHistogram } from '../../simulator/percentiles.ts'
import { Experiment } from '../experiment.ts'
import { planOf } from '../plan.ts'
import type { Verdict } from '../report.ts'

/** What counts begins then: a leader is found, and queues have their length. */
const warmUpMicros = 4_000_000
const measuredMicros = 4_000_000
/** Enough to know a rate by: a fast protocol on a fast network need not run for all of the time. */
const enoughOperations = 20_000

/** Throughput and latency with so many clients, each of which asks again as soon as it is answered. */
export interface LoadPoint {
  readonly clients: number
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly verdict: Verdict
  readonly because?: string
}

export function underLoad(
  protocol: string,
  clients: number,
  { nodes, network, seed }: { nodes: number; network: string; seed: number },
): LoadPoint {
  const seconds = (warmUpMicros + measuredMicros) / 1_000_000
  const experiment = new Experiment(
    planOf({ protocol, nodes, network, seed, clients, reads: 0, for: `${seconds}s` }),
  )
  const { world } = experiment
  const { keyValue } = experiment.clients
  // Nothing is learnt from the start of a fast one that its first answers do not show.
  while (
    world.nowMicros < warmUpMicros &&
    (keyValue?.completed ?? 0) < enoughOperations / 2 &&
    !experiment.advance(500)
  );
  const fromMicros = world.nowMicros
  const before = keyValue?.completed ?? 0
  while ((keyValue?.completed ?? 0) - before < enoughOperations && !experiment.advance(2_000));
  const toMicros = world.nowMicros
  const latency = new LatencyHistogram()
  let completed = 0
  for (const { call, return: returned } of keyValue?.history.history() ?? []) {
    if (returned === undefined || returned <= fromMicros || returned > toMicros) continue
    completed++
    latency.record(returned - call)
  }
  // Whether so many overlapping operations are linearizable takes too long to find out: other runs do.
  const { violation } = world
  return {
    clients,
    perSecond: completed / ((toMicros - fromMicros) / 1_000_000),
    p50Ms: latency.count === 0 ? Number.NaN : latency.percentile(50) / 1000,
    p99Ms: latency.count === 0 ? Number.NaN : latency.percentile(99) / 1000,
    ...(violation
      ? { verdict: 'violated', because: `${violation.property}: ${violation.message}` }
      : { verdict: 'held' }),
  }
}
