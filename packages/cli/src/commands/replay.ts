import { readFileSync } from 'node:fs'
import {
  decodeTraceFile,
  Experiment,
  planOf,
  type RecordedRun,
  type RunReport,
} from '@quorate/core/experiments'
import type { Command } from 'commander'
import { exitCodeOf, exitCodes, UsageError } from '../exit-codes.ts'
import { runText } from '../run-text.ts'
import { plainReason } from '../scenario-file.ts'

const eventsPerSlice = 20_000

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
Examples:
  quorate run raft --chaos --seed 7 --trace run.trace
  quorate replay run.trace
  quorate replay run.trace --events 100-140
  quorate replay run.trace --to 140`,
    )
    .action((path: string, flags: ReplayFlags) => {
      process.exitCode = replay(readTrace(path), flags)
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

function replay(recorded: RecordedRun, flags: ReplayFlags): number {
  if (flags.events !== undefined) return listEvents(recorded, flags.events)
  const to = flags.to === undefined ? recorded.events : eventNumber(flags.to, recorded)
  const experiment = new Experiment(planOf(recorded.scenario), { recordTrace: true })
  const started = performance.now()
  while (experiment.world.trace.length < to) {
    const slice = Math.min(eventsPerSlice, to - experiment.world.trace.length)
    if (experiment.advance(slice)) break
  }
  // A recording that was interrupted ends early; so does its replay, and both are then complete.
  const report = experiment.report((performance.now() - started) / 1000)
  const difference = firstDifference(recorded, experiment, to)
  if (difference !== undefined) {
    const what = `the replay differs from the recording at event ${difference}`
    process.stderr.write(`quorate: ${what}: it was recorded by another version, or changed\n`)
    return exitCodes.violated
  }
  if (flags.to !== undefined) return showMoment(experiment, flags)
  return showReport(report, experiment, recorded, flags)
}

function firstDifference(
  recorded: RecordedRun,
  experiment: Experiment,
  to: number,
): number | undefined {
  const { trace } = experiment.world
  if (to === recorded.events && trace.hash === recorded.traceHash) return undefined
  for (let event = 0; event < to; event++) {
    if (event >= trace.length) return event
    const [then, now] = [recorded.at(event), trace.at(event)]
    const same =
      then.timeMicros === now.timeMicros &&
      then.kind === now.kind &&
      then.node === now.node &&
      then.peer === now.peer &&
      then.detail === now.detail &&
      then.payload === now.payload
    if (!same) return event
  }
  return to === recorded.events ? to : undefined
}

function showReport(
  report: RunReport,
  experiment: Experiment,
  recorded: RecordedRun,
  flags: ReplayFlags,
): number {
  if (flags.json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`)
  else {
    process.stdout.write(runText(report, experiment))
    process.stdout.write(`  ${recorded.events.toLocaleString('en')} events, the same as recorded\n`)
  }
  return exitCodeOf(report.verdict)
}

/** Every node at one moment: its declared state, as data. */
function showMoment(experiment: Experiment, flags: ReplayFlags): number {
  const { world, plan } = experiment
  const alive = world.alive()
  const nodes = world.hosts.map(({ self }) => {
    const node = alive.get(self)
    if (!node) return { node: self, role: 'down' }
    return {
      node: self,
      role: plan.protocol.roleOf(node),
      state: plan.node.state.view(node as never),
    }
  })
  const moment = {
    schema: 'quorate.moment/1',
    event: world.trace.length,
    virtualSeconds: world.nowMicros / 1_000_000,
    now: plan.protocol.narrate(alive),
    nodes,
  }
  if (flags.json) process.stdout.write(`${JSON.stringify(moment, null, 2)}\n`)
  else {
    process.stdout.write(`event ${moment.event} at ${moment.virtualSeconds} s: ${moment.now}\n`)
    for (const { node, role, ...rest } of nodes) {
      process.stdout.write(`  node ${node}, ${role}\n`)
      const state = 'state' in rest ? Object.entries(rest.state) : []
      for (const [name, value] of state)
        process.stdout.write(`    ${name.padEnd(22)} ${shortly(value)}\n`)
    }
  }
  return exitCodes.held
}

function shortly(value: unknown): string {
  const text = JSON.stringify(value)
  return text.length <= 90
    ? text
    : `${text.slice(0, 60)} … (${text.length.toLocaleString('en')} characters)`
}

function listEvents(recorded: RecordedRun, range: string): number {
  const match = /^(\d+)-(\d+)$/.exec(range)
  if (!match) throw new UsageError(`--events '${range}': write it like 100-140`)
  const first = eventNumber(match[1] as string, recorded)
  const last = Math.min(eventNumber(match[2] as string, recorded), recorded.events - 1)
  const { node } = planOf(recorded.scenario)
  for (let event = first; event <= last; event++) {
    const { timeMicros, kind, node: at, peer, detail } = recorded.at(event)
    const time = `${(timeMicros / 1_000_000).toFixed(6)} s`
    const what =
      kind === 'deliver' || kind === 'lost'
        ? `${node.schema.message.kinds[detail]} from ${peer}`
        : kind === 'timeout'
          ? (node.schema.timers[detail] ?? '')
          : kind === 'propose'
            ? `${node.schema.command.kinds[detail]} of client ${peer}`
            : ''
    process.stdout.write(
      `${String(event).padStart(8)}  ${time.padStart(14)}  node ${at}  ${kind} ${what}\n`,
    )
  }
  return exitCodes.held
}

function eventNumber(text: string, recorded: RecordedRun): number {
  const event = Number(text)
  if (!/^\d+$/.test(text) || event > recorded.events) {
    throw new UsageError(`event '${text}': the trace has the events 0 to ${recorded.events - 1}`)
  }
  return event
}
