import { type MessageDiagram, svgDiagram } from '@quorate/core/diagram'
import { OutputFile } from '../output-file.ts'
import { type DiagramPage, diagramPage } from '../pictures/diagram-page.ts'

/** Where a diagram is to be written, beside the terminal. */
export interface DiagramFlags {
  readonly svg?: string
  readonly html?: string
}

/** The files of a diagram: that they can be written is known at the beginning. */
export class DiagramFiles {
  readonly #svg: OutputFile | undefined
  readonly #html: OutputFile | undefined

  /** @throws UsageError if a file cannot be written */
  constructor({ svg, html }: DiagramFlags) {
    this.#svg = svg === undefined ? undefined : new OutputFile(svg)
    try {
      this.#html = html === undefined ? undefined : new OutputFile(html)
    } catch (error) {
      this.#svg?.discard()
      throw error
    }
  }

  get areWanted(): boolean {
    return this.#svg !== undefined || this.#html !== undefined
  }

  /** @throws UsageError if the disk is full */
  write(diagram: MessageDiagram, about: DiagramPage): void {
    this.#svg?.write(Buffer.from(`${svgDiagram(diagram)}\n`))
    this.#html?.write(Buffer.from(diagramPage(diagram, about)))
  }

  /** Takes away what was begun and not written. */
  discard(): void {
    this.#svg?.discard()
    this.#html?.discard()
  }
}

/** @throws UsageError if a file cannot be written */
export function writeDiagram(
  diagram: MessageDiagram,
  flags: DiagramFlags,
  about: DiagramPage,
): void {
  const files = new DiagramFiles(flags)
  try {
    files.write(diagram, about)
  } finally {
    files.discard()
  }
}
