import { diagramOfCounterexample, type MessageDiagram } from '@quorate/core/diagram'
import { counted } from '@quorate/core/experiments'
import {
  decodeCounterexample,
  encodeCounterexample,
  replayCounterexample,
} from '@quorate/core/explorer'
import type { View } from '@quorate/core/model'
import { type DiagramFlags, writeDiagram } from '../counterexample/diagram-files.ts'
import { version } from '../version.ts'
import type { CheckReport } from './check-report.ts'

/** A violation that an exploration found: its file, and its picture. */
export interface FoundCounterexample {
  /** What `quorate replay` opens. */
  readonly text: string
  readonly diagram: MessageDiagram
}

/** The counterexample of a report, replayed; undefined where nothing is violated by any steps. */
export function foundCounterexample(report: CheckReport): FoundCounterexample | undefined {
  const found = report.worlds.find(({ counterexample }) => counterexample)
  if (!found?.counterexample) return undefined
  const { property, message, nodes, steps, cycle = [] } = found.counterexample
  const text = encodeCounterexample({
    quorate: version,
    protocol: report.subject,
    world: found.world as { readonly [name: string]: View },
    property,
    message,
    nodes,
    steps: [...steps, ...cycle],
    ...(cycle.length > 0 ? { lasso: steps.length } : {}),
  })
  const counterexample = decodeCounterexample(text)
  const replayed = replayCounterexample(counterexample)
  return { text, diagram: diagramOfCounterexample(counterexample, replayed) }
}

/** Writes the picture where the flags want it. */
export function writePictures(
  report: CheckReport,
  { diagram }: FoundCounterexample,
  flags: DiagramFlags,
): void {
  const world = report.worlds.find(({ counterexample }) => counterexample)
  const { property = '', message = '', steps = [] } = world?.counterexample ?? {}
  writeDiagram(diagram, flags, {
    title: `${report.subject}: how ${property} breaks`,
    lead: `In ${counted(steps.length, 'step')}: ${message}.`,
    counts: 'step',
    foot: `Quorate ${version}; ${world?.name}; found by quorate check, ${report.search}.`,
  })
}
