import { availableParallelism } from 'node:os'
import { SweepPlan, type SweepReport } from '@quorate/core/experiments'
import type { Command } from 'commander'
import { exitCodes, UsageError } from '../exit-codes.ts'
import { OutputFile } from '../output-file.ts'
import { addScenarioFlags, collect, wholeNumber } from '../run-flags.ts'
import { conductSweep } from '../sweep/conduct-sweep.ts'
import type { Engine } from '../sweep/engine.ts'
import { ResultsFile } from '../sweep/results-file.ts'
import { type SweepFlags, sweepOf } from '../sweep/sweep-flags.ts'
import { sweepPage } from '../sweep/sweep-page.ts'
import { SweepResults } from '../sweep/sweep-results.ts'
import { sweepText } from '../sweep/sweep-text.ts'
import { ThreadsEngine } from '../sweep/threads-engine.ts'
import { columnsOf } from '../text-layout.ts'
import { version } from '../version.ts'

interface Flags extends SweepFlags {
  readonly results?: string
  readonly html?: string
  readonly engine?: string
  readonly redis?: string
  readonly threads?: number
}

export function addSweep(program: Command): void {
  const command = program
    .command('sweep')
    .description('many seeds and parameters: statistics, plots, failing seeds shrunk')
    .argument(
      '<scenario>',
      'a protocol, a scenario (a YAML or JSON file), or a sweep (a file with scenario, vary and seeds)',
    )
    .option('--seeds <first-last>', 'the seeds that every point gets [1-100]')
    .option('--runs <n>', 'the same as --seeds 1-n', wholeNumber('runs', 1))
    .option(
      '--vary <field=values>',
      'such as nodes=3,5,7 or param.heartbeatMs=20,50; may be repeated, for every combination',
      collect,
    )
    .option('--results <file>', 'where results are kept as they come; the sweep goes on from there')
    .option('--html <file>', 'also write a page with plots')
    .option('--json', 'print one JSON document')
    .option('--engine <name>', 'threads, or bullmq for workers on any machine [threads]')
    .option('--redis <url>', 'the Redis or Valkey of --engine bullmq: redis://127.0.0.1:6379')
    .option('--threads <n>', 'how many [one a processor]', wholeNumber('threads', 1, 1_024))
  addScenarioFlags(command)
  // It is refused, with the flag that is meant.
  command.options.find(({ long }) => long === '--seed')?.hideHelp()
  command
    .addHelpText(
      'after',
      `
Results are appended to a file as they come. After an interruption, also by
kill -9 or a power cut, the same command goes on where it was.
Lists are separated by commas, or by semicolons where values have commas:
  --vary 'fault=none;crash:leader@5s+3s;partition:0,1|2@5s+5s'

Exit codes: 0 every run held, 1 some run was violated, 2 wrong use or bad
input, 3 some run was inconclusive, 70 the program itself failed at some run,
130 interrupted by Ctrl-C: what is known so far is printed all the same.

Examples:
  quorate sweep raft --chaos --runs 1000
  quorate sweep raft --vary nodes=3,5,7 --vary network=lan,wan --seeds 1-200
  quorate sweep pbft+quorum-of-2f --chaos --runs 200 --html sweep.html
  quorate sweep scenario.yaml --vary chaos=true,false --json
  quorate sweep raft --runs 10000 --engine bullmq --redis redis://10.0.0.5`,
    )
    .action(async (subject: string, flags: Flags) => {
      process.exitCode = await sweep(subject, flags)
    })
}

async function sweep(subject: string, flags: Flags): Promise<number> {
  checkEngine(flags)
  const plan = new SweepPlan(sweepOf(subject, flags))
  const path = flags.results ?? usualPath(plan)
  const page = flags.html === undefined ? undefined : new OutputFile(flags.html)
  try {
    const file = new ResultsFile(path, plan, version)
    const results = new SweepResults(plan, file)
    if (!results.complete) file.begin()
    say(
      results.done === 0
        ? `Results are kept in ${path}`
        : `${path} has ${results.done} of ${plan.runs} runs`,
    )
    const interrupted = await untilDone(plan, results, flags)
    file.close()
    const report = results.report()
    const json = () => `${JSON.stringify(report, null, 2)}\n`
    process.stdout.write(flags.json ? json() : sweepText(report, columnsOf(process.stdout)))
    page?.write(Buffer.from(sweepPage(report)))
    if (page) say(`The page is in ${flags.html}`)
    if (interrupted) say('Interrupted: the same command goes on where this one ended')
    return interrupted ? exitCodes.interrupted : exitCodeOf(report)
  } finally {
    page?.discard()
  }
}

/** @returns whether it was interrupted */
async function untilDone(plan: SweepPlan, results: SweepResults, flags: Flags): Promise<boolean> {
  if (results.complete) return false
  const interruption = new AbortController()
  const interrupt = () => interruption.abort()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, interrupt)
  try {
    await conductSweep(plan, results, await engineOf(plan, flags), interruption.signal)
    return interruption.signal.aborted
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.removeListener(signal, interrupt)
  }
}

function checkEngine({ engine = 'threads', redis, threads }: Flags): void {
  if (engine !== 'threads' && engine !== 'bullmq')
    throw new UsageError(`--engine is '${engine}': it must be threads or bullmq`)
  if (engine === 'threads' && redis !== undefined)
    throw new UsageError('--redis is for --engine bullmq: give both, or none')
  if (engine === 'bullmq' && redis === undefined)
    throw new UsageError('--engine bullmq needs --redis, such as --redis redis://127.0.0.1:6379')
  if (engine === 'bullmq' && threads !== undefined)
    throw new UsageError('--threads is for each quorate worker, where --engine is bullmq')
}

async function engineOf(plan: SweepPlan, { redis, threads }: Flags): Promise<Engine> {
  if (redis === undefined) return new ThreadsEngine(threads ?? availableParallelism())
  // Loaded only here, so that nothing else pays for it.
  const { BullmqEngine } = await import('../sweep/bullmq/bullmq-engine.ts')
  return BullmqEngine.connected(redis, plan, version)
}

/** In the current folder, named for the protocol and the sweep. */
function usualPath({ sweep, hash }: SweepPlan): string {
  const protocol = sweep.scenario.protocol.replace(/[^\w.+-]/g, '_')
  return `quorate-sweep-${protocol}-${hash.slice(0, 8)}.jsonl`
}

function exitCodeOf({ crashed, failed, verdicts, sweep }: SweepReport): number {
  if (crashed.length > 0) return exitCodes.internalError
  if (failed > 0) return exitCodes.violated
  const open = verdicts.inconclusive > 0 && sweep.scenario.expect === undefined
  return open ? exitCodes.inconclusive : exitCodes.held
}

function say(sentence: string): void {
  process.stderr.write(`${sentence}\n`)
}
