import { diagramOfRun, type ShownEvents } from '@quorate/core/diagram'
import type { Experiment, RecordedRun } from '@quorate/core/experiments'
import { exitCodeOf, UsageError } from '../exit-codes.ts'
import { diagramText } from './counterexample-text.ts'
import { type DiagramFlags, writeDiagram } from './diagram-files.ts'

/** The flags of `quorate replay` that ask for a diagram of a trace. */
export interface TraceDiagramFlags extends DiagramFlags {
  /** A range of events; true for what led to the violation. */
  readonly diagram?: string | true
  readonly past?: string
  readonly ascii?: boolean
  readonly json?: boolean
}

/** Whether a diagram of the trace is wanted. */
export function wantsDiagram({ diagram, svg, html }: TraceDiagramFlags): boolean {
  return diagram !== undefined || svg !== undefined || html !== undefined
}

/**
 * The events that the flags name; undefined for what led to the violation.
 * @throws UsageError for events that the trace does not have
 */
export function shownEvents(
  flags: TraceDiagramFlags,
  recorded: RecordedRun,
): ShownEvents | undefined {
  const { diagram, past } = flags
  if (past !== undefined) return { kind: 'past', of: [Number(past)] }
  if (diagram === undefined || diagram === true) return undefined
  const match = /^(\d+)-(\d+)$/.exec(diagram)
  const from = Number(match?.[1])
  const to = Math.min(Number(match?.[2]), recorded.events - 1)
  if (!match || from > Number(match[2]))
    throw new UsageError(`--diagram '${diagram}': write it like 100-140`)
  if (from > to)
    throw new UsageError(`--diagram '${diagram}': the trace ends with event ${recorded.events - 1}`)
  return { kind: 'range', from, to }
}

/** Draws a run that was replayed: in the terminal, or into the files that the flags name. */
export function showRunDiagram(
  experiment: Experiment,
  shown: ShownEvents | undefined,
  flags: TraceDiagramFlags,
): number {
  const report = experiment.report(0)
  const diagram = diagramOfRun(experiment, shown ? { shown } : {})
  const because = report.because === undefined ? '' : `: ${report.because}`
  writeDiagram(diagram, flags, {
    title: diagram.title,
    lead: `${report.verdict}${because}.`,
    counts: 'event',
    foot: `${report.replay}; trace hash ${report.traceHash}`,
  })
  if (flags.json) {
    const document = { schema: 'quorate.diagram/1', diagram }
    process.stdout.write(`${JSON.stringify(document, null, 2)}\n`)
  } else if (flags.diagram !== undefined) {
    process.stdout.write(`${diagram.title}\n${diagramText(diagram, flags.ascii)}`)
  }
  return exitCodeOf(report)
}
