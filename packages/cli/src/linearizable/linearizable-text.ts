import { styleText } from 'node:util'
import { counted, whole } from '@quorate/core/experiments'
import { oneLine } from '../exit-codes.ts'
import { labelled } from '../text-layout.ts'
import { verdictStyles } from '../verdict-style.ts'
import {
  certaintyOf,
  doubtsOf,
  type HistoryReport,
  type Located,
  operationText,
  partName,
  recordedOf,
  type Verdict,
  whyUnplaced,
} from './history-report.ts'

const labelWidth = 19

export const verdictNames: Readonly<Record<Verdict, string>> = {
  linearizable: '✓ linearizable',
  violated: '× not linearizable',
  inconclusive: '… inconclusive',
}

function styled(verdict: Verdict): string {
  return styleText(
    verdictStyles[verdict === 'linearizable' ? 'held' : verdict],
    verdictNames[verdict],
  )
}

/** One history, for a person to read: the verdict first, then the evidence. */
export function linearizableText(report: HistoryReport, columns: number): string {
  const { file, outcome } = report
  const row = (label: string, text: string) => labelled(`  ${label}`, labelWidth, text, columns)
  const heading = labelled(file, file.length + 2, contentText(report), columns)
  const lines = [
    styleText('bold', file) + heading.slice(file.length),
    `${styled(outcome.verdict)}${shortReason(report)}`,
    ...(outcome.verdict === 'violated' && outcome.unplaced !== undefined
      ? evidence(report, outcome).map(([label, text]) => row(label, text))
      : []),
    ...doubtsOf(report).map((doubt) => row('unless', oneLine(doubt))),
    row('searched', searchedText(report)),
    row('certainty', certaintyText(report)),
  ]
  return `${lines.join('\n')}\n`
}

/** Several histories, a line each. */
export function overviewLine(report: HistoryReport, width: number): string {
  const { outcome, file, recorded } = report
  const figures = `${counted(recorded.operations.length, 'operation')}, ${counted(outcome.states, 'state')}`
  const name = verdictNames[outcome.verdict]
  const padding = ' '.repeat(verdictNames.violated.length - name.length)
  return `${styled(outcome.verdict)}${padding}  ${file.padEnd(width)}  ${figures}${shortReason(report)}\n`
}

/** What the history is of. */
export function contentText(report: HistoryReport): string {
  const { recorded, model, format, guessed, initial, parts } = report
  const { operations, clients, faults } = recorded
  const open = operations.filter(({ outcome }) => outcome === 'info').length
  const guess = (what: 'model' | 'format') => (guessed.includes(what) ? ' (guessed)' : '')
  return [
    `${counted(operations.length, 'operation')} of ${counted(clients.length, 'client')}`,
    ...(open === 0 ? [] : [`${whole(open)} of them open`]),
    ...(faults.length === 0 ? [] : [counted(faults.length, 'fault')]),
    `model ${model}${guess('model')}${initial === undefined ? '' : `, at first ${initial}`}`,
    `format ${format}${guess('format')}`,
    ...(parts.length < 2 ? [] : [counted(parts.length, 'part')]),
  ].join(', ')
}

/** After the verdict, on the same line. */
export function shortReason(report: HistoryReport): string {
  return oneLine(reasonOf(report))
}

function reasonOf(report: HistoryReport): string {
  const { outcome } = report
  switch (outcome.verdict) {
    case 'linearizable':
      return ''
    case 'inconclusive':
      return `: ${outcome.reason}`
    case 'violated': {
      if (outcome.unplaced === undefined) {
        return `: ${outcome.part} has no order; time was over before it was known where`
      }
      const { process, returnLine } = recordedOf(report, outcome.unplaced)
      const operation = operationText(recordedOf(report, outcome.unplaced))
      return `: ${outcome.part}, line ${returnLine}, process ${process}: ${operation}`
    }
  }
}

function evidence(report: HistoryReport, violated: Located): [string, string][] {
  const { returnLine } = recordedOf(report, violated.unplaced)
  const known = violated.isFirst
    ? 'with it there is none'
    : 'with it, or with a later one, there is none: the limits did not allow to tell which'
  return [
    ['why', oneLine(whyUnplaced(report, violated))],
    [
      'longest prefix',
      `up to the answer of line ${returnLine}, which is left out, ${partName(violated.part)} has an order, of ${counted(violated.longestOrder.length, 'operation')}; ${known}`,
    ],
  ]
}

function searchedText({ outcome, seconds }: HistoryReport): string {
  return `${counted(outcome.states, 'state')} in ${seconds.toFixed(seconds < 10 ? 2 : 0)} s`
}

export function certaintyText(report: HistoryReport): string {
  const { certainty, oddsOfCollision = 0 } = certaintyOf(report)
  switch (certainty) {
    case undefined:
      return 'none: it may be linearizable or not'
    case 'exact':
      if (report.outcome.verdict === 'linearizable') {
        return 'exact: the order found explains every answer, and was checked'
      }
      return report.outcome.states === 0
        ? 'exact: the times of calls and answers leave no order'
        : 'exact: every order was ruled out, by states compared as a whole'
    case 'by hash':
      return `by hash: every order was ruled out, by states compared by 64 bits of hash; the odds that this missed one are below ${oddsOfCollision.toExponential(0)}`
  }
}
