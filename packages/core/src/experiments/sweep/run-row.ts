import { Experiment } from '../experiment.ts'
import { planOf } from '../plan.ts'
import type { RunReport, Verdict } from '../report.ts'
import { type Scenario, ScenarioError } from '../scenario.ts'

/**
 * One run of a sweep as a line of its results. It has what the run computed and nothing of how: the
 * same run gives the same row, on every machine and at every speed.
 */
export interface RunRow {
  /** The run's number in its sweep. */
  readonly run: number
  readonly seed: number
  readonly verdict: Verdict
  /** Why the verdict is not `held`, in one sentence. */
  readonly because?: string
  /** Whether that is what the scenario expects; absent where it expects nothing. */
  readonly asExpected?: boolean
  /** The properties that were violated. */
  readonly violated?: readonly string[]
  /** The properties that were left open. */
  readonly undecided?: readonly string[]
  readonly virtualSeconds: number
  readonly decisions: number
  readonly messages: number
  readonly bytes: number
  readonly latencyMs: RunReport['metrics']['latencyMs']
  readonly faults: number
  readonly events: number
  readonly chain?: {
    readonly height: number
    readonly blocks: number
    readonly staleRate: number
    readonly maxReorgDepth: number
  }
  readonly traceHash: string
}

/** Does one run of a sweep, to its end. */
export function sweepRun(run: number, scenario: Scenario): RunRow {
  return rowOf(run, new Experiment(planOf(scenario)).complete().report(0))
}

function rowOf(run: number, report: RunReport): RunRow {
  const { metrics, properties, chain } = report
  const violated = properties.filter(({ witness }) => witness).map(({ name }) => name)
  const undecided = properties.filter((property) => property.undecided).map(({ name }) => name)
  return {
    run,
    seed: report.seed,
    verdict: report.verdict,
    ...(report.because === undefined ? {} : { because: report.because }),
    ...(report.asExpected === undefined ? {} : { asExpected: report.asExpected }),
    ...(violated.length > 0 ? { violated } : {}),
    ...(undecided.length > 0 ? { undecided } : {}),
    virtualSeconds: report.virtualSeconds,
    decisions: metrics.decisions,
    messages: metrics.messages,
    bytes: metrics.bytes,
    latencyMs: metrics.latencyMs,
    faults: metrics.faults,
    events: metrics.events,
    ...(chain ? { chain: chainOf(chain) } : {}),
    traceHash: report.traceHash,
  }
}

function chainOf({ height, blocks, staleRate, maxReorgDepth }: NonNullable<RunReport['chain']>) {
  return { height, blocks, staleRate, maxReorgDepth }
}

type Shape = (value: unknown) => boolean

const isNumber: Shape = (value) => Number.isFinite(value)
const isCount: Shape = (value) => Number.isSafeInteger(value) && (value as number) >= 0
const isText: Shape = (value) => typeof value === 'string'
const isNames: Shape = (value) => Array.isArray(value) && value.every(isText)

const rowShape: { readonly [field in keyof RunRow]-?: Shape } = {
  run: isCount,
  seed: isCount,
  verdict: (value) => ['held', 'violated', 'inconclusive'].includes(value as string),
  because: orAbsent(isText),
  asExpected: orAbsent((value) => typeof value === 'boolean'),
  violated: orAbsent(isNames),
  undecided: orAbsent(isNames),
  virtualSeconds: isNumber,
  decisions: isCount,
  messages: isCount,
  bytes: isCount,
  latencyMs: (value) =>
    value === null || isRecord(value, { p50: isNumber, p99: isNumber, max: isNumber }),
  faults: isCount,
  events: isCount,
  chain: orAbsent((value) =>
    isRecord(value, {
      height: isCount,
      blocks: isCount,
      staleRate: isNumber,
      maxReorgDepth: isCount,
    }),
  ),
  traceHash: (value) => isText(value) && /^[0-9a-f]{16}$/.test(value as string),
}

/**
 * Checks that data from outside (a file, another machine) is a row.
 * @throws ScenarioError that says what is wrong
 */
export function rowFrom(data: unknown): RunRow {
  if (!isRecord(data, rowShape)) throw new ScenarioError('this is not the result of a run')
  return data as RunRow
}

function orAbsent(shape: Shape): Shape {
  return (value) => value === undefined || shape(value)
}

function isRecord(value: unknown, shape: { readonly [field: string]: Shape }): boolean {
  if (typeof value !== 'object' || value === null) return false
  const fields = value as { readonly [field: string]: unknown }
  return (
    Object.keys(fields).every((field) => Object.hasOwn(shape, field)) &&
    Object.entries(shape).every(([field, fits]) => fits(fields[field]))
  )
}
