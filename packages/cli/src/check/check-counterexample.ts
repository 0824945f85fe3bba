import { diagramOfCounterexample, type MessageDiagram } from '@quorate/core/diagram'
import { counted } from '@quorate/core/experiments'
import {
  decodeCounterexample,
  encodeCounterexample,
  replayCounterexample,
} from '@quorate/core/explorer'
import type { View } from '@quorate/core/model'
import { DiagramFiles, type DiagramFlags } from '../counterexample/diagram-files.ts'
import { OutputFile } from '../output-file.ts'
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

/** Where a violation is to be written. */
interface CounterexampleFlags extends DiagramFlags {
  readonly trace?: string
}

/** The files for a violation: that they can be written is known before anything is explored. */
export class CounterexampleFiles {
  readonly #trace: OutputFile | undefined
  readonly #pictures: DiagramFiles

  /** @throws UsageError if a file cannot be written */
  constructor(flags: CounterexampleFlags) {
    this.#trace = flags.trace === undefined ? undefined : new OutputFile(flags.trace)
    try {
      this.#pictures = new DiagramFiles(flags)
    } catch (error) {
      this.#trace?.discard()
      throw error
    }
  }

  get areWanted(): boolean {
    return this.#trace !== undefined || this.#pictures.areWanted
  }

  write(report: CheckReport, { text, diagram }: FoundCounterexample): void {
    const world = report.worlds.find(({ counterexample }) => counterexample)
    const { property = '', message = '', steps = [] } = world?.counterexample ?? {}
    this.#trace?.write(Buffer.from(text))
    this.#pictures.write(diagram, {
      title: `${report.subject}: how ${property} breaks`,
      lead: `In ${counted(steps.length, 'step')}: ${message}.`,
      counts: 'step',
      foot: `Quorate ${version}; ${world?.name}; found by quorate check, ${report.search}.`,
    })
  }

  /** Takes away what was begun and not written. */
  discard(): void {
    this.#trace?.discard()
    this.#pictures.discard()
  }
}
