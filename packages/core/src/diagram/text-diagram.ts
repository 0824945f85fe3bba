import { inFlightLines, type MessageDiagram, momentWords, outagesOf } from './message-diagram.ts'
import { asciiPen, boxPen, type Pen } from './text-pen.ts'
import { drawArrow, drawMarks, laneRow } from './text-row.ts'
import { wrappedText } from './wrapped-text.ts'

export interface TextDiagramOptions {
  /** No line is longer. Infinity where lines have no end. */
  readonly columns: number
  /** Draws with nothing but ASCII. */
  readonly ascii?: boolean
}

/** Words need so much room to be read at ease. */
const easyTextWidth = 56
const narrowestText = 28
const narrowestLane = 4
const widestLane = 24
const gap = 2

interface Layout {
  readonly pen: Pen
  readonly numberWidth: number
  readonly timeWidth: number
  /** From lane to lane; 0 where lanes have no room. */
  readonly laneWidth: number
  readonly textWidth: number
  /** The words stand beside the lanes, or on lines of their own. */
  readonly beside: boolean
}

/**
 * A diagram as lines of text: a column for each lane, a row for each moment, and beside it what
 * happens in words. A message is drawn in the row in which it ends; when it was sent is said where it
 * was not the row before.
 */
export function textDiagram(diagram: MessageDiagram, options: TextDiagramOptions): string[] {
  const layout = layoutOf(diagram, options)
  const { columns } = options
  const { pen, laneWidth } = layout
  const outages = diagram.lanes.map((_, lane) => outagesOf(diagram, lane))
  const lines = laneWidth === 0 ? [] : [headOf(diagram, layout)]
  for (const [place, moment] of diagram.moments.entries()) {
    if (moment.omittedBefore !== undefined) {
      lines.push(...wrappedText(`${pen.omitted} ${moment.omittedBefore} left out`, columns))
    }
    const isDown = (lane: number): boolean => isDownAt(outages[lane] ?? [], place)
    lines.push(...momentLines(diagram, layout, place, isDown))
  }
  const flying = inFlightLines(diagram)
  if (flying.length > 0) {
    lines.push(...wrappedText('Still on the way:', columns))
    for (const text of flying) lines.push(...indented(pen.words(text), columns))
  }
  if (diagram.omitted !== undefined) lines.push(...wrappedText(pen.words(diagram.omitted), columns))
  return lines
}

/** A moment: its row, and what happens in words, beside it or below. */
function momentLines(
  diagram: MessageDiagram,
  layout: Layout,
  place: number,
  isDown: (lane: number) => boolean,
): string[] {
  const { pen, laneWidth, textWidth, beside } = layout
  const moment = diagram.moments[place] as MessageDiagram['moments'][number]
  const words = momentWords(diagram, place).map((text) => pen.words(text))
  const before = margin(layout, String(moment.number), timeText(moment.timeMicros))
  const columns = { lanes: diagram.lanes.length, laneWidth }
  const row = laneWidth === 0 ? [] : laneRow(columns, pen, isDown)
  if (laneWidth > 0) {
    for (const arrow of diagram.arrows) {
      if (arrow.ended === place) drawArrow(row, arrow, columns, pen)
    }
    drawMarks(row, moment.marks, columns, pen)
  }
  const texts = words.flatMap((text) => wrappedText(text, textWidth))
  if (!beside) {
    const drawn = (before + row.join('')).trimEnd()
    return [drawn, ...words.flatMap((text) => indented(text, textWidth + 2 * gap))]
  }
  const rest = laneRow(columns, pen, isDown).join('')
  const rows = Math.max(1, texts.length)
  return Array.from({ length: rows }, (_, i) => {
    const lanes = i === 0 ? before + row.join('') : margin(layout) + rest
    return `${lanes}${' '.repeat(gap)}${texts[i] ?? ''}`.trimEnd()
  })
}

function indented(text: string, columns: number): string[] {
  const indent = ' '.repeat(Math.min(2 * gap, columns >> 1))
  return wrappedText(text, columns - indent.length).map((line) => indent + line)
}

function isDownAt(
  outages: readonly (readonly [number, number | undefined])[],
  place: number,
): boolean {
  return outages.some(([from, to]) => place >= from && (to === undefined || place < to))
}

function layoutOf(diagram: MessageDiagram, { columns, ascii }: TextDiagramOptions): Layout {
  const { lanes, moments, arrows } = diagram
  const numberWidth = String(moments.at(-1)?.number ?? 0).length
  const timed = moments.some(({ timeMicros }) => timeMicros !== undefined)
  const timeWidth = timed
    ? Math.max(...moments.map(({ timeMicros }) => timeText(timeMicros).length))
    : 0
  const pen = ascii ? asciiPen : boxPen
  const left = numberWidth + gap + (timed ? timeWidth + gap : 0)
  const longestLabel = Math.max(0, ...arrows.map(({ label }) => label.length))
  const wanted = Math.min(widestLane, Math.max(longestLabel + 4, 8))
  const spare = columns - left - gap
  const common = { pen, numberWidth, timeWidth }
  // The labels stand on their arrows where the words beside have room all the same.
  for (const [laneWidth, text] of [
    [wanted, easyTextWidth],
    [8, easyTextWidth],
    [6, narrowestText],
    [narrowestLane, narrowestText],
  ] as const) {
    const textWidth = spare - laneWidth * lanes.length
    if (textWidth >= text) return { ...common, laneWidth, textWidth, beside: true }
  }
  const fits = narrowestLane * lanes.length <= columns - left
  const laneWidth = fits ? narrowestLane : 0
  return { ...common, laneWidth, textWidth: Math.max(1, columns - 2 * gap), beside: false }
}

function timeText(micros: number | undefined): string {
  return micros === undefined ? '' : `${(micros / 1_000_000).toFixed(6)} s`
}

/** What stands before the lanes. */
function margin({ numberWidth, timeWidth }: Layout, number = '', time = ''): string {
  const clock = timeWidth === 0 ? '' : `${time.padStart(timeWidth)}${' '.repeat(gap)}`
  return `${number.padStart(numberWidth)}${' '.repeat(gap)}${clock}`
}

function headOf({ lanes }: MessageDiagram, layout: Layout): string {
  const { laneWidth } = layout
  const cells = lanes.map(({ name, label }) => {
    const text = (name.length < laneWidth ? name : label).slice(0, laneWidth - 1)
    const before = Math.max(0, Math.floor((laneWidth - 1) / 2) - Math.floor((text.length - 1) / 2))
    return (' '.repeat(before) + text).padEnd(laneWidth).slice(0, laneWidth)
  })
  return (margin(layout) + cells.join('')).trimEnd()
}
