import type { Effort } from '@quorate/core/experiments'
import { whole } from '@quorate/core/experiments'
import { lineChart } from '../pictures/line-chart.ts'
import { page, figure as picture, table } from '../pictures/page.ts'
import { figure, type Reproduced } from './reproduction-text.ts'

/** Published figures beside ours, as a page with plots that opens from a file. */
export function reproductionPage(results: readonly Reproduced[], effort: Effort): string {
  const rows = results.flatMap((result) => result.rows)
  const agreeing = rows.filter(({ agrees }) => agrees).length
  const lead = `${agreeing} of ${rows.length} published figures agree with what this implementation computes or measures in simulated runs.`
  const sections = results.map((result) => ({
    title: result.reproduction.title,
    text: result.reproduction.source,
    content: plotOf(result) + tableOf(result),
  }))
  const command = effort === 'full' ? 'npm run reproduce' : 'npm run reproduce -- --quick'
  return page(
    'Published results, measured anew',
    lead,
    sections,
    `The same figures again: ${command}`,
  )
}

function plotOf({ reproduction: { title, plot }, rows }: Reproduced): string {
  if (!plot) return ''
  const scale = plot.logarithmic ? ('log' as const) : ('linear' as const)
  const chart = lineChart({
    title,
    caption: `${plot.y}, by ${plot.x}`,
    x: { label: plot.x, scale },
    y: { label: plot.y, scale },
    series: plot.series(rows).map(({ name, points }) => ({
      name,
      style: 'line' as const,
      points: points.map(([x, y]) => ({ x, y })),
    })),
  })
  return picture('', `${plot.y}, by ${plot.x}`, chart)
}

function tableOf({ rows }: Reproduced): string {
  return table(
    ['', 'theirs', 'ours', 'standard error', 'tolerance', 'runs', 'agrees', 'how'],
    rows.map((row) => [
      row.name,
      figure(row.theirs),
      figure(row.ours),
      row.standardError === undefined ? '' : figure(row.standardError),
      row.tolerance,
      whole(row.runs),
      row.agrees ? 'yes' : `no${row.finding === undefined ? '' : `: ${row.finding}`}`,
      row.how,
    ]),
  )
}
