import { writeFileSync } from 'node:fs'
import {
  Experiment,
  encodeTraceFile,
  planOf,
  type RunReport,
  type Scenario,
} from '@quorate/core/experiments'
import type { Command } from 'commander'
import { exitCodeOf, exitCodes, UsageError } from '../exit-codes.ts'
import { ProgressLine } from '../progress-line.ts'
import { addScenarioFlags, type RunFlags, scenarioOf } from '../run-flags.ts'
import { runText } from '../run-text.ts'
import { plainReason } from '../scenario-file.ts'

/** Events between two looks at the clock, the terminal and the signals. */
const eventsPerSlice = 20_000

export function addRun(program: Command): void {
  addScenarioFlags(
    program
      .command('run')
      .description('one simulated run: verdict and figures')
      .argument(
        '<protocol|scenario>',
        'a protocol of the catalogue, or a scenario file (YAML or JSON)',
      ),
  )
    .option('--trace <file>', 'record every event, for quorate replay')
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      `
Faults are written as a kind, a target, @ when, + for how long:
  crash:leader@5s+3s  partition:0,1|2,3,4@10s+5s  loss:5%@0s  pause:2@1s+500ms
  clock:1:+2s@5s  slow:leader:10x@5s+5s  disk-lies:all@0s  heal@20s

Exit codes: 0 held, 1 violated, 2 wrong use, 3 inconclusive, 130 interrupted

Examples:
  quorate run raft --nodes 5 --network wan --chaos --seed 7
  quorate run raft --fault crash:leader@5s+3s --fault partition:0,1|2,3,4@10s+5s --for 30s
  quorate run nakamoto --nodes 300 --network bitcoin --until 1000
  quorate run raft+vote-not-persisted --chaos --seed 3
  quorate run scenario.yaml --seed 9 --json`,
    )
    .action(async (subject: string, flags: RunFlags) => {
      process.exitCode = await run(scenarioOf(subject, flags), flags)
    })
}

async function run(scenario: Scenario, flags: RunFlags): Promise<number> {
  const { report, experiment, interrupted } = await runToEnd(scenario, flags.trace !== undefined)
  if (flags.trace !== undefined)
    writeTrace(flags.trace, encodeTraceFile(scenario, experiment.world.trace))
  process.stdout.write(
    flags.json ? `${JSON.stringify(report, null, 2)}\n` : runText(report, experiment),
  )
  if (interrupted) return exitCodes.interrupted
  const { expect } = scenario
  if (expect) return asExpected(report, expect)
  return exitCodeOf(report.verdict)
}

/** A scenario that says what it should show holds if it shows that. */
function asExpected(report: RunReport, expect: NonNullable<Scenario['expect']>): number {
  const broken = report.properties.filter((property) => property.witness).map(({ name }) => name)
  const met =
    report.verdict === expect.verdict &&
    (expect.property === undefined || broken.includes(expect.property))
  if (!met) {
    const wanted = expect.property ? `${expect.verdict} (${expect.property})` : expect.verdict
    process.stderr.write(
      `quorate: the scenario expects ${wanted}, and the verdict is ${report.verdict}\n`,
    )
  }
  return met ? exitCodes.held : exitCodes.violated
}

/** Runs a scenario, with a live line on stderr; Ctrl-C ends it with what is known so far. */
export async function runToEnd(
  scenario: Scenario,
  recordTrace: boolean,
): Promise<{ report: RunReport; experiment: Experiment; interrupted: boolean }> {
  const experiment = new Experiment(planOf(scenario), { recordTrace })
  const progress = new ProgressLine()
  let interrupted = false
  const interrupt = () => {
    interrupted = true
  }
  process.once('SIGINT', interrupt)
  const started = performance.now()
  while (!interrupted && !experiment.advance(eventsPerSlice)) {
    progress.show(() => liveLine(experiment, (performance.now() - started) / 1000))
    // Lets signals in.
    await new Promise(setImmediate)
  }
  progress.clear()
  process.removeListener('SIGINT', interrupt)
  return {
    report: experiment.report((performance.now() - started) / 1000),
    experiment,
    interrupted,
  }
}

function liveLine(experiment: Experiment, seconds: number): string {
  const { world, plan } = experiment
  const events = world.trace.length
  const virtual = (world.nowMicros / 1_000_000).toFixed(1)
  const what = experiment.chain ? 'blocks' : 'decisions'
  const goal =
    plan.until === undefined ? `of ${plan.endMicros / 1_000_000} s` : `of ${plan.until} ${what}`
  return `${virtual} s ${goal}  ${experiment.decisions} ${what}  ${events.toLocaleString('en')} events  ${Math.round(events / seconds).toLocaleString('en')}/s`
}

function writeTrace(path: string, bytes: Uint8Array): void {
  try {
    writeFileSync(path, bytes)
  } catch (error) {
    throw new UsageError(`cannot write '${path}': ${plainReason(error)}`)
  }
}
