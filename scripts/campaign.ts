/**
 * The campaign: every honest protocol must survive many runs of chaos, and every planted bug must be
 * found. One line for each, and the commands that replay what was found.
 *
 *   npm run campaign                          1,000 runs of each protocol, hunts of up to 3,000
 *   npm run campaign -- --runs 500 --only raft
 */

import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import { campaignVariants, counted, whole } from '@quorate/core/experiments'
import type { Failure, Task, TaskResult } from './campaign-worker.ts'

const runsPerTask = 100
/** A longer command is not shown: whoever wants it has the run shrunk again. */
const longestCommand = 1_500

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000' },
    hunt: { type: 'string', default: '3000' },
    first: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
  },
})
const runs = Number(values.runs)
const maximumHunt = Number(values.hunt)
const firstSeed = Number(values.first)

interface Survival {
  runs: number
  events: number
  faults: number
  decisions: number
  readonly failures: Failure[]
}

const tasks = tasksOf()
const survivals = new Map<string, Survival>()
let failed = 0
let done = 0
const total = tasks.length
const started = performance.now()

await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, work))
report()

/** Longest first: the runs of the honest protocols, in pieces, then the hunts. */
function tasksOf(): Task[] {
  const variants = campaignVariants().filter(({ variant }) => variant.includes(values.only))
  return variants.flatMap(({ variant, planted }): Task[] => {
    if (planted) return [{ kind: 'hunt', variant, maximumRuns: maximumHunt }]
    return Array.from({ length: Math.ceil(runs / runsPerTask) }, (_, piece) => ({
      kind: 'survive',
      variant,
      firstSeed: firstSeed + piece * runsPerTask,
      runs: Math.min(runsPerTask, runs - piece * runsPerTask),
    }))
  })
}

async function work(): Promise<void> {
  const worker = new Worker(new URL('./campaign-worker.ts', import.meta.url))
  for (let task = tasks.shift(); task; task = tasks.shift()) {
    const answer = new Promise<TaskResult>((resolve, reject) => {
      worker.once('message', resolve)
      worker.once('error', reject)
    })
    worker.postMessage(task)
    note(await answer)
    worker.removeAllListeners('error')
  }
  await worker.terminate()
}

function note(result: TaskResult): void {
  done++
  if (process.stderr.isTTY) {
    const seconds = ((performance.now() - started) / 1000).toFixed(0)
    process.stderr.write(`\r\x1b[K${done} of ${total} pieces, ${seconds} s, ${result.variant}`)
    if (done === total) process.stderr.write('\r\x1b[K')
  }
  if (result.kind === 'hunted') {
    noteHunt(result)
    return
  }
  const survival = survivals.get(result.variant) ?? {
    runs: 0,
    events: 0,
    faults: 0,
    decisions: 0,
    failures: [],
  }
  survivals.set(result.variant, survival)
  survival.runs += result.runs
  survival.events += result.events
  survival.faults += result.faults
  survival.decisions += result.decisions
  survival.failures.push(...result.failures)
}

function noteHunt({ variant, runs: tried, found }: Extract<TaskResult, { kind: 'hunted' }>): void {
  if (!found) {
    failed++
    process.stdout.write(`× ${variant.padEnd(44)} not found in ${tried} runs\n`)
    return
  }
  const seeds = `found by seed ${found.seed}, in ${counted(tried, 'run')}`
  process.stdout.write(`✓ ${variant.padEnd(44)} ${seeds}\n    ${found.because}\n${waysBack(found)}`)
}

/** The commands that give a run again, and what it was reduced to. */
function waysBack({ replay, shrunk }: Failure): string {
  const lines = [replay]
  if (shrunk) lines.push(`shrunk: ${shrunk.how}`)
  if (shrunk && shrunk.replay.length <= longestCommand) lines.push(shrunk.replay)
  return lines.map((line) => `    ${line}\n`).join('')
}

function report(): void {
  for (const [variant, survival] of survivals) {
    const { failures } = survival
    const figures = `${whole(survival.runs)} runs, ${whole(survival.faults)} faults, ${whole(survival.decisions)} decisions, ${whole(survival.events)} events`
    failed += failures.length
    const mark = failures.length === 0 ? '✓' : '×'
    const outcome = failures.length === 0 ? 'all held' : `${failures.length} did not hold`
    process.stdout.write(`${mark} ${variant.padEnd(44)} ${outcome}: ${figures}\n`)
    for (const failure of failures.slice(0, 10)) {
      process.stdout.write(`    seed ${failure.seed}: ${failure.because}\n${waysBack(failure)}`)
    }
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(0)
  process.stdout.write(
    `${failed === 0 ? 'The campaign held' : `${failed} failed`}, in ${seconds} s\n`,
  )
  process.exitCode = failed === 0 ? 0 : 1
}
