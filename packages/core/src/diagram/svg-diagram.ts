import { diagramStyle, standaloneStyle } from './diagram-style.ts'
import { element, escaped } from './markup.ts'
import { type Mark, type MessageDiagram, outagesOf } from './message-diagram.ts'
import {
  type DiagramLayout,
  layoutDiagram,
  type PlacedArrow,
  type PlacedMoment,
  type Point,
} from './svg-layout.ts'
import { arrowHead, circle, cross, markShape, near, path } from './svg-marks.ts'

export interface SvgDiagramOptions {
  /** In pixels; the drawing is wider where lanes and words need it. 880 where absent, 350 for a phone. */
  readonly width?: number
  /** Whether the drawing has colours of its own, as a file needs, takes the page's, or has no style at all. */
  readonly style?: 'own' | 'page' | 'none'
}

const usualWidth = 880

/**
 * A diagram as SVG: lanes side by side, time downwards, what happens in words beside. Shapes say what
 * colours say. What belongs to a moment has its place as `data-moment`.
 */
export function svgDiagram(diagram: MessageDiagram, options: SvgDiagramOptions = {}): string {
  const layout = layoutDiagram(diagram, options.width ?? usualWidth)
  const { width, height } = layout
  const style = { own: standaloneStyle, page: diagramStyle, none: undefined }[
    options.style ?? 'own'
  ]
  const content = [
    element('title', {}, escaped(diagram.title)),
    element('desc', {}, escaped(descriptionOf(diagram))),
    ...(style === undefined ? [] : [element('style', {}, style)]),
    ...layout.moments.map((placed, place) => ground(diagram, layout, placed, place)),
    ...diagram.lanes.map((_, lane) => laneLine(diagram, layout, lane)),
    ...layout.arrows.map((placed) => arrowLine(placed)),
    ...diagram.lanes.map((_, lane) => laneHead(diagram, layout, lane)),
    ...layout.moments.map((placed, place) => momentGroup(diagram, layout, placed, place)),
  ]
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      class: 'message-diagram',
      width,
      height,
      viewBox: `0 0 ${near(width)} ${near(height)}`,
      role: 'img',
      'aria-label': diagram.title,
    },
    `\n${content.filter((part) => part !== '').join('\n')}\n`,
  )
}

function descriptionOf({ lanes, moments, arrows, omitted }: MessageDiagram): string {
  const counts = `${lanes.length} lanes, ${moments.length} moments, ${arrows.length} messages.`
  return omitted === undefined ? counts : `${counts} ${omitted}`
}

/** What lies under a row: its tint where something is violated, and the rule from its lane to its words. */
function ground(
  { moments, arrows }: MessageDiagram,
  { lanes, wordsLeft, width }: DiagramLayout,
  { row, y }: PlacedMoment,
  place: number,
): string {
  const moment = moments[place]
  const broken = moment?.notes.some(({ kind }) => kind === 'violation')
  const box = { x: 0, y: row.y, width, height: row.height }
  const look = broken ? 'row broken' : 'row'
  const lane =
    moment?.marks.find(({ text }) => text !== '')?.lane ??
    arrows.find(({ ended, fate }) => ended === place && fate === 'delivered')?.toLane
  const x = lane === undefined ? undefined : lanes[lane]
  const rule =
    x === undefined
      ? ''
      : element('line', { class: 'rule', x1: x, x2: wordsLeft - 8, y1: y, y2: y })
  return element('rect', { ...box, class: look, 'data-moment': place }) + rule
}

function laneLine(diagram: MessageDiagram, layout: DiagramLayout, lane: number): string {
  const x = layout.lanes[lane] as number
  const { moments, bottom } = layout
  const line = (className: string, y1: number, y2: number) =>
    element('line', { class: className, x1: x, x2: x, y1, y2 })
  const parts: string[] = []
  let from = layout.top
  for (const [down, up] of outagesOf(diagram, lane)) {
    const downY = moments[down]?.y ?? from
    const upY = up === undefined ? bottom : (moments[up]?.y ?? bottom)
    parts.push(line('lane', from, downY), line('down', downY, upY))
    from = upY
  }
  if (from < bottom) parts.push(line('lane', from, bottom))
  return parts.join('')
}

