import { styleText } from 'node:util'
import { textDiagram } from '@quorate/core/diagram'
import { counted, wallTime, whole } from '@quorate/core/experiments'
import { diagramColumns } from '../counterexample/counterexample-text.ts'
import { columnsOf, labelled, wrapped } from '../text-layout.ts'
import { verdictStyles, verdictWords } from '../verdict-style.ts'
import { canProve, certaintyText } from './certainty-text.ts'
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
    report.properties.map((property) => propertyLine(property, report.complete, columns)),
    assumptionLines(report, columns),
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
  const figures = `${counted(uniqueStates, 'state')}, ${counted(generatedStates, 'transition')}, ${wallTime(seconds)}, ${whole(statesPerSecond)} states a second`
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
  const figures = `${counted(world.uniqueStates, 'state')} in up to ${counted(world.depth, 'event')}, ${wallTime(world.seconds)}${world.complete ? '' : ', not all seen'}${world.expectedStates === undefined ? '' : `; others have counted ${whole(world.expectedStates)}${world.symmetry ? ' states, with who is who' : ''}`}`
  // What proves nothing says so in its verdict.
  const sure = canProve(world.certainty) ? certaintyText(world.certainty) : undefined
  return [
    `${mark} ${styleText('bold', world.name)}`,
    labelled('', 2, what, columns),
    labelled('', 2, figures, columns),
    ...(sure === undefined ? [] : [labelled('', 2, sure, columns)]),
    ...(world.symmetry ? [labelled('', 2, orbitsText(world.symmetry.group), columns)] : []),
    ...(world.reduction ? [labelled('', 2, reducedText, columns)] : []),
    ...livenessLines(world, columns),
  ]
}

const reducedText =
  'orders that make no difference to what is said were left out; properties of single moments were not looked at'

function orbitsText(group: number): string {
  return `each stands for all that differ from it only in who is who: up to ${whole(group)}`
}

/** What liveness rests on, once. */
function assumptionLines({ worlds }: CheckReport, columns: number): string[] {
  const liveness = worlds.find((world) => world.liveness)?.liveness
  return liveness ? wrapped(`${liveness.property} assumes: ${liveness.assumption}`, columns) : []
}

/** What is said of a world beside whether its goal is reached. */
function livenessLines({ liveness }: CheckedWorldReport, columns: number): string[] {
  if (liveness?.verdict !== 'held') return []
  const { detours, deadEnds } = liveness
  const sentences = [
    ...(deadEnds.count === 0
      ? []
      : [
          `the bounds end ${counted(deadEnds.count, 'run')} before it; going on fairly, each reaches it in at most ${counted(deadEnds.longestContinuation, 'step')} more`,
        ]),
    ...(detours.example === undefined
      ? []
      : [
          `an unfair or unlucky schedule can avoid it for ever: after ${counted(detours.example.path.length, 'event')}, the same ${counted(detours.example.cycle.length, 'event')} again and again`,
        ]),
  ]
  return sentences.map((sentence) => labelled('', 2, sentence, columns))
}

/** Names of properties take so many. */
const nameColumns = 34

function propertyLine(
  { name, kind, held, undecided, steps }: CheckedProperty,
  complete: boolean,
  columns: number,
): string {
  const verdict = held ? 'held' : undecided ? 'inconclusive' : 'violated'
  const mark = styleText(verdictStyles[verdict], verdictWords[verdict].slice(0, 1))
  const after = steps === undefined ? '' : ` after ${counted(steps, 'event')}`
  const said = {
    safety: held ? (complete ? 'always' : 'in all that was seen') : `broken${after}`,
    liveness: held ? 'from every state' : undecided ? 'not decided' : 'never, from some state',
    sometimes: held ? `possible${after}` : undecided ? 'not seen so far' : 'never seen',
  }[kind]
  const [first = '', ...more] = wrapped(name, columns - 2)
  if (name.length < nameColumns) return `${mark} ${labelled(name, nameColumns, said, columns - 2)}`
  return [`${mark} ${first}`, ...more.map((line) => `  ${line}`), `  ${said}`].join('\n')
}

function counterexampleLines({ worlds }: CheckReport, { diagram }: FoundCounterexample): string[] {
  const world = worlds.find(({ counterexample }) => counterexample)
  const { property, steps = [], cycle = [], foundAfter } = world?.counterexample ?? {}
  const found = foundAfter === undefined ? '' : ` (reduced from the ${whole(foundAfter)} found)`
  const round = cycle.length === 0 ? '' : `, and then ${whole(cycle.length)} again and again`
  const title = `How ${property} breaks in ‘${world?.name}’, in ${counted(steps.length, 'event')}${found}${round}`
  const columns = diagramColumns(process.stdout)
  return [styleText('bold', title), ...textDiagram(diagram, { columns, ascii: false })]
}
