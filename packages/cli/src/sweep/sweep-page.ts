import {
  counted,
  type Estimate,
  fieldName,
  type PointReport,
  type SweepReport,
  seedsText,
  sizeText,
  valueText,
  whole,
} from '@quorate/core/experiments'
import { intervalChart } from '../pictures/interval-chart.ts'
import { lineChart } from '../pictures/line-chart.ts'
import { figure, figures, items, page, type Section, table } from '../pictures/page.ts'
import {
  type Column,
  columnsOfSweep,
  figureText,
  intervalsText,
  shareText,
} from './sweep-columns.ts'

/** Lines in one plot, and rows: more cannot be told apart. */
const mostLines = 8
const mostPlots = 6
const mostRows = 40

/** A sweep as a page with plots, which opens from a file. */
export function sweepPage(report: SweepReport): string {
  const { sweep, doneRuns, plannedRuns, complete, hash, runsHash } = report
  const points = report.points.length
  const seeds = seedsText(sweep.seeds)
  const what =
    points === 1 ? seeds.replace('s', 'S') : `${whole(points)} points, each with ${seeds}`
  const lead = `${verdictSentence(report)} ${what}.`
  const partial = complete
    ? ''
    : ` It was interrupted: ${whole(doneRuns)} of ${whole(plannedRuns)} runs.`
  const sections: Section[] = [
    {
      title: 'Every point',
      text: intervalsText(report),
      content: table('The points of the sweep', ...pointTable(report)),
    },
    ...verdictSection(report),
    ...variedSections(report),
    ...distributionSection(report),
    ...failureSection(report),
    ...crashSection(report),
    {
      title: 'The same again',
      text: 'The sweep as a file: save it, and give its name to quorate sweep. The results are the same, run for run.',
      content: items([{ title: '', sentences: [], commands: [JSON.stringify(sweep)] }]),
    },
  ]
  const foot = `Sweep ${hash}; the hash of all results is ${runsHash}.`
  return page(
    `${sweep.scenario.protocol}: ${counted(plannedRuns, 'run')}`,
    lead + partial,
    sections,
    foot,
  )
}

function verdictSentence({ doneRuns, verdicts, sweep, failed }: SweepReport): string {
  const { held, violated, inconclusive } = verdicts
  if (sweep.scenario.expect !== undefined)
    return `${whole(doneRuns - failed)} of ${whole(doneRuns)} runs were ${sweep.scenario.expect.verdict}, as expected.`
  const rest = [
    ...(violated > 0 ? [`${whole(violated)} violated a property`] : []),
    ...(inconclusive > 0 ? [`${whole(inconclusive)} were inconclusive`] : []),
  ]
  const but = rest.length > 0 ? `; ${rest.join(', ')}` : ''
  return `${whole(held)} of ${whole(doneRuns)} runs held${but}.`
}

function pointTable(report: SweepReport): [string[], string[][]] {
  const columns = columnsOfSweep(report)
  const open = report.verdicts.inconclusive > 0
  const heads = ['', 'runs', 'held', 'violated', ...(open ? ['inconclusive'] : [])]
  return [
    [...heads, ...columns.map(heading)],
    report.points.map((point) => [
      point.label || 'all runs',
      whole(point.runs),
      ...(['held', 'violated', ...(open ? (['inconclusive'] as const) : [])] as const).map(
        (verdict) => (point.verdicts ? shareText(point.verdicts[verdict]) : '–'),
      ),
      ...columns.map((column) => figureText(point, column)),
    ]),
  ]
}

function heading({ title, unit }: Column): string {
  return unit === '' ? title : `${title}, ${unit}`
}

