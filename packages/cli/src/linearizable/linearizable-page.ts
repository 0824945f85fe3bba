import type { RecordedOperation } from '@quorate/core/checkers'
import { counted } from '@quorate/core/experiments'
import { element, escaped } from '../pictures/markup.ts'
import { page, type Section, table } from '../pictures/page.ts'
import { drawingStyle, historyDrawing, short } from './history-drawing.ts'
import { type Drawn, type HistoryLayout, historyLayout } from './history-layout.ts'
import {
  doubtsOf,
  type HistoryReport,
  operationText,
  recordedOf,
  whyUnplaced,
} from './history-report.ts'
import { certaintyText, contentText, shortReason, verdictNames } from './linearizable-text.ts'

/** So many parts of a linearizable history are drawn. */
const mostParts = 3
const longestLabel = 24

/** A page with the picture of a history: of a violation its neighbourhood, otherwise the beginnings of its largest parts. */
export function linearizablePage(report: HistoryReport): string {
  const { file, outcome } = report
  const drawn = drawnParts(report)
  return page(
    `${file}: ${verdictNames[outcome.verdict].slice(2)}`,
    `${verdictNames[outcome.verdict]}${shortReason(report)}.`,
    [
      ...drawn.flatMap((part) => partSections(report, part)),
      {
        title: 'The check',
        text: `${sentence(contentText(report))}. ${counted(outcome.states, 'state')} searched in ${report.seconds.toFixed(2)} s.`,
        content: [`Certainty: ${certaintyText(report)}.`, ...doubtsOf(report).map(doubtSentence)]
          .map((text) => element('p', {}, escaped(text)))
          .join(''),
      },
    ],
    'Linearizability: Herlihy and Wing, 1990. The search: Wing and Gong, 1993; Lowe, 2017. Drawn by quorate linearizable.',
  )
}

interface DrawnPart extends Drawn {
  readonly name: string
}

function drawnParts(report: HistoryReport): readonly DrawnPart[] {
  const { outcome, recorded } = report
  const parts = report.parts.map(({ name, operations }) => ({
    name,
    operations: operations.map((operation) => recordedOf(report, operation)),
  }))
  const drawn = (
    { name, operations }: (typeof parts)[number],
    order: readonly { readonly command: unknown }[],
    unplaced?: RecordedOperation,
  ): DrawnPart => ({
    name,
    history: recorded,
    operations,
    order: order.map((operation) => recordedOf(report, operation)),
    unplaced,
    labelOf: labelsOf(operations),
  })
  if (outcome.verdict === 'violated') {
    const part = parts.find(({ name }) => name === outcome.part) as (typeof parts)[number]
    return outcome.unplaced === undefined
      ? [drawn(part, [])]
      : [drawn(part, outcome.longestOrder, recordedOf(report, outcome.unplaced))]
  }
  const largest = [...parts].sort((a, b) => b.operations.length - a.operations.length)
  const orders = new Map(
    outcome.verdict === 'linearizable'
      ? outcome.orders.map(({ name, order }) => [name, order])
      : [],
  )
  return largest.slice(0, mostParts).map((part) => drawn(part, orders.get(part.name) ?? []))
}

/** Labels; without the key where all operations have the same. */
function labelsOf(
  operations: readonly RecordedOperation[],
): (operation: RecordedOperation) => string {
  const keys = new Set(operations.map(({ key }) => JSON.stringify(key)))
  const shown = (operation: RecordedOperation) =>
    keys.size > 1 ? operation : { ...operation, key: undefined }
  return (operation) => short(operationText(shown(operation)), longestLabel)
}

function partSections(report: HistoryReport, part: DrawnPart): Section[] {
  const layout = historyLayout(part)
  const { outcome } = report
  const isLocated = outcome.verdict === 'violated' && outcome.unplaced !== undefined
  const title = isLocated ? `Where it fails: ${part.name}` : sentence(part.name)
  const what = isLocated
    ? `${sentence(whyUnplaced(report, outcome))}.`
    : `${counted(part.operations.length, 'operation')}.`
  return [
    {
      title,
      text: `${what}${leftOutText(layout)}`,
      content:
        element('style', {}, drawingStyle) +
        historyDrawing(layout, `${part.name}: operations by process, in the order of events`) +
        element('p', {}, escaped(legend(layout, part))),
    },
    {
      title: 'The same as a table',
      text: 'In the order of calls; the order found is the one that the marks show.',
      content: tableOf(part, layout),
    },
  ]
}

function leftOutText({ leftOut: { before, after, open } }: HistoryLayout): string {
  const parts = [
    ...(before > 0 ? [`${counted(before, 'operation')} answered earlier`] : []),
    ...(after > 0 ? [`${counted(after, 'operation')} called later`] : []),
    ...(open > 0 ? [`${counted(open, 'operation')} left open earlier`] : []),
  ]
  return parts.length === 0 ? '' : ` Left out of the picture: ${parts.join(', ')}.`
}

function legend({ bars, faults }: HistoryLayout, { order }: DrawnPart): string {
  const parts = [
    'From left to right: calls and answers in their order; widths are no durations.',
    'A bar is an operation from its call to its answer.',
    ...(order.length > 0 ? ['◆ with a number: where it takes effect in the order found.'] : []),
    ...(bars.some(({ operation }) => operation.return === undefined)
      ? ['Dashed, without an end, with ?: never answered, it may take effect at any time or never.']
      : []),
    ...(bars.some(({ isUnplaced }) => isUnplaced)
      ? ['× in a heavy frame: fits nowhere in the orders tried.']
      : []),
    ...(faults.length > 0 ? ['▼ with a dotted line: a fault.'] : []),
  ]
  return parts.join(' ')
}

function tableOf({ name, order, unplaced }: DrawnPart, { bars }: HistoryLayout): string {
  const numbers = new Map(order.map((operation, index) => [operation, index + 1]))
  const rows = bars.map(({ operation }) => [
    operationText(operation),
    operation.process,
    `line ${operation.callLine}`,
    operation.return === undefined ? 'never' : `line ${operation.returnLine}`,
    operation === unplaced ? 'fits nowhere' : String(numbers.get(operation) ?? 'not in it'),
  ])
  return table(
    `The operations of the picture: ${name}`,
    ['operation', 'process', 'called', 'answered', 'place in the order'],
    rows,
  )
}

function doubtSentence(doubt: string): string {
  return `Unless: ${doubt}.`
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
