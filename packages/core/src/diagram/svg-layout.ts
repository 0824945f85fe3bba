import { type Arrow, linesOf, type MessageDiagram, type MomentLine } from './message-diagram.ts'

export interface Point {
  readonly x: number
  readonly y: number
}

export function distance(from: Point, to: Point): number {
  const dx = to.x - from.x
  const dy = to.y - from.y
  return Math.sqrt(dx * dx + dy * dy)
}

export interface Box extends Point {
  readonly width: number
  readonly height: number
}

/** A part of a line of words that looks the same all along. */
interface Run {
  readonly look: 'who' | 'what' | 'detail' | 'violation' | 'fault' | 'quiet'
  readonly text: string
}

/** A moment as it is placed. */
export interface PlacedMoment {
  /** Where its messages leave and end. */
  readonly y: number
  readonly row: Box
  readonly lines: readonly { readonly box: Box; readonly runs: readonly Run[] }[]
  /** How high each of its marks stands: where its words begin. */
  readonly markYs: readonly number[]
}

/** A message as it is placed. */
export interface PlacedArrow {
  readonly arrow: Arrow
  readonly from: Point
  readonly to: Point
  /** Where its kind stands, if there is room for it. */
  readonly label: Box | undefined
}

export interface DiagramLayout {
  readonly width: number
  readonly height: number
  /** Of each lane. */
  readonly lanes: readonly number[]
  readonly laneGap: number
  readonly top: number
  readonly bottom: number
  readonly wordsLeft: number
  readonly moments: readonly PlacedMoment[]
  readonly arrows: readonly PlacedArrow[]
}

/** What a letter takes at most, on average, in the fonts of common systems. */
const letterWidth = 6.9
const labelLetterWidth = 6.3
const labelHeight = 14
const lineHeight = 17
const headHeight = 52
const shortestRow = 36
/** From the top of a row to its marks. */
const markAt = 20
const omissionHeight = 30
const footHeight = 34
const narrowestWords = 200
const easyWords = 330
const narrowestLaneGap = 26
/** Left of the first lane, for what comes from a client. */
const laneMargin = 22
/** Between the kind of a message and the lanes on both sides. */
const labelMargin = 9

/**
 * Where everything is. Rows follow each other, as high as their words are; the kind of a message stands
 * in the row in which it ends, next to the lane that it reaches, so that no two labels can meet.
 * @param width in pixels; it gets wider where words and lanes would have no room
 */
export function layoutDiagram(diagram: MessageDiagram, width: number): DiagramLayout {
  const { lanes, moments, arrows } = diagram
  const timed = moments.some(({ timeMicros }) => timeMicros !== undefined)
  const numbers = 8 * String(moments.at(-1)?.number ?? 0).length + 14 + (timed ? 66 : 0)
  const gaps = Math.max(1, lanes.length - 1)
  const longest = Math.max(0, ...arrows.map(({ label }) => label.length)) * labelLetterWidth
  const narrow = width < 560
  const spare = width - numbers - laneMargin - 28 - (narrow ? narrowestWords : easyWords)
  const wanted = narrow ? 44 : Math.min(150, Math.max(56, longest + 2 * labelMargin + 2))
  const laneGap = Math.max(narrowestLaneGap, Math.min(wanted, spare / gaps))
  const laneXs = lanes.map((_, lane) => numbers + laneMargin + lane * laneGap)
  const wordsLeft = (laneXs.at(-1) ?? numbers) + (narrow ? 18 : 28)
  const whole = Math.max(width, wordsLeft + narrowestWords)
  const placed = placeMoments(diagram, wordsLeft, whole)
  const last = placed.at(-1)
  const bottom = (last ? last.row.y + last.row.height : headHeight) + 14
  const layout = { lanes: laneXs, laneGap, moments: placed }
  return {
    ...layout,
    width: whole,
    height: bottom + footHeight - 14,
    top: headHeight - 8,
    bottom,
    wordsLeft,
    arrows: arrows.map((arrow) => placeArrow(arrow, layout)),
  }
}

function placeMoments(diagram: MessageDiagram, left: number, right: number): PlacedMoment[] {
  let top = headHeight
  return diagram.moments.map((moment, place) => {
    if (moment.omittedBefore !== undefined) top += omissionHeight
    const y = top + markAt
    const all = linesOf(diagram, place, 'without sendings')
    const wrapped = all.map((line) => wrappedRuns(runsOf(line), right - left))
    const lines = wrapped.flat().map((runs, i) => {
      const letters = runs.reduce((sum, { text }) => sum + text.length, 0)
      const top = y - lineHeight / 2 + i * lineHeight
      const box = { x: left, y: top, width: letters * letterWidth, height: lineHeight }
      return { box, runs }
    })
    const markYs = moment.marks.map(({ kind }, mark) => {
      // What is violated is said at the end.
      const said = kind === 'violation' ? 'violation' : undefined
      const line = all.findIndex((one) => one.mark === mark || one.kind === said)
      return y + lineHeight * wrapped.slice(0, Math.max(0, line)).flat().length
    })
    const height = Math.max(shortestRow, markAt + (lines.length - 0.5) * lineHeight + 8)
    const row = { x: 0, y: top, width: right, height }
    top += height
    return { y, row, lines, markYs }
  })
}

