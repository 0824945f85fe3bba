import { replayCommand } from '../replay-command.ts'
import type { Verdict } from '../report.ts'
import { fingerprint } from './fingerprint.ts'
import { confidence, type Estimate, mean, median, proportion, quantile } from './intervals.ts'
import type { RunRow } from './run-row.ts'
import type { ShrunkRow } from './shrunk-row.ts'
import type { Sweep, SweepPlan, SweepPoint } from './sweep.ts'

/** What was measured over the runs of a point that have it. */
export interface Measure {
  readonly runs: number
  readonly mean: Estimate
  readonly median: Estimate
  readonly least: number
  readonly most: number
}

/** So many runs ended so, with the share and its interval. */
interface Share extends Estimate {
  readonly count: number
}

export interface PointReport {
  readonly settings: SweepPoint['settings']
  readonly label: string
  readonly runs: number
  /** Absent where no run has ended yet. */
  readonly verdicts?: { readonly [verdict in Verdict]: Share }
  /** In how many runs each property was violated or left open, if in any. */
  readonly properties: readonly {
    readonly name: string
    readonly violated: number
    readonly undecided: number
  }[]
  readonly measures: { readonly [name in MeasureName]?: Measure }
  /** The median latency of a run, over the runs: the least, then what 5%, 10% ... of the runs do not exceed. */
  readonly latencyQuantilesMs?: readonly number[]
}

/** A run that failed, with the command that shows it and what it was shrunk to. */
export interface FailureReport {
  readonly point: number
  readonly run: number
  readonly seed: number
  readonly property: string | null
  readonly because: string
  readonly replay: string
  readonly shrunk?: Omit<ShrunkRow, 'run'>
}

/** A run whose simulation broke down: no verdict, but a mistake of the program's own. */
export interface CrashedRun {
  readonly run: number
  readonly message: string
}

/** What `quorate sweep --json` prints: the same for the same sweep, whoever did the runs and in what order. */
export interface SweepReport {
  readonly schema: 'quorate.sweep/1'
  readonly sweep: Sweep
  readonly hash: string
  readonly plannedRuns: number
  readonly doneRuns: number
  readonly complete: boolean
  readonly confidence: number
  readonly verdicts: { readonly [verdict in Verdict]: number }
  /** Runs that did not show what they should: a violation, or not what the scenario expects. */
  readonly failed: number
  readonly points: readonly PointReport[]
  /** The first failures of each property at each point. */
  readonly failures: readonly FailureReport[]
  readonly crashed: readonly (CrashedRun & { readonly replay: string })[]
  /** Covers every event of every run: equal only for equal results. */
  readonly runsHash: string
}

const measureOf = {
  latencyP50Ms: ({ latencyMs }: RunRow) => latencyMs?.p50,
  latencyP99Ms: ({ latencyMs }: RunRow) => latencyMs?.p99,
  messagesPerDecision: ({ messages, decisions }: RunRow) => ratio(messages, decisions),
  bytesPerDecision: ({ bytes, decisions }: RunRow) => ratio(bytes, decisions),
  decisions: ({ decisions }: RunRow) => decisions,
  virtualSeconds: ({ virtualSeconds }: RunRow) => virtualSeconds,
  events: ({ events }: RunRow) => events,
  faults: ({ faults }: RunRow) => faults,
  chainHeight: ({ chain }: RunRow) => chain?.height,
  staleRate: ({ chain }: RunRow) => chain?.staleRate,
  maxReorgDepth: ({ chain }: RunRow) => chain?.maxReorgDepth,
} as const

export type MeasureName = keyof typeof measureOf

/** So many failures of one property at one point are listed, and shrunk; and so many in all. */
const listedEach = 2
const listedInAll = 12

/** Whether a run failed: it shows a violation, or, where the scenario expects something, something else. */
export function hasFailed({ verdict, asExpected }: RunRow): boolean {
  return asExpected === undefined ? verdict === 'violated' : !asExpected
}

/** The failures that are worth a closer look: the first of each property at each point. */
export function listedFailures(plan: SweepPlan, rows: readonly (RunRow | undefined)[]): RunRow[] {
  const seen = new Map<string, number>()
  const listed: RunRow[] = []
  for (const row of rows) {
    if (!row || !hasFailed(row)) continue
    const kind = `${plan.pointOf(row.run)} ${row.violated?.[0] ?? ''}`
    const count = seen.get(kind) ?? 0
    seen.set(kind, count + 1)
    if (count < listedEach) listed.push(row)
    if (listed.length === listedInAll) break
  }
  return listed
}

