import { diagramOfRun } from '@quorate/core/diagram'
import {
  Experiment,
  encodeTraceFile,
  planOf,
  type RunReport,
  type Scenario,
  type Shrunk,
} from '@quorate/core/experiments'
import type { Command } from 'commander'
import { diagramText } from '../counterexample/counterexample-text.ts'
import { exitCodeOf, exitCodes, UsageError } from '../exit-codes.ts'
import { OutputFile } from '../output-file.ts'
import { addScenarioFlags, type RunFlags, scenarioOf } from '../run-flags.ts'
import { runText } from '../run-text.ts'
import { runToEnd } from '../run-to-end.ts'
import { scenarioBytes } from '../scenario-file.ts'
import { shrinkToEnd } from '../shrink-to-end.ts'
import { shrunkText } from '../shrunk-text.ts'
import { addFlpFlags, type FlpFlags, flp, refuseFlpFlags } from './flp.ts'

export function addRun(program: Command): void {
  const command = program
    .command('run')
    .description('one simulated run: verdict and figures')
    .argument(
      '<protocol|scenario>',
      'a protocol of the catalogue, a scenario (a YAML or JSON file), or flp',
    )
  addFlpFlags(addScenarioFlags(command))
    .option('--trace <file>', 'record every event, for quorate replay')
    .option('--shrunk <file>', 'write what a violated run is reduced to, as a scenario')
    .option('--no-shrink', 'leave a violated run as it is')
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      `
Faults are written as a kind, a target, @ when, + for how long:
  crash:leader@5s+3s  partition:0,1|2,3,4@10s+5s  loss:5%@0s  pause:2@1s+500ms
  clock:1:+2s@5s  slow:leader:10x@5s+5s  disk-lies:all@0s  heal@20s

A violated run is reduced until every node, fault, command and delivery that
is left matters, unless that it is violated is just what its scenario expects.

Exit codes: 0 held, 1 violated, 2 wrong use or bad input, 3 inconclusive,
130 interrupted by Ctrl-C: what is known so far is printed all the same.
Where a scenario says what it expects: 0 if that is what it shows, else 1.

Examples:
  quorate run raft --nodes 5 --network wan --chaos --seed 7
  quorate run raft --fault crash:leader@5s+3s --fault 'partition:0,1|2,3@9s+5s'
  quorate run nakamoto --nodes 300 --network bitcoin --until 1000
  quorate run raft+joint-consensus-skipped --chaos --seed 3 --trace run.trace
  quorate run raft+vote-not-persisted --chaos --seed 2 --shrunk smallest.yaml
  quorate run scenario.yaml --seed 9 --json
  quorate run flp --protocol paxos --steps 200`,
    )
    .action(async (subject: string, flags: RunFlags & ShrinkFlags & FlpFlags) => {
      if (subject === 'flp') {
        process.exitCode = await flp(flags)
        return
      }
      refuseFlpFlags(flags)
      process.exitCode = await run(scenarioOf(subject, flags), flags)
    })
}

async function run(scenario: Scenario, flags: RunFlags & ShrinkFlags): Promise<number> {
  if (flags.shrunk !== undefined && !flags.shrink)
    throw new UsageError('--shrunk and --no-shrink: give one of them')
  const experiment = new Experiment(planOf(scenario), { recordTrace: flags.trace !== undefined })
  const file = flags.trace === undefined ? undefined : new OutputFile(flags.trace)
  const shrunkFile = flags.shrunk === undefined ? undefined : new OutputFile(flags.shrunk)
  try {
    const { wallSeconds, interrupted } = await runToEnd(experiment)
    const report = experiment.report(wallSeconds)
    if (!flags.json) process.stdout.write(runText(report, experiment))
    file?.write(encodeTraceFile(scenario, experiment.world.trace, !interrupted))
    const { shrunk, interrupted: shrinkInterrupted } =
      !interrupted && isToBeShrunk(report, flags) ? await shrinkToEnd(scenario) : nothingToShrink
    if (flags.json) process.stdout.write(`${JSON.stringify({ ...report, shrunk }, null, 2)}\n`)
    else if (shrunk) process.stdout.write(shrunkText(shrunk, flags.shrunk) + shrunkStory(shrunk))
    if (!flags.json && report.asExpected === false)
      process.stderr.write(`quorate: ${unexpected(scenario)}\n`)
    if (shrunk && flags.shrunk !== undefined)
      shrunkFile?.write(scenarioBytes(shrunk.scenario, flags.shrunk))
    return interrupted || shrinkInterrupted ? exitCodes.interrupted : exitCodeOf(report)
  } finally {
    file?.discard()
    shrunkFile?.discard()
  }
}

/** A reduced run of no more events is drawn: it can be read as a story. */
const mostEventsDrawn = 80

function shrunkStory({ scenario, to }: Shrunk): string {
  if (to.events > mostEventsDrawn) return ''
  return `\n${diagramText(diagramOfRun(new Experiment(planOf(scenario)).complete()))}`
}

interface ShrinkFlags {
  /** False for `--no-shrink`. */
  readonly shrink: boolean
  readonly shrunk?: string
}

const nothingToShrink = { shrunk: undefined, interrupted: false } as const

/** A scenario that expects its violation is known, and often reduced already: it is reduced only for who asks. */
function isToBeShrunk({ verdict, asExpected }: RunReport, flags: ShrinkFlags): boolean {
  if (verdict !== 'violated' || !flags.shrink) return false
  return asExpected !== true || flags.shrunk !== undefined
}

function unexpected({ expect }: Scenario): string {
  const of = expect?.property === undefined ? '' : ` of ${expect.property}`
  return `this is not what the scenario expects: ${expect?.verdict}${of}`
}
