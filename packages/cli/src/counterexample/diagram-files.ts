import { type MessageDiagram, svgDiagram } from '@quorate/core/diagram'
import { OutputFile } from '../output-file.ts'
import { type DiagramPage, diagramPage } from '../pictures/diagram-page.ts'

/** Where a diagram is to be written, beside the terminal. */
export interface DiagramFlags {
  readonly svg?: string
  readonly html?: string
}

/** @throws UsageError if a file cannot be written */
export function writeDiagram(
  diagram: MessageDiagram,
  flags: DiagramFlags,
  about: DiagramPage,
): void {
  write(flags.svg, () => `${svgDiagram(diagram)}\n`)
  write(flags.html, () => diagramPage(diagram, about))
}

function write(path: string | undefined, content: () => string): void {
  if (path === undefined) return
  const file = new OutputFile(path)
  try {
    file.write(Buffer.from(content()))
  } finally {
    file.discard()
  }
}
