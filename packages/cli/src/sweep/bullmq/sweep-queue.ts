import { runName } from '@quorate/core/experiments'
import type { Task } from '../task.ts'

/** Redis keys: BullMQ's begin with the prefix, ours are these. */
export const keyPrefix = 'quorate'
/** A hash of the sweeps that have work: by the sweep's hash, a `SweepEntry` as JSON. */
export const sweepsKey = 'quorate-sweeps'

/** What a worker has to know of a sweep before it takes part. */
export interface SweepEntry {
  readonly version: string
}

/** Held by the one command that collects a sweep's results, for as long as it lives. */
export function collectorKey(sweepHash: string): string {
  return `quorate-collector-${sweepHash}`
}

export function queueName(sweepHash: string): string {
  return `sweep-${sweepHash}`
}

/** A job is named by the scenario's fingerprint and the seed, so that the same run is never queued twice. */
export function jobName({ kind, scenario }: Task): string {
  return kind === 'run' ? runName(scenario) : `${runName(scenario)}-shrink`
}

/**
 * How a worker holds a job: its main thread, which is never busy with a run, renews the lock; a job
 * whose worker has died is free for another one some seconds later, but not a third time.
 */
export const holding = {
  lockDuration: 5_000,
  stalledInterval: 2_000,
  maxStalledCount: 2,
} as const
