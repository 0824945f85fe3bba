import { styleText } from 'node:util'
import { type MessageDiagram, textDiagram } from '@quorate/core/diagram'
import { counted } from '@quorate/core/experiments'
import type { Counterexample, CounterexampleReplay } from '@quorate/core/explorer'
import { columnsOf, wrapped } from '../text-layout.ts'
import { verdictStyles, verdictWords } from '../verdict-style.ts'

/** A file, which is no terminal, gets lines of this length: a drawing needs an end. */
const columnsOfFiles = 120

/** How wide a drawing may be. */
export function diagramColumns(stream: NodeJS.WriteStream): number {
  return Math.min(columnsOf(stream), stream.isTTY ? Number.POSITIVE_INFINITY : columnsOfFiles)
}

/** A counterexample whose steps were taken again, for a person to read. */
export function counterexampleText(
  found: Counterexample,
  { broken }: CounterexampleReplay,
  diagram: MessageDiagram,
  { ascii, columns }: { readonly ascii: boolean; readonly columns: number },
): string {
  const { protocol, property, steps } = found
  const word = verdictWords.violated
  const after = `after ${counted(steps.length, 'step')}`
  const [first = '', ...more] = wrapped(
    `${word}: ${property} ${after}: ${broken?.message}`,
    columns,
  )
  return `${[
    `${styleText('bold', protocol)}  ${worldName(found)}`,
    styleText(verdictStyles.violated, word) + first.slice(word.length),
    ...more.map((line) => `  ${line}`),
    '',
    ...textDiagram(diagram, { columns, ascii }),
  ].join('\n')}\n`
}

/** What its finder called the world. */
export function worldName({ world }: Counterexample): string {
  return typeof world.name === 'string' ? world.name : 'a small world'
}
