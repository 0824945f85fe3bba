import { element, escaped } from './markup.ts'
import { shortNumber } from './number-text.ts'
import { placeOn, type Scale, scaleOf, ticksOf } from './scale.ts'

/** An estimate with its interval, of something that has a name rather than a place on an axis. */
interface Row {
  readonly name: string
  /** NaN where there is none. */
  readonly value: number
  /** Absent where so little is known that there is no interval. */
  readonly low?: number
  readonly high?: number
  /** The value and its interval as they are to be read. */
  readonly text: string
  readonly hue: number
}

export interface IntervalChart {
  readonly title: string
  /** What is to be seen, in a sentence: also what is read out. */
  readonly caption: string
  readonly x: {
    readonly label: string
    readonly scale: Scale['kind']
    /** Values that the axis takes in, whether or not there are such. */
    readonly from?: readonly number[]
  }
  readonly rows: readonly Row[]
}

const width = 480
const margin = { left: 8, right: 20 }
const lineHeight = 18
const whiskerHeight = 22
/** As wide as a letter is, on a phone. */
const letterWidth = 8.5

/** Marks with lying bars for their intervals, each below its name and its figure, over one axis, as SVG. */
export function intervalChart({ title, caption, x, rows }: IntervalChart): string {
  const known = rows.flatMap(({ value, low = value, high = value }) => [value, low, high])
  const scale = scaleOf(x.scale, [...known, ...(x.from ?? [])])
  const across = width - margin.left - margin.right
  const at = (value: number) => margin.left + Math.max(0, placeOn(scale, value)) * across
  // Long names have a line of their own.
  const longest = Math.max(0, ...rows.map(({ name, text }) => name.length + text.length + 2))
  const lines = longest * letterWidth > width ? 2 : 1
  const rowHeight = lines * lineHeight + whiskerHeight
  const bottom = rows.length * rowHeight + 4
  const content = [
    element('title', {}, escaped(title)),
    ...ticksOf(scale).map((tick) => tickAt(tick, at(tick), bottom)),
    ...rows.map((row, i) => rowAt(row, i * rowHeight, lines, at)),
    element(
      'text',
      { x: margin.left + across / 2, y: bottom + 36, 'text-anchor': 'middle', class: 'label' },
      escaped(x.label),
    ),
  ]
  const attributes = {
    viewBox: `0 0 ${width} ${bottom + 42}`,
    role: 'img',
    'aria-label': `${title}. ${caption}`,
  }
  return element('svg', attributes, content.join('\n'))
}

function tickAt(tick: number, x: number, bottom: number): string {
  return (
    element('line', { x1: x, x2: x, y1: 0, y2: bottom + 4, class: 'rule' }) +
    element('text', { x, y: bottom + 18, 'text-anchor': 'middle' }, shortNumber(tick))
  )
}

function rowAt(row: Row, top: number, lines: number, at: (value: number) => number): string {
  const { name, value, low, high, text, hue } = row
  const figure = { x: width - margin.right, y: top + 14 + (lines - 1) * lineHeight }
  const y = top + lines * lineHeight + 10
  const ink = `t${(hue % 5) + 1}`
  const named =
    element('text', { x: margin.left, y: top + 14, class: 'label' }, escaped(name)) +
    element('text', { ...figure, 'text-anchor': 'end', class: 'value' }, escaped(text))
  if (!Number.isFinite(at(value))) return named
  const mark = element('circle', { cx: at(value), cy: y, r: 4, class: `mark ${ink}` })
  if (low === undefined || high === undefined) return named + mark
  const ends = [low, high].map((end) => `M${at(end).toFixed(1)} ${y - 5}v10`).join('')
  const path = `${ends}M${at(low).toFixed(1)} ${y}H${at(high).toFixed(1)}`
  return named + element('path', { d: path, class: `line interval ${ink}` }) + mark
}
