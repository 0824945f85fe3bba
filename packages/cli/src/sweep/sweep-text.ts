import { styleText } from 'node:util'
import {
  counted,
  type FailureReport,
  type PointReport,
  type SweepReport,
  seedsText,
  sizeText,
  whole,
} from '@quorate/core/experiments'
import { longestCommand } from '../shrunk-text.ts'
import { labelled, labelledCommand, wrapped } from '../text-layout.ts'
import { verdictStyles, verdictWords } from '../verdict-style.ts'
import { columnsOfSweep, figureText, intervalsText, shareText } from './sweep-columns.ts'

const widest = 120
const labelWidth = 9

/** A sweep for a person to read: a line a point, then what failed. */
export function sweepText(report: SweepReport, columns: number): string {
  const width = Math.min(columns, widest)
  const blocks = [
    [head(report), ...verdictLines(report)].join('\n'),
    pointLines(report, columns).join('\n'),
    wrapped(intervalsText(report), width).join('\n'),
    ...failureBlocks(report, width),
    ...crashBlocks(report, width),
  ]
  return `${blocks.join('\n\n')}\n`
}

function head({ sweep, points, plannedRuns, doneRuns, complete, hash }: SweepReport): string {
  const runs = complete
    ? counted(doneRuns, 'run')
    : `${whole(doneRuns)} of ${whole(plannedRuns)} runs so far`
  const what =
    points.length === 1
      ? seedsText(sweep.seeds)
      : `${whole(points.length)} points, each with ${seedsText(sweep.seeds)}`
  return `${styleText('bold', sweep.scenario.protocol)}: ${runs}, ${what} (sweep ${hash})`
}

function verdictLines({ verdicts, failed, doneRuns, sweep }: SweepReport): string[] {
  const lines = (['held', 'violated', 'inconclusive'] as const)
    .filter((verdict) => verdicts[verdict] > 0)
    .map((verdict) => {
      const word = styleText([...verdictStyles[verdict]], verdictWords[verdict])
      return `  ${word}  ${whole(verdicts[verdict])}`
    })
  const expected = sweep.scenario.expect
  if (expected)
    lines.push(
      `  as expected (${expected.verdict})  ${whole(doneRuns - failed)} of ${whole(doneRuns)}`,
    )
  return lines
}

/** A table where it fits; else the figures of a point below each other. */
function pointLines(report: SweepReport, width: number): string[] {
  const columns = columnsOfSweep(report)
  const heads = ['', 'held', ...columns.map(({ title }) => title)]
  const rows = report.points.map((point) => [
    point.label || 'all runs',
    heldText(point),
    ...columns.map((column) => figureText(point, column)),
  ])
  const widths = heads.map((name, i) =>
    Math.max(name.length, ...rows.map((row) => row[i]?.length ?? 0)),
  )
  const line = (cells: readonly string[]) =>
    `  ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('   ')}`.trimEnd()
  const total = widths.reduce((sum, each) => sum + each + 3, 0)
  if (total <= width) return [styleText('bold', line(heads)), ...rows.map(line)]
  const nameWidth = Math.max(...heads.map((name) => name.length)) + 4
  return rows.flatMap(([label = '', ...cells]) => [
    `  ${styleText('bold', label)}`,
    ...cells.map((cell, i) => `    ${(heads[i + 1] ?? '').padEnd(nameWidth)}${cell}`),
  ])
}

function heldText({ verdicts }: PointReport): string {
  return verdicts ? shareText(verdicts.held) : '–'
}

function failureBlocks(report: SweepReport, width: number): string[] {
  const { failures, failed } = report
  if (failed === 0) return []
  const listed = failed === failures.length ? '' : '; the first of each kind at each point'
  return [
    `${styleText('bold', counted(failed, 'failure'))}${listed}`,
    ...failures.map((failure) => failureLines(report, failure, width).join('\n')),
  ]
}

function failureLines({ points }: SweepReport, failure: FailureReport, width: number): string[] {
  const { point, seed, because, replay, shrunk } = failure
  const at = points[point]?.label
  const lines = [
    labelled(`  × seed ${seed}${at ? `, ${at}` : ''}: `, 4, because, width),
    labelledCommand('    again', labelWidth + 4, replay, width),
  ]
  if (!shrunk) return lines
  const how = shrunk.smallest ? '' : ', not yet the smallest'
  return [
    ...lines,
    labelled(
      '    shrunk',
      labelWidth + 4,
      `${sizeText(shrunk.from)} → ${sizeText(shrunk.to)}${how}`,
      width,
    ),
    shrunk.replay.length <= longestCommand
      ? labelledCommand('    run', labelWidth + 4, shrunk.replay, width)
      : labelled(
          '',
          labelWidth + 4,
          'its scenario is long: run it again as above with --shrunk smallest.yaml',
          width,
        ),
  ]
}

/** So many runs that broke down are told; all are in the JSON document. */
const crashesTold = 5

function crashBlocks({ crashed }: SweepReport, width: number): string[] {
  const told = crashed
    .slice(0, crashesTold)
    .map(({ message, replay }) =>
      [
        `${styleText(['bold', 'red'], 'internal error')}, please report it: ${message.trim()}`,
        labelledCommand('    again', labelWidth + 4, replay, width),
      ].join('\n'),
    )
  if (crashed.length <= crashesTold) return told
  return [...told, `${counted(crashed.length, 'internal error')} in all; --json has each`]
}
