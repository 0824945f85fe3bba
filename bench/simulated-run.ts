/**
 * One simulated run, timed. Rates are for a second of processor time as well as of the clock, since
 * machines are shared. The first run teaches the compiler and is not counted.
 */
import { Experiment, planOf, type Scenario, whole } from '@quorate/core/experiments'

export interface Run {
  readonly events: number
  readonly decisions: number
  readonly processorSeconds: number
  readonly wallSeconds: number
  readonly traceHash: string
}

const counted = 3

/**
 * No garbage is collected by force between runs: where nothing of a run is left, the engine forgets what it
 * has learned of its objects too, and the next run is a third slower than a run is elsewhere.
 */
function run(scenario: Scenario, recordTrace: boolean): Run {
  const experiment = new Experiment(planOf(scenario), { recordTrace })
  const processorBefore = process.cpuUsage()
  const wallBefore = performance.now()
  experiment.complete()
  const wallSeconds = (performance.now() - wallBefore) / 1000
  const { user, system } = process.cpuUsage(processorBefore)
  const report = experiment.report(wallSeconds)
  if (report.verdict !== 'held')
    throw new Error(`${scenario.protocol}: ${report.verdict}, ${report.because}`)
  return {
    events: report.metrics.events,
    decisions: report.metrics.decisions,
    processorSeconds: (user + system) / 1_000_000,
    wallSeconds,
    traceHash: report.traceHash,
  }
}

/** What a run holds at its end. */
export function heapBytesOf(scenario: Scenario): number {
  globalThis.gc?.()
  const heapBefore = process.memoryUsage().heapUsed
  const experiment = new Experiment(planOf(scenario))
  experiment.complete()
  globalThis.gc?.()
  const heapBytes = process.memoryUsage().heapUsed - heapBefore
  if (experiment.report(0).verdict !== 'held') throw new Error(`${scenario.protocol} did not hold`)
  return heapBytes
}

/** The fastest of a few runs, all of which must be the same run. */
export function measure(scenario: Scenario, recordTrace: boolean): Run {
  const warm = run(scenario, recordTrace)
  const runs = Array.from({ length: counted }, () => run(scenario, recordTrace))
  for (const { traceHash } of runs) {
    if (traceHash !== warm.traceHash) throw new Error(`${scenario.protocol}: two runs differ`)
  }
  return runs.reduce((best, next) => (next.processorSeconds < best.processorSeconds ? next : best))
}

export function show(what: string, result: Run): void {
  const million = (perSecond: number) => `${(perSecond / 1_000_000).toFixed(2)} M`
  const processor = million(result.events / result.processorSeconds)
  const wall = million(result.events / result.wallSeconds)
  process.stdout.write(
    `${what.padEnd(34)} ${processor} events a processor second, ${wall} a second; ${whole(result.events)} events, hash ${result.traceHash}\n`,
  )
}
