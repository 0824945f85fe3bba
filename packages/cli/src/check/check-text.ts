import { styleText } from 'node:util'
import { textDiagram } from '@quorate/core/diagram'
import { counted, wallTime, whole } from '@quorate/core/experiments'
import { diagramColumns } from '../counterexample/counterexample-text.ts'
import { columnsOf, labelled, wrapped } from '../text-layout.ts'
import { verdictStyles, verdictWords } from '../verdict-style.ts'
import type { FoundCounterexample } from './check-counterexample.ts'
import type { CheckedProperty, CheckedWorldReport, CheckReport } from './check-report.ts'
import type { CheckSubject } from './check-subject.ts'

/** An exploration, for a person to read: the verdict, each world, the properties, and the steps that break one. */
export function checkText(
  report: CheckReport,
  subject: CheckSubject,
  found: FoundCounterexample | undefined,
  columns = columnsOf(process.stdout),
): string {
  const paragraphs = [
    heading(report, subject, columns),
    report.worlds.flatMap((world, i) => worldLines(world, subject.worlds[i]?.what ?? '', columns)),
    report.properties.map((property) => propertyLine(property, columns)),
    found ? counterexampleLines(report, found) : [],
  ]
  const shown = paragraphs.filter((lines) => lines.length > 0)
  return `${shown.map((lines) => lines.join('\n')).join('\n\n')}\n`
}

function heading(report: CheckReport, subject: CheckSubject, columns: number): string[] {
  const { verdict, because, uniqueStates, generatedStates, seconds, statesPerSecond } = report
  const word = verdictWords[verdict]
  const all = report.complete ? 'every order of events' : 'not every order of events'
  const [first = '', ...more] = wrapped(
    because === undefined ? `${word}: ${all}` : `${word}: ${because}`,
    columns,
  )
  const figures = `${counted(uniqueStates, 'state')}, ${whole(generatedStates)} transitions, ${wallTime(seconds)}, ${whole(statesPerSecond)} states a second`
  return [
    `${styleText('bold', report.subject)}  ${subject.title}, ${report.search}`,
    styleText(verdictStyles[verdict], word) + first.slice(word.length),
    ...more.map((line) => `  ${line}`),
    ...wrapped(figures, columns),
  ]
}

function worldLines(world: CheckedWorldReport, what: string, columns: number): string[] {
  const word = verdictWords[world.verdict].slice(0, 1)
  const mark = styleText(verdictStyles[world.verdict], word)
  const figures = `${counted(world.uniqueStates, 'state')} in up to ${counted(world.depth, 'event')}, ${wallTime(world.seconds)}${world.complete ? '' : ', not all seen'}${world.expectedStates === undefined ? '' : `; others have counted ${whole(world.expectedStates)}`}`
  return [
    `${mark} ${styleText('bold', world.name)}`,
    labelled('', 2, what, columns),
    labelled('', 2, figures, columns),
  ]
}

function propertyLine({ name, kind, held, steps }: CheckedProperty, columns: number): string {
  const verdict = held ? 'held' : 'violated'
  const mark = styleText(verdictStyles[verdict], verdictWords[verdict].slice(0, 1))
  const after = steps === undefined ? '' : ` after ${counted(steps, 'event')}`
  const said = {
    safety: held ? 'always' : `broken${after}`,
    liveness: held ? 'from every state' : `never, from some state`,
    sometimes: held ? `possible${after}` : 'never seen',
  }[kind]
  return `${mark} ${labelled(name, 34, said, columns - 2)}`
}

function counterexampleLines({ worlds }: CheckReport, { diagram }: FoundCounterexample): string[] {
  const world = worlds.find(({ counterexample }) => counterexample)
  const { property, steps = [] } = world?.counterexample ?? {}
  const title = `How ${property} breaks in ‘${world?.name}’, in ${counted(steps.length, 'event')}`
  const columns = diagramColumns(process.stdout)
  return [styleText('bold', title), ...textDiagram(diagram, { columns, ascii: false })]
}