/** Where runs did not all end alike: how they ended. */
function verdictSection(report: SweepReport): Section[] {
  const { verdicts, doneRuns, points } = report
  if (verdicts.held === doneRuns || points.length > mostRows) return []
  const of = (['held', 'violated', 'inconclusive'] as const).filter((name) => verdicts[name] > 0)
  const charts = of.map((verdict, hue) => {
    const title = verdict === 'held' ? 'Held' : verdict === 'violated' ? 'Violated' : 'Inconclusive'
    const caption = 'the share of the runs of a point, with its 95% interval'
    const x = { label: '% of the runs', scale: 'linear', from: [0, 100] } as const
    const rows = points.map((point) => ({
      name: point.label || 'all runs',
      ...(point.verdicts ? placed(point.verdicts[verdict], 100) : { value: Number.NaN }),
      text: point.verdicts ? shareText(point.verdicts[verdict]) : '–',
      hue,
    }))
    return figure(title, caption, intervalChart({ title, caption, x, rows }))
  })
  const properties = propertyRows(points)
  return [
    {
      title: 'Verdicts',
      text: 'How the runs of each point ended, and which properties were not kept.',
      content:
        figures(charts) +
        (properties.length === 0
          ? ''
          : table('Properties', ['property', 'point', 'violated', 'undecided'], properties)),
    },
  ]
}

function propertyRows(points: readonly PointReport[]): string[][] {
  return points.flatMap(({ label, properties }) =>
    properties.map(({ name, violated, undecided }) => [
      name,
      label || 'all runs',
      whole(violated),
      whole(undecided),
    ]),
  )
}

/** For each field that is varied in numbers: how the figures change with it. */
function variedSections(report: SweepReport): Section[] {
  return Object.entries(report.sweep.vary)
    .filter(([, values]) => values.length > 1)
    .map(([field, values]) => ({
      title: `By ${fieldName(field)}`,
      text: variedText(report, field),
      content: figures(
        columnsOfSweep(report).map((column) =>
          values.every((value) => typeof value === 'number')
            ? curve(report, field, column)
            : intervals(report, field, column),
        ),
      ),
    }))
}

function variedText(report: SweepReport, field: string): string {
  const others = seriesBeside(report, field).size
  if (others > mostLines)
    return `Each with its 95% interval. Of ${others} combinations of the rest, the first ${mostLines} are drawn.`
  return 'Each with its 95% interval, unless that is smaller than the mark.'
}

/** The points that differ in this field alone, by what the others are. */
function seriesBeside({ points }: SweepReport, field: string): Map<string, PointReport[]> {
  const series = new Map<string, PointReport[]>()
  for (const point of points) {
    const name = Object.entries(point.settings)
      .filter(([other]) => other !== field)
      .map(([other, value]) => `${fieldName(other)} ${valueText(value)}`)
      .join(', ')
    series.set(name, [...(series.get(name) ?? []), point])
  }
  return series
}

function curve(report: SweepReport, field: string, column: Column): string {
  const series = [...seriesBeside(report, field)].slice(0, mostLines).map(([name, points]) => ({
    name,
    style: 'line' as const,
    points: points.flatMap((point) => {
      const estimate = point.measures[column.name]?.[column.by]
      if (!estimate) return []
      const { value: y, ...interval } = placed(estimate)
      return [{ x: point.settings[field] as number, y, ...interval }]
    }),
  }))
  const { title, caption } = captionOf(column)
  const only = report.sweep.vary[field] as number[]
  const x = { label: fieldName(field), scale: scaleOver(only), only }
  const y = { label: heading(column), scale: scaleFor(report, column) }
  return figure(title, caption, lineChart({ title, caption, x, y, series }))
}

function intervals(report: SweepReport, field: string, column: Column): string {
  const values = report.sweep.vary[field] ?? []
  const rows = [...seriesBeside(report, field)].slice(0, mostLines).flatMap(([name, points]) =>
    points.map((point) => {
      const estimate = point.measures[column.name]?.[column.by]
      return {
        name: [name, valueText(point.settings[field])].filter((part) => part !== '').join(', '),
        ...(estimate ? placed(estimate) : { value: Number.NaN }),
        text: figureText(point, column),
        hue: values.indexOf(point.settings[field]),
      }
    }),
  )
  const { title, caption } = captionOf(column)
  const x = { label: heading(column), scale: scaleFor(report, column) }
  return figure(title, caption, intervalChart({ title, caption, x, rows }))
}

/** An estimate as it is drawn, without the interval where there is none. */
function placed({ value, low, high }: Estimate, times = 1) {
  if (low === null || high === null) return { value: value * times }
  return { value: value * times, low: low * times, high: high * times }
}