/**
 * What a sweep has come to.
 * @param rows by number of the run; those that are not done yet are undefined
 * @param shrunk by number of the run
 */
export function sweepReport(
  plan: SweepPlan,
  rows: readonly (RunRow | undefined)[],
  shrunk: ReadonlyMap<number, ShrunkRow> = new Map(),
  crashed: readonly CrashedRun[] = [],
): SweepReport {
  const byPoint = plan.points.map((): RunRow[] => [])
  for (const row of rows) if (row) byPoint[plan.pointOf(row.run)]?.push(row)
  const done = byPoint.flat()
  const replay = (run: number) => replayCommand(plan.scenarioOf(run))
  return {
    schema: 'quorate.sweep/1',
    sweep: plan.sweep,
    hash: plan.hash,
    plannedRuns: plan.runs,
    doneRuns: done.length,
    complete: done.length === plan.runs,
    confidence,
    verdicts: {
      held: countOf(done, 'held'),
      violated: countOf(done, 'violated'),
      inconclusive: countOf(done, 'inconclusive'),
    },
    failed: done.filter(hasFailed).length,
    points: plan.points.map((point, i) => pointReport(point, byPoint[i] as RunRow[])),
    failures: listedFailures(plan, rows).map(({ run, seed, violated, verdict, because }) => ({
      point: plan.pointOf(run),
      run,
      seed,
      property: violated?.[0] ?? null,
      because: because ?? `it ${verdict}`,
      replay: replay(run),
      ...shrunkOf(shrunk.get(run)),
    })),
    crashed: [...crashed]
      .sort((left, right) => left.run - right.run)
      .map((each) => ({ ...each, replay: replay(each.run) })),
    runsHash: fingerprint(
      Array.from({ length: plan.runs }, (_, run) => rows[run]?.traceHash ?? null),
    ),
  }
}

function shrunkOf(row: ShrunkRow | undefined): Pick<FailureReport, 'shrunk'> {
  if (!row) return {}
  const { run: _, ...shrunk } = row
  return { shrunk }
}

function pointReport({ settings, label }: SweepPoint, rows: readonly RunRow[]): PointReport {
  const share = (verdict: Verdict): Share => {
    const count = countOf(rows, verdict)
    return { count, ...proportion(count, rows.length) }
  }
  const measures: { [name in MeasureName]?: Measure } = {}
  for (const name of Object.keys(measureOf) as MeasureName[]) {
    const values = valuesOf(rows, name)
    if (values.length > 0) measures[name] = measured(values)
  }
  const latency = valuesOf(rows, 'latencyP50Ms')
  return {
    settings,
    label,
    runs: rows.length,
    ...(rows.length === 0
      ? {}
      : {
          verdicts: {
            held: share('held'),
            violated: share('violated'),
            inconclusive: share('inconclusive'),
          },
        }),
    properties: propertiesOf(rows),
    measures,
    ...(latency.length === 0
      ? {}
      : { latencyQuantilesMs: Array.from({ length: 21 }, (_, i) => quantile(latency, i / 20)) }),
  }
}

/** In ascending order. */
function valuesOf(rows: readonly RunRow[], name: MeasureName): number[] {
  return rows
    .map(measureOf[name])
    .filter((value) => value !== undefined)
    .sort((left, right) => left - right)
}

function measured(ascending: readonly number[]): Measure {
  const { value, low, high } = mean(ascending)
  return {
    runs: ascending.length,
    // Nothing that is measured is ever negative.
    mean: { value, low: low === null ? null : Math.max(0, low), high },
    median: median(ascending),
    least: ascending[0] as number,
    most: ascending.at(-1) as number,
  }
}

function propertiesOf(rows: readonly RunRow[]): PointReport['properties'] {
  const counts = new Map<string, { violated: number; undecided: number }>()
  const count = (name: string, how: 'violated' | 'undecided') => {
    const of = counts.get(name) ?? { violated: 0, undecided: 0 }
    of[how]++
    counts.set(name, of)
  }
  for (const { violated = [], undecided = [] } of rows) {
    for (const name of violated) count(name, 'violated')
    for (const name of undecided) count(name, 'undecided')
  }
  return [...counts]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, counted]) => ({ name, ...counted }))
}

function countOf(rows: readonly RunRow[], verdict: Verdict): number {
  return rows.reduce((count, row) => count + (row.verdict === verdict ? 1 : 0), 0)
}

function ratio(amount: number, decisions: number): number | undefined {
  return decisions === 0 ? undefined : amount / decisions
}
