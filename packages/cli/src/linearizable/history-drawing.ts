import { datumText } from '@quorate/core/checkers'
import { element, escaped } from '../pictures/markup.ts'
import { shortened } from '../text-layout.ts'
import type { Bar, FaultMark, HistoryLayout } from './history-layout.ts'
import { operationText } from './history-report.ts'

const laneHeight = 48
const barHeight = 22
const barTop = 6
const headHeight = 28
const margin = 10
const tipHeight = 5
/** A bar as long as this has its label at both ends. */
const repeatedFrom = 500

/** The style of the picture; the page has the rest. */
export const drawingStyle = `
:root{--violation:light-dark(#c11a2b,#ff7a7a);--violation-sheet:light-dark(#fdeeee,#371a1c)}
.history{display:grid;grid-template-columns:auto minmax(0,1fr);align-items:start;max-width:100%}
.history svg{width:auto;max-width:none}
.history .wide.end{direction:rtl}.history .wide.end>svg{direction:ltr;margin-right:auto}
.history text{font-size:12px}.history .bar text{fill:var(--ink)}
.history .box{fill:var(--sheet);stroke:var(--ink-3);stroke-width:1}
.history .open .box{stroke-dasharray:4 3}
.history .point{fill:var(--ink)}.history .number{font-size:11px;fill:var(--ink-2);text-anchor:middle}
.history .stem{stroke:var(--ink);stroke-width:1.5}
.history .unplaced .box{fill:var(--violation-sheet);stroke:var(--violation);stroke-width:2.5}
.history .unplaced text{fill:var(--violation);font-weight:650}
.history .lane{stroke:var(--rule);stroke-width:1}
.history .fault path{fill:var(--fault)}.history .fault line{stroke:var(--fault);stroke-width:1.5;stroke-dasharray:2 4}
.history .fault text{fill:var(--fault)}
.history g:focus{outline:none}.history g:focus-visible .box,.history g:focus-visible path{stroke:var(--focus);stroke-width:3;stroke-dasharray:none}
@media print{.history .wide{overflow:visible}}
`

/**
 * The picture of one part: a lane for each process, a bar for each operation from its call to its
 * answer, a mark where it took effect.
 * @param label what it is, for those who cannot see it
 */
export function historyDrawing(layout: HistoryLayout, label: string): string {
  const height = headHeight + layout.laneCount * laneHeight
  const width = layout.width + 2 * margin
  const lanes = layout.lanes.map(({ first }) => {
    const y = headHeight + first * laneHeight
    return element('line', { class: 'lane', x1: 0, x2: width, y1: y, y2: y })
  })
  const faults = layout.faults.map((fault) => faultMark(fault, height))
  const bars = [...layout.bars].sort((a, b) => a.left - b.left).map(bar)
  const picture = element(
    'svg',
    { width, height, viewBox: `0 0 ${width} ${height}`, role: 'group', 'aria-label': label },
    [...lanes, ...faults, ...bars].join('\n'),
  )
  const isViolated = layout.bars.some(({ isUnplaced }) => isUnplaced)
  // What matters is at the end, so that is where a narrow window begins.
  const scrolled = element(
    'div',
    {
      class: isViolated ? 'wide end' : 'wide',
      tabindex: 0,
      role: 'region',
      'aria-label': `${label}, can be scrolled`,
    },
    picture,
  )
  return element('div', { class: 'history' }, names(layout, height) + scrolled)
}

function names({ lanes, faults }: HistoryLayout, height: number): string {
  const texts = lanes.map(({ name, first }) =>
    element(
      'text',
      { x: 0, y: headHeight + first * laneHeight + barTop + barHeight / 2 + 4 },
      escaped(short(name, 12)),
    ),
  )
  const longest = Math.max(7, ...lanes.map(({ name }) => Math.min(12, name.length)))
  const width = longest * 7 + 8
  const head = faults.length === 0 ? 'process' : 'faults'
  return element(
    'svg',
    { width, height, viewBox: `0 0 ${width} ${height}`, 'aria-hidden': 'true' },
    element('text', { x: 0, y: 16 }, head) + texts.join(''),
  )
}

function bar({
  operation,
  label,
  lane,
  left,
  right,
  beginsBefore,
  point,
  isUnplaced,
}: Bar): string {
  const top = headHeight + lane * laneHeight + barTop
  const isOpen = operation.return === undefined
  const from = left + margin - (beginsBefore ? margin : 0)
  const to = right + margin
  const order = point === undefined ? '' : `, number ${point.number} in the order found`
  const returned = isOpen ? 'never answered' : `answered in line ${operation.returnLine}`
  const title = `process ${operation.process}: ${operationText(operation)}, called in line ${operation.callLine}, ${returned}${order}${isUnplaced ? ', fits nowhere' : ''}`
  const classes = ['bar', ...(isUnplaced ? ['unplaced'] : []), ...(isOpen ? ['open'] : [])]
  const text = `${isUnplaced ? '× ' : ''}${label}`
  return element(
    'g',
    { class: classes.join(' '), tabindex: 0, role: 'img', 'aria-label': title },
    element('title', {}, escaped(title)) +
      element('path', { class: 'box', d: outline(from, to, top, beginsBefore, isOpen) }) +
      element('text', { x: from + 7, y: top + 15 }, escaped(text)) +
      (to - from > repeatedFrom
        ? element('text', { x: to - 7, y: top + 15, 'text-anchor': 'end' }, escaped(text))
        : '') +
      pointMark(point, top),
  )
}

/** A box, open to the left if it began before, to the right if it never ends. */
function outline(
  from: number,
  to: number,
  top: number,
  openLeft: boolean,
  openRight: boolean,
): string {
  const bottom = top + barHeight
  if (openLeft && openRight) return `M${from} ${top}H${to}M${from} ${bottom}H${to}`
  if (openRight) return `M${to} ${top}H${from}V${bottom}H${to}`
  if (openLeft) return `M${from} ${top}H${to}V${bottom}H${from}`
  return `M${from} ${top}H${to}V${bottom}H${from}Z`
}

function pointMark(point: Bar['point'], top: number): string {
  if (point?.x === undefined) return ''
  const x = point.x + margin
  const y = top + barHeight
  return (
    element('path', {
      class: 'point',
      d: `M${x} ${y - tipHeight}L${x + tipHeight} ${y}L${x} ${y + tipHeight}L${x - tipHeight} ${y}Z`,
    }) + element('text', { class: 'number', x, y: y + 16 }, String(point.number))
  )
}

function faultMark({ fault, label, x }: FaultMark, height: number): string {
  const at = x + margin
  const value = fault.value === null ? '' : ` ${short(datumText(fault.value), 200)}`
  const title = `${fault.process}: ${fault.f}${value}, line ${fault.line}`
  return element(
    'g',
    { class: 'fault', tabindex: 0, role: 'img', 'aria-label': title },
    element('title', {}, escaped(title)) +
      element('line', { x1: at, x2: at, y1: 20, y2: height }) +
      element('path', { d: `M${at - 5} 8H${at + 5}L${at} 18Z` }) +
      element('text', { x: at + 8, y: 16 }, escaped(label)),
  )
}

/** A label, cut where it is too long. */
export function short(text: string, length: number): string {
  return text.length > length
    ? `${shortened(text.slice(0, length), length - 1).replace(/…$/, '')}…`
    : text
}
