import type { JsonShape } from '../../model/json-shape.ts'
import { Experiment } from '../experiment.ts'
import { planOf } from '../plan.ts'
import type { RunReport, Verdict } from '../report.ts'
import type { Scenario } from '../scenario.ts'
import { checkData } from '../scenario-shape.ts'
import { count, record, text } from './row-shape.ts'

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
  /** From a client's call to its answer; absent where no client was answered. */
  readonly latencyMs?: NonNullable<RunReport['metrics']['latencyMs']>
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
    ...(metrics.latencyMs ? { latencyMs: metrics.latencyMs } : {}),
    faults: metrics.faults,
    events: metrics.events,
    ...(chain ? { chain: chainOf(chain) } : {}),
    traceHash: report.traceHash,
  }
}

function chainOf({ height, blocks, staleRate, maxReorgDepth }: NonNullable<RunReport['chain']>) {
  return { height, blocks, staleRate, maxReorgDepth }
}

const measure: JsonShape = { type: 'number' }
const names: JsonShape = { type: 'array', items: text }

const rowShape: JsonShape = record(
  {
    run: count,
    seed: count,
    verdict: { enum: ['held', 'violated', 'inconclusive'] },
    virtualSeconds: measure,
    decisions: count,
    messages: count,
    bytes: count,
    faults: count,
    events: count,
    traceHash: text,
  },
  {
    because: text,
    asExpected: { type: 'boolean' },
    violated: names,
    undecided: names,
    latencyMs: record({ p50: measure, p99: measure, max: measure }),
    chain: record({ height: count, blocks: count, staleRate: measure, maxReorgDepth: count }),
  },
)

/**
 * Checks that data from outside (a file, another machine) is a row.
 * @throws ScenarioError that names the place and says what would be right
 */
export function rowFrom(data: unknown): RunRow {
  checkData(data, rowShape, 'the result of a run')
  return data as RunRow
}
