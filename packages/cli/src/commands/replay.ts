import { readFileSync } from 'node:fs'
import {
  counted,
  decodeTraceFile,
  Experiment,
  planOf,
  type RecordedRun,
} from '@quorate/core/experiments'
import type { TraceEvent } from '@quorate/core/simulator'
import type { Command } from 'commander'
import { eventText } from '../event-text.ts'
import { exitCodeOf, exitCodes, UsageError } from '../exit-codes.ts'
import { momentOf, momentText } from '../moment.ts'
import { runText } from '../run-text.ts'
import { runToEnd } from '../run-to-end.ts'
import { plainReason } from '../scenario-file.ts'
import { columnsOf } from '../text-layout.ts'

interface ReplayFlags {
  readonly to?: string
  readonly events?: string
  readonly json?: boolean
}

export function addReplay(program: Command): void {
  program
    .command('replay')
    .description('a recorded run again, compared event for event with the recording')
    .argument('<trace>', 'a file that quorate run --trace wrote')
    .option('--to <event>', 'stop there, and show every node as it is then')
    .option('--events <from-to>', 'list the recorded events of a range, such as 0-40')
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      `
Exit codes: those of the run, and 1 where the replay differs from the recording.

Examples:
  quorate run raft --chaos --seed 7 --trace run.trace
  quorate replay run.trace
  quorate replay run.trace --events 100-140
  quorate replay run.trace --to 140`,
    )
    .action(async (path: string, flags: ReplayFlags) => {
      process.exitCode = await replay(readTrace(path), flags)
    })
}

function readTrace(path: string): RecordedRun {
  let bytes: Uint8Array
  try {
    bytes = readFileSync(path)
  } catch (error) {
    throw new UsageError(`cannot read '${path}': ${plainReason(error)}`)
  }
  try {
    return decodeTraceFile(bytes)
  } catch (error) {
    throw new UsageError(`${path}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

async function replay(recorded: RecordedRun, flags: ReplayFlags): Promise<number> {
  if (flags.events !== undefined) {
    if (flags.to !== undefined) throw new UsageError('--to and --events: give one of them')
    return listEvents(recorded, flags.events, flags.json ?? false)
  }
  const to = flags.to === undefined ? recorded.events : eventCount(flags.to, recorded)
  const experiment = new Experiment(planOf(recorded.scenario), { recordTrace: true })
  // A complete recording is replayed to its end, and one event further if there is one.
  const toEnd = flags.to === undefined && recorded.complete
  const { wallSeconds, interrupted } = await runToEnd(experiment, toEnd ? to + 1 : to)
  const difference = firstDifference(recorded, experiment, to)
  if (difference !== undefined && !interrupted) {
    process.stderr.write(`quorate: ${differenceText(recorded, experiment, difference)}\n`)
    return exitCodes.violated
  }
  if (flags.to !== undefined) {
    const moment = momentOf(experiment)
    process.stdout.write(flags.json ? json(moment) : momentText(moment, columnsOf(process.stdout)))
    return interrupted ? exitCodes.interrupted : exitCodes.held
  }
  const report = experiment.report(wallSeconds)
  const same = `  ${counted(experiment.world.trace.length, 'event')}, the same as recorded\n`
  process.stdout.write(flags.json ? json(report) : `${runText(report, experiment)}${same}`)
  return interrupted ? exitCodes.interrupted : exitCodeOf(report)
}

function json(document: unknown): string {
  return `${JSON.stringify(document, null, 2)}\n`
}

/** The number of the first event before `to` that is not as it was recorded, if any. */
function firstDifference(
  recorded: RecordedRun,
  experiment: Experiment,
  to: number,
): number | undefined {
  const { trace } = experiment.world
  if (trace.length === recorded.events && trace.hash === recorded.traceHash) return undefined
  for (let event = 0; event < to; event++) {
    if (event >= trace.length || !isSame(recorded.at(event), trace.at(event))) return event
  }
  return to === recorded.events ? to : undefined
}

function isSame(then: TraceEvent, now: TraceEvent): boolean {
  return (
    then.timeMicros === now.timeMicros &&
    then.kind === now.kind &&
    then.node === now.node &&
    then.peer === now.peer &&
    then.detail === now.detail &&
    then.payload === now.payload
  )
}

function differenceText(recorded: RecordedRun, { plan, world }: Experiment, event: number): string {
  const textAt = (run: { at(event: number): TraceEvent }, events: number) =>
    event < events ? eventText(run.at(event), plan.node.schema) : 'nothing more'
  const then = textAt(recorded, recorded.events)
  const now = textAt(world.trace, world.trace.length)
  const what = then === now ? `its payload at ${then}` : `now ${now}, recorded ${then}`
  return `the replay differs from the recording at event ${event} (${what}): another version recorded it, or it was changed`
}

function listEvents(recorded: RecordedRun, range: string, asJson: boolean): number {
  const match = /^(\d+)-(\d+)$/.exec(range)
  const first = Number(match?.[1])
  const last = Math.min(Number(match?.[2]), recorded.events - 1)
  if (!match || first > Number(match[2]))
    throw new UsageError(`--events '${range}': write it like 100-140`)
  if (first >= recorded.events)
    throw new UsageError(`--events '${range}': the trace has ${eventsOf(recorded)}`)
  const { schema } = planOf(recorded.scenario).node
  const events = Array.from({ length: last - first + 1 }, (_, i) => recorded.at(first + i))
  if (asJson) process.stdout.write(json({ schema: 'quorate.events/1', events }))
  else {
    const texts = events.map((event) => eventText(event, schema))
    // Times are in order, and so are the widths of their texts.
    const width = texts.at(-1)?.indexOf(' ') ?? 0
    for (const [i, text] of texts.entries()) {
      const number = String(first + i).padStart(String(last).length)
      const indent = ' '.repeat(width - text.indexOf(' '))
      process.stdout.write(`${number}  ${indent}${text}\n`)
    }
  }
  return exitCodes.held
}

function eventCount(text: string, recorded: RecordedRun): number {
  const event = Number(text)
  if (!/^\d+$/.test(text) || event > recorded.events)
    throw new UsageError(`--to '${text}': the trace has ${eventsOf(recorded)}`)
  return event
}

function eventsOf({ events }: RecordedRun): string {
  if (events === 0) return 'no events'
  return events === 1 ? 'event 0 alone' : `the events 0 to ${events - 1}`
}
