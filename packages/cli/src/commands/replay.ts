import { readFileSync } from 'node:fs'
import { causalOrderOf } from '@quorate/core/causality'
import {
  counted,
  decodeTraceFile,
  Experiment,
  planOf,
  type RecordedRun,
} from '@quorate/core/experiments'
import { looksLikeCounterexample } from '@quorate/core/explorer'
import type { TraceEvent } from '@quorate/core/simulator'
import type { Command } from 'commander'
import {
  concurrencyOf,
  concurrencyText,
  orderOf,
  orderText,
  pastOf,
  pastText,
} from '../causality.ts'
import { showCounterexample } from '../counterexample/replay-counterexample.ts'
import {
  shownEvents,
  showRunDiagram,
  type TraceDiagramFlags,
  wantsDiagram,
} from '../counterexample/trace-diagram.ts'
import { eventLines, eventText } from '../event-text.ts'
import { exitCodeOf, exitCodes, UsageError } from '../exit-codes.ts'
import { momentOf, momentText } from '../moment.ts'
import { runText } from '../run-text.ts'
import { runToEnd } from '../run-to-end.ts'
import { plainReason } from '../scenario-file.ts'
import { columnsOf } from '../text-layout.ts'

interface ReplayFlags extends TraceDiagramFlags {
  readonly to?: string
  readonly events?: string
  readonly order?: string
  readonly concurrency?: boolean
}

export function addReplay(program: Command): void {
  program
    .command('replay')
    .description(
      'a recorded run again, compared event for event with the recording; or a counterexample',
    )
    .argument('<file>', 'what quorate run --trace or quorate check --trace wrote')
    .option('--to <event>', 'stop there, and show every node as it is then; or after that step')
    .option('--events <from-to>', 'list the recorded events of a range, such as 0-40')
    .option('--past <event>', 'list what may have caused an event: its causal past')
    .option(
      '--order <a,b>',
      'say whether one event happened before, after or concurrently with another',
    )
    .option(
      '--concurrency',
      'count the pairs of steps that are ordered, and those that are concurrent',
    )
    .option('--diagram [from-to]', 'draw who told whom: these events, or what led to the violation')
    .option('--svg <file>', 'the diagram as a picture')
    .option('--html <file>', 'the diagram on a page of its own, with every step in words')
    .option('--ascii', 'draw with plain characters')
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      `
A counterexample is drawn in any case: each step in words, and what it breaks.

Exit codes: those of the run, and 1 where the replay differs from the
recording; of a counterexample 1 where it breaks its property again, and 2
where it does not.

Examples:
  quorate run raft --chaos --seed 7 --trace run.trace
  quorate replay run.trace
  quorate replay run.trace --events 100-140
  quorate replay run.trace --to 140
  quorate replay run.trace --past 140
  quorate replay run.trace --order 100,140
  quorate replay run.trace --diagram 100-140
  quorate replay run.trace --past 140 --html past.html
  quorate check raft+two-votes-in-a-term --trace found.json
  quorate replay found.json --html found.html`,
    )
    .action(async (path: string, flags: ReplayFlags) => {
      const bytes = read(path)
      const text = textOf(bytes)
      process.exitCode = looksLikeCounterexample(text)
        ? counterexample(path, text, flags)
        : await replay(traceIn(bytes, path), flags)
    })
}

function read(path: string): Uint8Array {
  try {
    return readFileSync(path)
  } catch (error) {
    throw new UsageError(`cannot read '${path}': ${plainReason(error)}`)
  }
}

