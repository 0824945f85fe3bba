import { parentPort } from 'node:worker_threads'
import {
  campaignRun,
  hunt,
  type RunReport,
  replayCommand,
  shrink,
  sizeText,
} from '@quorate/core/experiments'

/** What a campaign asks a worker for: some runs of an honest protocol, or the hunt for a planted bug. */
export type Task =
  | {
      readonly kind: 'survive'
      readonly variant: string
      readonly firstSeed: number
      readonly runs: number
    }
  | { readonly kind: 'hunt'; readonly variant: string; readonly maximumRuns: number }

export type TaskResult =
  | {
      readonly kind: 'survived'
      readonly variant: string
      readonly runs: number
      readonly events: number
      readonly faults: number
      readonly decisions: number
      /** Runs whose verdict was not `held`. */
      readonly failures: readonly Failure[]
    }
  | {
      readonly kind: 'hunted'
      readonly variant: string
      readonly runs: number
      readonly found: Failure | undefined
    }

export interface Failure {
  readonly seed: number
  readonly because: string
  readonly replay: string
  /** How far the run was reduced, and the command of what is left; undefined where it is not violated, or was not reduced. */
  readonly shrunk: { readonly how: string; readonly replay: string } | undefined
}

/** What the reduction of one run may simulate: a campaign has a hundred of them, and its time goes to runs. */
const shrinkingEvents = 600_000
/** Of the failures of one protocol only the first are reduced. */
const mostShrunk = 3

function failureOf(
  { seed, because = '', scenario, verdict }: RunReport,
  shrinks: boolean,
): Failure {
  const shrunk =
    shrinks && verdict === 'violated'
      ? shrink(scenario, { maximumEvents: shrinkingEvents })
      : undefined
  return {
    seed,
    because,
    replay: replayCommand(scenario),
    shrunk: shrunk && {
      how: `${sizeText(shrunk.from)} → ${sizeText(shrunk.to)}${shrunk.complete ? '' : ', not yet the smallest'}`,
      replay: replayCommand(shrunk.scenario),
    },
  }
}

parentPort?.on('message', (task: Task) => {
  parentPort?.postMessage(task.kind === 'hunt' ? hunted(task) : survived(task))
})

function hunted({ variant, maximumRuns }: Extract<Task, { kind: 'hunt' }>): TaskResult {
  const { runs, found } = hunt(variant, maximumRuns)
  return {
    kind: 'hunted',
    variant,
    runs,
    found: found && failureOf(found, true),
  }
}

function survived({ variant, firstSeed, runs }: Extract<Task, { kind: 'survive' }>): TaskResult {
  const result = { events: 0, faults: 0, decisions: 0 }
  const failures: Failure[] = []
  for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
    const report = campaignRun(variant, seed)
    const { verdict, metrics } = report
    result.events += metrics.events
    result.faults += metrics.faults
    result.decisions += metrics.decisions
    if (verdict !== 'held') failures.push(failureOf(report, failures.length < mostShrunk))
  }
  return { kind: 'survived', variant, runs, ...result, failures }
}
