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
  return stream.isTTY ? columnsOf(stream) : columnsOfFiles
}

/** A diagram as a terminal shows it. */
export function diagramText(diagram: MessageDiagram, ascii = false): string {
  return `${textDiagram(diagram, { columns: diagramColumns(process.stdout), ascii }).join('\n')}\n`
}

/** A counterexample whose steps were taken again, for a person to read. */
export function counterexampleText(
  found: Counterexample,
  { broken }: CounterexampleReplay,
  diagram: MessageDiagram,
  ascii = false,
): string {
  const { protocol, property, steps, lasso = steps.length } = found
  const columns = diagramColumns(process.stdout)
  const word = verdictWords.violated
  const round = steps.length - lasso
  const again = round === 0 ? '' : `, and then ${round} again and again`
  const after = `after ${counted(lasso, 'step')}${again}`
  const [first = '', ...more] = wrapped(
    `${word}: ${property} ${after}: ${broken?.message}`,
    columns,
  )
  const heading = [
    `${styleText('bold', protocol)}  ${worldName(found)}`,
    styleText(verdictStyles.violated, word) + first.slice(word.length),
    ...more.map((line) => `  ${line}`),
    '',
  ]
  return `${heading.join('\n')}\n${diagramText(diagram, ascii)}`
}

/** What its finder called the world; of a model, its parameters. */
export function worldName({ world }: Counterexample): string {
  if (typeof world.name === 'string') return world.name
  return Object.entries(world)
    .map(([name, value]) => `${name} ${JSON.stringify(value)}`)
    .join(', ')
}