function laneHead({ lanes }: MessageDiagram, layout: DiagramLayout, place: number): string {
  const { label, name, role, note } = lanes[place] as MessageDiagram['lanes'][number]
  const x = layout.lanes[place] as number
  const shape =
    role === 'node'
      ? circle('ring', { x, y: 28 }, 12)
      : element('rect', { class: 'open', x: x - 12, y: 18, width: 24, height: 20, rx: 3 })
  const title = element('title', {}, escaped(note === undefined ? name : `${name}, ${note}`))
  const text = element('text', { class: 'name', x, y: 32 }, escaped(label))
  const small =
    note === undefined || layout.laneGap < note.length * 6.9
      ? ''
      : element('text', { class: 'name number', x, y: 10 }, escaped(note))
  return element('g', {}, title + shape + text + small)
}

/** How far from its lane a line ends. */
const headGap = 1.5

function arrowLine({ arrow, from, to }: PlacedArrow): string {
  const { fate, copy, sent, ended, fromLane, toLane } = arrow
  const attributes = { 'data-moment': ended ?? sent, 'data-sent': sent }
  const tail = sent === undefined ? '' : circle('tail', from, 2.5)
  if (fromLane === toLane && ended !== undefined) {
    return element('g', attributes, tail + loop(from, to))
  }
  if (fate === 'in flight') {
    return element('g', attributes, tail + line('message flight', from, to))
  }
  if (fate === 'lost') {
    return element('g', attributes, tail + line('message lost', from, to) + cross(to))
  }
  const head = arrowHead(from, to, headGap)
  const look = copy ? 'message copy' : sent === undefined ? 'message flight' : 'message'
  return element('g', attributes, tail + line(look, from, head.tip) + head.shape)
}

function line(className: string, from: Point, to: Point): string {
  return element('line', { class: className, x1: from.x, y1: from.y, x2: to.x, y2: to.y })
}

/** A message to itself. */
function loop(from: Point, to: Point): string {
  const out = from.x + 20
  const curve = `M${near(from.x)} ${near(from.y)}C${near(out)} ${near(from.y)} ${near(out)} ${near(to.y)} ${near(to.x + 8)} ${near(to.y)}`
  return path('message', curve) + arrowHead({ x: to.x + 20, y: to.y }, to, headGap).shape
}

function momentGroup(
  diagram: MessageDiagram,
  layout: DiagramLayout,
  { y, row, lines, markYs }: PlacedMoment,
  place: number,
): string {
  const moment = diagram.moments[place] as MessageDiagram['moments'][number]
  const time =
    moment.timeMicros === undefined ? '' : `${(moment.timeMicros / 1_000_000).toFixed(4)} s`
  const timeX = 8 * String(diagram.moments.at(-1)?.number ?? 0).length + 12
  const kinds = layout.arrows
    .filter(({ arrow, label }) => label && arrow.ended === place)
    .map(({ arrow, label }) => {
      const x = (label?.x ?? 0) + (label?.width ?? 0) / 2
      const at = { class: 'kind', x, y: (label?.y ?? 0) + 11, 'text-anchor': 'middle' }
      return element('text', at, escaped(arrow.label))
    })
  const words = lines.map(({ box, runs }) => {
    const spans = runs.map(({ look, text }) => element('tspan', { class: look }, escaped(text)))
    return element('text', { x: box.x, y: box.y + 12.5, 'xml:space': 'preserve' }, spans.join(''))
  })
  const content = [
    moment.omittedBefore === undefined ? '' : omission(layout, moment.omittedBefore, row.y),
    element('text', { class: 'number', x: 4, y: y + 4 }, String(moment.number)),
    time === '' ? '' : element('text', { class: 'number', x: timeX, y: y + 4 }, time),
    ...kinds,
    ...marksOf(moment.marks, layout, markYs),
    ...words,
  ]
  return element('g', { class: 'moment', 'data-moment': place }, content.join(''))
}

function omission({ lanes, wordsLeft }: DiagramLayout, count: number, top: number): string {
  const gaps = lanes.map((x) => {
    const gap = { x1: x, x2: x, y1: top - 26, y2: top - 4 }
    return element('line', { ...gap, class: 'erased' }) + element('line', { ...gap, class: 'gap' })
  })
  const text = element(
    'text',
    { class: 'number', x: wordsLeft, y: top - 10 },
    `${count} moments left out`,
  )
  return gaps.join('') + text
}

function marksOf(
  marks: readonly Mark[],
  { lanes }: DiagramLayout,
  ys: readonly number[],
): string[] {
  return marks.map(({ lane, kind }, i) => {
    return markShape(kind, { x: lanes[lane] as number, y: ys[i] as number })
  })
}
