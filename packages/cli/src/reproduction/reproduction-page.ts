import type { Effort, Row } from '@quorate/core/experiments'
import { whole } from '@quorate/core/experiments'
import { lineChart } from '../pictures/line-chart.ts'
import { page, figure as picture, table } from '../pictures/page.ts'
import { figure, isCompared, type Reproduced, tally } from './reproduction-text.ts'

/** Published figures beside ours, as a page with plots that opens from a file. */
export function reproductionPage(results: readonly Reproduced[], effort: Effort): string {
  const { compared, agreeing, explained } = tally(results)
  const known =
    explained === 0
      ? ''
      : `; ${explained} more ${explained === 1 ? 'differs' : 'differ'} for a known reason`
  const lead = `${agreeing} of ${compared} published figures agree with what this implementation computes or measures in simulated runs${known}.`
  const sections = results.map((result) => ({
    title: result.reproduction.title,
    text: result.reproduction.source,
    content: plotOf(result) + tableOf(result),
  }))
  const names = results.map(({ reproduction }) => reproduction.name).join(' ')
  const command = `npx quorate reproduce ${names}${effort === 'quick' ? ' --quick' : ''}`
  return page(
    'Published results, measured anew',
    lead,
    sections,
    `The same figures again: ${command}`,
  )
}

function plotOf({ reproduction: { title, plot }, rows }: Reproduced): string {
  if (!plot) return ''
  const caption = `${plot.y.label}, by ${plot.x.label}`
  const chart = lineChart({
    title,
    caption,
    x: plot.x,
    y: plot.y,
    series: plot.series(rows).map(({ name, style, points }) => ({
      name,
      style: style ?? 'line',
      points: points.map(([x, y]) => ({ x, y })),
    })),
  })
  return picture('', caption, chart)
}

function tableOf({ reproduction: { title }, rows }: Reproduced): string {
  return table(
    title,
    ['', 'theirs', 'ours', '± error', 'tolerance', 'runs', 'agrees', 'how'],
    rows.map((row) => [
      row.name,
      figure(row.theirs),
      figure(row.ours),
      row.standardError === undefined ? '' : figure(row.standardError),
      row.tolerance,
      whole(row.runs),
      agreement(row),
      row.how,
    ]),
  )
}

function agreement(row: Row): string {
  if (!isCompared(row)) return ''
  if (row.agrees) return 'yes'
  return row.finding === undefined ? 'no' : `no: ${row.finding}`
}