function runsOf({ kind, who, what, detail }: MomentLine): Run[] {
  const look = lookOf(kind)
  const runs: Run[] = who === '' ? [] : [{ look: 'who', text: who }]
  runs.push({ look, text: detail === '' ? what : `${what}:` })
  if (detail !== '') runs.push({ look: 'detail', text: detail })
  return runs
}

function lookOf(kind: MomentLine['kind']): Run['look'] {
  switch (kind) {
    case 'violation':
      return 'violation'
    case 'fault':
    case 'network':
    case 'loss':
    case 'crash':
      return 'fault'
    case 'narration':
      return 'quiet'
    default:
      return 'what'
  }
}

/** Runs broken into lines between words. */
function wrappedRuns(runs: readonly Run[], width: number): Run[][] {
  const most = Math.max(8, Math.floor(width / letterWidth))
  const lines: Run[][] = [[]]
  let used = 0
  for (const { look, text } of runs) {
    for (const word of text.split(' ').flatMap((long) => piecesOf(long, most))) {
      if (used > 0 && used + 1 + word.length > most) {
        lines.push([])
        used = 0
      }
      const line = lines.at(-1) as Run[]
      const last = line.at(-1)
      const space = used > 0 ? ' ' : ''
      if (last?.look === look) line[line.length - 1] = { look, text: last.text + space + word }
      else line.push({ look, text: space + word })
      used += space.length + word.length
    }
  }
  return lines
}

function piecesOf(word: string, most: number): string[] {
  const pieces: string[] = []
  for (let at = 0; at < word.length; at += most) pieces.push(word.slice(at, at + most))
  return pieces
}

function placeArrow(
  arrow: Arrow,
  { lanes, laneGap, moments }: Pick<DiagramLayout, 'lanes' | 'laneGap' | 'moments'>,
): PlacedArrow {
  const fromX = lanes[arrow.fromLane] as number
  const toX = lanes[arrow.toLane] as number
  const direction = Math.sign(toX - fromX)
  const sentY = arrow.sent === undefined ? undefined : moments[arrow.sent]?.y
  const endY = arrow.ended === undefined ? undefined : moments[arrow.ended]?.y
  if (endY === undefined) {
    // In flight: it sets out for its lane, and is seen no further.
    const y = sentY ?? 0
    return { arrow, from: { x: fromX, y }, to: partOf(fromX, y, toX, y + 34, 26), label: undefined }
  }
  const end = { x: toX, y: endY }
  if (sentY === undefined) {
    const from = partOf(toX, endY, toX - direction * laneGap, endY - 26, 30)
    return { arrow, from, to: end, label: labelOf(arrow, from, end, laneGap) }
  }
  const from = { x: fromX, y: sentY }
  if (arrow.fate === 'lost') {
    const share = 0.55 * Math.min(1, laneGap / Math.max(1, Math.abs(toX - fromX)))
    const to = { x: fromX + (toX - fromX) * share, y: endY }
    return { arrow, from, to, label: undefined }
  }
  return { arrow, from, to: end, label: labelOf(arrow, from, end, laneGap) }
}

/** The point so many pixels from the first towards the second. */
function partOf(x: number, y: number, toX: number, toY: number, length: number): Point {
  const share = length / distance({ x, y }, { x: toX, y: toY })
  return { x: x + (toX - x) * share, y: y + (toY - y) * share }
}

/** On its line, between the lane it reaches and the one before; where the line is steep, just above its end. */
function labelOf({ label }: Arrow, from: Point, to: Point, laneGap: number): Box | undefined {
  const width = label.length * labelLetterWidth
  const direction = Math.sign(to.x - from.x)
  if (direction === 0 || width > laneGap - 2 * labelMargin) return undefined
  const slope = (to.y - from.y) / Math.abs(to.x - from.x)
  const fall = (slope * laneGap) / 2
  const highest = 13
  // So far from the lane is its middle: half-way, or where the line is steep, beside the line.
  const beside = fall <= highest ? laneGap / 2 : highest / slope + width / 2 + 6
  const distance = Math.max(width / 2 + 6, Math.min(beside, laneGap - width / 2 - labelMargin))
  const middle = to.x - direction * distance
  const y = to.y - Math.min(fall, highest)
  return { x: middle - width / 2, y: y - labelHeight / 2, width, height: labelHeight }
}
