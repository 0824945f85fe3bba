import { type Scenario, ScenarioError, scenarioFrom, scenarioName } from '@quorate/core/experiments'
import type { Task } from '../task.ts'

/** So many runs a job has at most. */
export const mostInBatch = 64

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

/** What BullMQ notes of a queue in passing, also of one without jobs. */
export function notedKeys(sweepHash: string): string[] {
  return ['meta', 'stalled-check'].map((key) => `${keyPrefix}:${queueName(sweepHash)}:${key}`)
}

/**
 * A job: one run, or so many short ones that they are worth the way to Redis and back. They are of one
 * scenario, with seeds that follow each other.
 */
export interface Batch {
  readonly kind: Task['kind']
  /** Of the first run; the seed of each other is greater by one. */
  readonly scenario: Scenario
  /** The numbers of the runs in their sweep. */
  readonly runs: readonly number[]
}

/** @param tasks at least one, all of one scenario, with seeds that follow each other */
export function batchOf(tasks: readonly Task[]): Batch {
  const { kind, scenario } = tasks[0] as Task
  return { kind, scenario, runs: tasks.map(({ run }) => run) }
}

export function tasksOf({ kind, scenario, runs }: Batch): Task[] {
  const { seed = 1 } = scenario
  return runs.map((run, i) => ({ kind, run, scenario: { ...scenario, seed: seed + i } }))
}

/**
 * A job is named by the scenario's fingerprint and the seed, or the first and the last, so that the
 * same runs are never queued twice.
 */
export function jobName(batch: Batch, name = scenarioName(batch.scenario)): string {
  const { kind, runs, scenario } = batch
  const { seed = 1 } = scenario
  const last = runs.length === 1 ? '' : `-${seed + runs.length - 1}`
  return `${name}-${seed}${last}${kind === 'run' ? '' : `-${kind}`}`
}

/**
 * Checks that data from Redis is a job.
 * @throws ScenarioError that says what is wrong
 */
export function batchFrom(data: unknown): Batch {
  const { kind, scenario, runs } = (data ?? {}) as { readonly [field: string]: unknown }
  const known = kind === 'run' || kind === 'shrink'
  const counted = Array.isArray(runs) && runs.length > 0 && runs.length <= mostInBatch
  if (!known || !counted || !runs.every((run) => Number.isSafeInteger(run) && run >= 0))
    throw new ScenarioError('this is no task of a sweep')
  return { kind, scenario: scenarioFrom(scenario), runs }
}

/**
 * How a worker holds a job: its main thread, which is never busy with a run, renews the lock; a job
 * whose worker has died is free for another one some seconds later, and given up after the second.
 */
export const holding = {
  lockDuration: 5_000,
  stalledInterval: 2_000,
  maxStalledCount: 1,
} as const