/** Powers of ten where the points differ by more than one. */
function scaleFor({ points }: SweepReport, { name, by }: Column): 'linear' | 'log' {
  const drawn = points.flatMap(({ measures }) => {
    const { value, high } = measures[name]?.[by] ?? { value: Number.NaN, high: null }
    return [value, high ?? value]
  })
  return scaleOver(drawn.filter((value) => Number.isFinite(value)))
}

function scaleOver(values: readonly number[]): 'linear' | 'log' {
  const least = Math.min(...values)
  return least > 0 && Math.max(...values) > 20 * least ? 'log' : 'linear'
}

function captionOf({ name, title, unit, by }: Column): { title: string; caption: string } {
  const what =
    name === 'latencyP50Ms'
      ? 'Median latency'
      : name === 'latencyP99Ms'
        ? 'Latency of the slowest hundredth'
        : `${title[0]?.toUpperCase()}${title.slice(1)}`
  const of = by === 'median' ? 'half of the runs are below' : 'the mean over the runs'
  return { title: what, caption: unit === '' ? of : `${unit}; ${of}` }
}

/** How the seeds spread: a plot for each combination of all that is varied but the first field, whose values are its lines. */
function distributionSection(report: SweepReport): Section[] {
  const [field = ''] = Object.keys(report.sweep.vary)
  const all = [...seriesBeside(report, field)].filter(([, points]) =>
    points.some(({ latencyQuantilesMs }) => latencyQuantilesMs),
  )
  if (all.length === 0) return []
  const caption = 'the share of the runs whose median latency is at most so many ms'
  const plots = all.slice(0, mostPlots).map(([name, points]) => {
    const title = name || 'Median latency of a run'
    const series = points.slice(0, mostLines).map(({ settings, latencyQuantilesMs = [] }) => ({
      name: field in settings ? `${fieldName(field)} ${valueText(settings[field])}` : '',
      style: 'curve' as const,
      points: latencyQuantilesMs.map((x, i) => ({ x, y: i * 5 })),
    }))
    const chart = lineChart({
      title,
      caption,
      x: { label: 'ms', scale: 'log' },
      y: { label: '% of the runs', scale: 'linear' },
      series,
      namesBelow: series.length > 1,
    })
    return figure(title, caption, chart)
  })
  const first = all.length > mostPlots ? ` The first ${mostPlots} of ${all.length} are drawn.` : ''
  return [
    {
      title: 'Not all runs alike',
      text: `How the seeds spread: the steeper, the more alike.${first}`,
      content: figures(plots),
    },
  ]
}

function failureSection({ failures, failed, points }: SweepReport): Section[] {
  if (failed === 0) return []
  const all = failures.map(({ point, seed, because, replay, shrunk }) => ({
    title: `Seed ${seed}${points[point]?.label ? `, ${points[point].label}` : ''}`,
    sentences: [
      because,
      ...(shrunk
        ? [
            `Made smaller: ${sizeText(shrunk.from)} to ${sizeText(shrunk.to)}${shrunk.smallest ? ', of which nothing can be left out' : ', where the search ended'}. ${shrunk.because}`,
          ]
        : []),
    ],
    commands: [replay, ...(shrunk ? [shrunk.replay] : [])].map((command) => `npx ${command}`),
  }))
  return [
    {
      title: counted(failed, 'failure'),
      text:
        failed === failures.length
          ? 'Each with the command that gives it again, and what it was made smaller to.'
          : 'The first of each kind at each point, with the command that gives it again, and what it was made smaller to.',
      content: items(all),
    },
  ]
}

function crashSection({ crashed }: SweepReport): Section[] {
  if (crashed.length === 0) return []
  return [
    {
      title: counted(crashed.length, 'internal error'),
      text: 'Runs whose simulation itself broke down: please report them.',
      content: items(
        crashed.map(({ message, replay }) => ({
          title: message.split('\n')[0] ?? '',
          sentences: [],
          commands: [`npx ${replay}`],
        })),
      ),
    },
  ]
}
