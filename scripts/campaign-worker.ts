import { parentPort } from 'node:worker_threads'
import { campaignRun, hunt, replayCommand } from '@quorate/core/experiments'

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
    found: found && {
      seed: found.seed,
      because: found.because ?? '',
      replay: replayCommand(found.scenario),
    },
  }
}

function survived({ variant, firstSeed, runs }: Extract<Task, { kind: 'survive' }>): TaskResult {
  const result = { events: 0, faults: 0, decisions: 0 }
  const failures: Failure[] = []
  for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
    const { verdict, because = '', metrics, scenario } = campaignRun(variant, seed)
    result.events += metrics.events
    result.faults += metrics.faults
    result.decisions += metrics.decisions
    if (verdict !== 'held') failures.push({ seed, because, replay: replayCommand(scenario) })
  }
  return { kind: 'survived', variant, runs, ...result, failures }
}