/** The text of a file that begins like JSON; empty for others. */
function textOf(bytes: Uint8Array): string {
  const start = bytes.subarray(0, 64)
  return /^\s*\{/.test(Buffer.from(start).toString('latin1')) ? Buffer.from(bytes).toString() : ''
}

function counterexample(path: string, text: string, flags: ReplayFlags): number {
  for (const wish of ['events', 'past', 'order', 'concurrency'] as const) {
    if (flags[wish] !== undefined)
      throw new UsageError(`--${wish}: a counterexample has steps, and no events: give it a trace`)
  }
  if (typeof flags.diagram === 'string')
    throw new UsageError(
      `--diagram '${flags.diagram}': a counterexample is drawn whole, or --to a step`,
    )
  return showCounterexample(path, text, flags)
}

function traceIn(bytes: Uint8Array, path: string): RecordedRun {
  try {
    return decodeTraceFile(bytes)
  } catch (error) {
    throw new UsageError(`${path}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

async function replay(recorded: RecordedRun, flags: ReplayFlags): Promise<number> {
  const wishes = (['to', 'events', 'past', 'order', 'concurrency', 'diagram'] as const).filter(
    (wish) => flags[wish] !== undefined,
  )
  if (wishes.length > 1)
    throw new UsageError(`${wishes.map((wish) => `--${wish}`).join(' and ')}: give one of them`)
  if (wantsDiagram(flags) && wishes.every((wish) => wish === 'past' || wish === 'diagram'))
    return diagram(recorded, flags)
  if (flags.svg !== undefined || flags.html !== undefined)
    throw new UsageError(`--${wishes[0]} has no diagram: leave out --svg and --html`)
  if (flags.events !== undefined) return listEvents(recorded, flags.events, flags.json ?? false)
  if (wishes.some((wish) => wish !== 'to')) return causality(recorded, flags)
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
  else process.stdout.write(`${eventLines(events, schema).join('\n')}\n`)
  return exitCodes.held
}

/** Who told whom: replays the run with the causes of its events, and draws it. */
async function diagram(recorded: RecordedRun, flags: ReplayFlags): Promise<number> {
  if (flags.past !== undefined) eventNamed('--past', flags.past, recorded)
  const shown = shownEvents(flags, recorded)
  const experiment = await replayedWithCauses(recorded, recorded.events, recorded.complete)
  return typeof experiment === 'number' ? experiment : showRunDiagram(experiment, shown, flags)
}

/**
 * @param toEnd the recording is complete: one event further, if there is one
 * @returns an exit code, where the replay was interrupted or is not as it was recorded
 */
async function replayedWithCauses(
  recorded: RecordedRun,
  events: number,
  toEnd: boolean,
): Promise<Experiment | number> {
  const experiment = new Experiment(planOf(recorded.scenario), {
    recordTrace: true,
    recordCauses: true,
  })
  const { interrupted } = await runToEnd(experiment, toEnd ? events + 1 : events)
  if (interrupted) return exitCodes.interrupted
  const difference = firstDifference(recorded, experiment, events)
  if (difference === undefined) return experiment
  process.stderr.write(`quorate: ${differenceText(recorded, experiment, difference)}\n`)
  return exitCodes.violated
}

/** What happened before what: replays the run as far as that takes, with the causes of its events. */
async function causality(recorded: RecordedRun, flags: ReplayFlags): Promise<number> {
  const past = flags.past === undefined ? undefined : eventNamed('--past', flags.past, recorded)
  const pair = flags.order === undefined ? undefined : pairNamed(flags.order, recorded)
  const last = past ?? (pair ? Math.max(...pair) : recorded.events - 1)
  const experiment = await replayedWithCauses(recorded, last + 1, false)
  if (typeof experiment === 'number') return experiment
  const order = causalOrderOf(experiment.world)
  if (past !== undefined) {
    const document = pastOf(experiment, order, past)
    process.stdout.write(flags.json ? json(document) : pastText(document, experiment))
  } else if (pair) {
    const document = orderOf(experiment, order, pair)
    process.stdout.write(flags.json ? json(document) : orderText(document, experiment))
  } else {
    const document = concurrencyOf(experiment, order)
    process.stdout.write(flags.json ? json(document) : concurrencyText(document))
  }
  return exitCodes.held
}

function pairNamed(text: string, recorded: RecordedRun): readonly [number, number] {
  const [, a, b] = /^(\d+),(\d+)$/.exec(text) ?? []
  if (a === undefined || b === undefined)
    throw new UsageError(`--order '${text}': write it like 100,140`)
  return [eventNamed('--order', a, recorded), eventNamed('--order', b, recorded)]
}

/** An event of some process: faults come from outside, and nothing is ordered with them. */
function eventNamed(flag: string, text: string, recorded: RecordedRun): number {
  const event = Number(text)
  if (!/^\d+$/.test(text) || event >= recorded.events)
    throw new UsageError(`${flag} '${text}': the trace has ${eventsOf(recorded)}`)
  if (recorded.at(event).kind === 'fault')
    throw new UsageError(
      `${flag} '${text}': event ${event} is a fault, which comes from outside and is ordered with nothing: give a step of a node`,
    )
  return event
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
