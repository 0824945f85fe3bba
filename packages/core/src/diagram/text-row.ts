import type { Arrow, Mark } from './message-diagram.ts'
import type { Pen } from './text-pen.ts'

/** The columns of the lanes, from where lanes begin. */
export interface LaneColumns {
  readonly lanes: number
  /** From lane to lane. */
  readonly laneWidth: number
}

function columnOf(lane: number, { laneWidth }: LaneColumns): number {
  return lane * laneWidth + Math.floor((laneWidth - 1) / 2)
}

/** The lanes of one row, as they run through it. */
export function laneRow(
  columns: LaneColumns,
  pen: Pen,
  isDown: (lane: number) => boolean,
): string[] {
  const row = new Array<string>(columns.lanes * columns.laneWidth).fill(' ')
  for (let lane = 0; lane < columns.lanes; lane += 1) {
    row[columnOf(lane, columns)] = isDown(lane) ? pen.downLane : pen.lane
  }
  return row
}

/** Draws a message that ends in this row, from its sender's lane to where it ends. */
export function drawArrow(row: string[], arrow: Arrow, columns: LaneColumns, pen: Pen): void {
  const from = columnOf(arrow.fromLane, columns)
  const to = columnOf(arrow.toLane, columns)
  if (from === to) {
    row[to] = pen.toItself
    return
  }
  const right = to > from
  const step = right ? 1 : -1
  // What is lost ends half-way to the next lane: it reaches nobody.
  const lost = arrow.fate === 'lost'
  const end = lost ? from + step * Math.max(2, columns.laneWidth >> 1) : to
  for (let at = from + step; at !== end; at += step) {
    const isLane = row[at] !== ' '
    row[at] = isLane ? pen.crossing : arrow.copy ? pen.copyLine : pen.line
  }
  row[from] = right ? pen.tailRight : pen.tailLeft
  row[end] = lost ? pen.lost : right ? pen.headRight : pen.headLeft
  if (!lost) writeLabel(row, arrow.label, right ? to - columns.laneWidth : to, columns)
}

/** Writes a label between a lane and the next, where it has room there. */
function writeLabel(row: string[], label: string, lane: number, { laneWidth }: LaneColumns): void {
  const room = laneWidth - 1
  if (label.length > room - 3) return
  const start = lane + 1 + Math.ceil((room - label.length) / 2)
  for (const [i, character] of [...label].entries()) row[start + i] = character
}

/** Draws what happens in lanes: on the lane, or where that is taken already, beside it. */
export function drawMarks(
  row: string[],
  marks: readonly Mark[],
  columns: LaneColumns,
  pen: Pen,
): void {
  for (const { lane, kind } of marks) {
    const at = columnOf(lane, columns)
    const taken = row[at] !== pen.lane && row[at] !== pen.downLane
    if (!taken) row[at] = pen.marks[kind]
    else {
      const free = [at + 1, at - 1, at + 2, at - 2].find((place) => row[place] === ' ')
      row[free ?? at] = pen.marks[kind]
    }
  }
}
