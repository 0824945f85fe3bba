import { element, escaped } from './markup.ts'
import { shortNumber } from './number-text.ts'
import { placeOn, type Scale, scaleAround, scaleOf, ticksOf } from './scale.ts'

interface Point {
  readonly x: number
  readonly y: number
  /** An interval around y, drawn as an upright bar. */
  readonly low?: number
  readonly high?: number
}

/** One line of a chart, or one set of points. */
interface Series {
  readonly name: string
  readonly points: readonly Point[]
  /** `line`: joined and marked; `curve`: joined only; `points`: marked only. */
  readonly style: 'line' | 'curve' | 'points'
  /** Which of the five hues, dashes and marks it has; its place in the list if left out. */
  readonly hue?: number
}

export interface LineChart {
  readonly title: string
  /** What is to be seen, in a sentence: also what is read out. */
  readonly caption: string
  readonly x: {
    readonly label: string
    readonly scale: Scale['kind']
    /** The values to be marked, where there are no others: the axis reaches from the first to the last. */
    readonly only?: readonly number[]
  }
  readonly y: { readonly label: string; readonly scale: Scale['kind'] }
  readonly series: readonly Series[]
  /** Name the lines below the plot, where their ends lie close together. */
  readonly namesBelow?: boolean
  /** Spans of x that are shaded, such as an outage. */
  readonly shaded?: readonly {
    readonly from: number
    readonly to: number
    readonly label: string
  }[]
}

const width = 480
const height = 300
const frame = { left: 84, top: 12, bottom: 44 }
const plotHeight = height - frame.top - frame.bottom
/** As wide as a letter of a name is, on a phone. */
const letterWidth = 8.5
/** How high a line of the legend is. */
const legendLine = 18

/** Points lie on the curves they are compared with, where no name has room: such a chart has a legend. */
function hasLegend({ series, namesBelow = false }: LineChart): boolean {
  return namesBelow || series.some(({ style }) => style === 'points')
}

/** How wide the plot itself is: beside it is room for the names at the ends of lines. */
function plotWidthOf(chart: LineChart): number {
  const names = hasLegend(chart) ? [] : chart.series.map(({ name }) => name)
  const longest = Math.max(0, ...names.map((name) => name.length))
  return width - frame.left - 14 - longest * letterWidth
}

/** A chart of lines as SVG. Lines are told apart by dash and mark as well as by hue, and named at their ends. */
export function lineChart(chart: LineChart): string {
  const points = chart.series.flatMap((series) => series.points)
  const spans = chart.shaded ?? []
  const plotWidth = plotWidthOf(chart)
  const { only } = chart.x
  const xScale = only
    ? scaleAround(chart.x.scale, only)
    : scaleOf(chart.x.scale, [
        ...points.map(({ x }) => x),
        ...spans.flatMap(({ from, to }) => [from, to]),
      ])
  const yScale = scaleOf(
    chart.y.scale,
    points.flatMap(({ y, low = y, high = y }) => [y, low, high]),
  )
  const axes: Axes = {
    plotWidth,
    x: (x: number) => frame.left + placeOn(xScale, x) * plotWidth,
    y: (y: number) => frame.top + (1 - placeOn(yScale, y)) * plotHeight,
  }
  const content = [
    element('title', {}, escaped(chart.title)),
    element('desc', {}, escaped(chart.caption)),
    ...spans.map((span) => shade(span, axes)),
    ...ticksOf(yScale).map((tick) => yTick(tick, axes)),
    ...(only ?? ticksOf(xScale)).map((tick) => xTick(tick, axes)),
    axisLabels(chart, axes),
    ...chart.series.map((series, i) =>
      drawn(series, series.hue ?? i, axes, chart.series.length === 1),
    ),
    ...(hasLegend(chart) ? legend(chart.series) : names(chart.series, axes)),
  ].join('\n')
  return element(
    'svg',
    {
      viewBox: `0 0 ${width} ${height + (hasLegend(chart) ? chart.series.length * legendLine : 0)}`,
      role: 'img',
      'aria-label': `${chart.title}. ${chart.caption}`,
    },
    content,
  )
}

interface Axes {
  readonly plotWidth: number
  x(value: number): number
  y(value: number): number
}

function shade({ from, to, label }: NonNullable<LineChart['shaded']>[number], axes: Axes): string {
  const left = axes.x(from)
  const box = { x: left, y: frame.top, width: axes.x(to) - left, height: plotHeight }
  return (
    element('rect', { ...box, class: 'shade' }) +
    element('text', { x: left + 4, y: frame.top + 12, class: 'fault' }, escaped(label))
  )
}

function yTick(tick: number, axes: Axes): string {
  const y = axes.y(tick)
  const line = { x1: frame.left, x2: frame.left + axes.plotWidth, y1: y, y2: y, class: 'rule' }
  const text = { x: frame.left - 8, y: y + 4, 'text-anchor': 'end' }
  return element('line', line) + element('text', text, shortNumber(tick))
}

function xTick(tick: number, axes: Axes): string {
  const x = axes.x(tick)
  const base = frame.top + plotHeight
  const line = { x1: x, x2: x, y1: base, y2: base + 4, class: 'rule' }
  const text = { x, y: base + 18, 'text-anchor': 'middle' }
  return element('line', line) + element('text', text, shortNumber(tick))
}

function axisLabels({ x, y }: LineChart, { plotWidth }: Axes): string {
  const middle = frame.top + plotHeight / 2
  const below = { x: frame.left + plotWidth / 2, y: height - 6, 'text-anchor': 'middle' }
  const beside = {
    x: 14,
    y: middle,
    'text-anchor': 'middle',
    transform: `rotate(-90 14 ${middle})`,
  }
  return (
    element('text', { ...below, class: 'label' }, escaped(x.label)) +
    element('text', { ...beside, class: 'label' }, escaped(y.label))
  )
}

const dashes = [undefined, '7 4', '2 3', '10 3 2 3', '4 2']

/** @param alone there is nothing to tell it from by a dash */
function drawn({ points, style }: Series, hue: number, axes: Axes, alone: boolean): string {
  const shown = points.filter(
    ({ x, y }) => Number.isFinite(axes.x(x)) && Number.isFinite(axes.y(y)),
  )
  const path = shown.map(({ x, y }) => `${axes.x(x).toFixed(1)},${axes.y(y).toFixed(1)}`).join(' ')
  const line =
    style === 'points'
      ? ''
      : element('polyline', {
          points: path,
          class: `line t${(hue % 5) + 1}`,
          // The sixth line has the hue of the first, and the dash of the second.
          'stroke-dasharray': alone ? undefined : dashes[(hue + Math.floor(hue / 5)) % 5],
        })
  if (style === 'curve') return line
  const bars = shown.map((point) => errorBar(point, hue, axes)).join('')
  return line + bars + shown.map(({ x, y }) => mark(axes.x(x), axes.y(y), hue)).join('')
}

/** From the low end of a point's interval to its high end. */
function errorBar({ x, low, high }: Point, hue: number, axes: Axes): string {
  if (low === undefined || high === undefined) return ''
  const [at, top] = [axes.x(x), axes.y(high)]
  if (!Number.isFinite(top)) return ''
  // What reaches down to zero has no end on a scale of powers of ten.
  const bottom = Math.min(axes.y(low), frame.top + plotHeight)
  const path = `M${at - 4} ${top}h8M${at - 4} ${bottom}h8M${at} ${top}V${bottom}`
  return element('path', { d: path, class: `line error t${(hue % 5) + 1}` })
}

/** A disc, a square, a triangle, a diamond or a ring. */
function mark(x: number, y: number, hue: number): string {
  const ink = `mark t${(hue % 5) + 1}`
  switch (hue % 5) {
    case 0:
      return element('circle', { cx: x, cy: y, r: 3.5, class: ink })
    case 1:
      return element('rect', { x: x - 3.2, y: y - 3.2, width: 6.4, height: 6.4, class: ink })
    case 2:
      return element('path', { d: `M${x} ${y - 4.5}l4.2 7.5h-8.4z`, class: ink })
    case 3:
      return element('path', { d: `M${x} ${y - 4.8}l4.8 4.8l-4.8 4.8l-4.8-4.8z`, class: ink })
    default:
      return element('circle', { cx: x, cy: y, r: 3.2, class: `${ink} ring` })
  }
}

/** Each name on a line below the plot, behind what its line or points look like. */
function legend(series: readonly Series[]): string[] {
  return series.map(({ name, style, hue }, i) => {
    const y = height + 12 + i * legendLine
    const points = [frame.left, frame.left + 15, frame.left + 30].map((x) => ({ x, y }))
    const places: Axes = { plotWidth: 0, x: (x) => x, y: (value) => value }
    const shown = style === 'points' ? points.slice(1, 2) : points
    const text = { x: frame.left + 40, y: y + 4, class: 'label' }
    return (
      drawn({ name, style, points: shown }, hue ?? i, places, false) +
      element('text', text, escaped(name))
    )
  })
}

/** The names at the ends of the lines, moved apart where they would lie on each other. */
function names(series: readonly Series[], axes: Axes): string[] {
  const placed = series
    .map(({ name, points, hue }, i) => {
      const last = points.findLast(
        ({ x, y }) => Number.isFinite(axes.x(x)) && Number.isFinite(axes.y(y)),
      )
      return { name, hue: hue ?? i, x: last ? axes.x(last.x) : 0, y: last ? axes.y(last.y) : 0 }
    })
    .sort((left, right) => left.y - right.y)
  let lowest = Number.NEGATIVE_INFINITY
  return placed.map(({ name, hue, x, y }) => {
    lowest = Math.max(y, lowest + 14)
    const text = { x: x + 9, y: lowest + 4, class: `name t${(hue % 5) + 1}` }
    return element('text', text, escaped(name))
  })
}
