import { styleText } from 'node:util'
import { type Reproduction, type Row, wallTime, whole } from '@quorate/core/experiments'
import { shortNumber } from '../pictures/number-text.ts'
import { labelled, wrapped } from '../text-layout.ts'

/** A published result, and what was measured for it. */
export interface Reproduced {
  readonly reproduction: Reproduction
  readonly rows: readonly Row[]
}

/** All results, theirs beside ours, for a person to read. */
export function reproductionText(
  results: readonly Reproduced[],
  wallSeconds: number,
  columns: number,
): string {
  const blocks = results.map(({ reproduction: { name, title, source }, rows }) =>
    [
      `${styleText('bold', title)}  ${name}`,
      ...wrapped(source, columns),
      ...tableLines(rows, columns),
    ].join('\n'),
  )
  return `${blocks.join('\n\n')}\n\n${summary(results, wallSeconds)}\n`
}

/** Narrower than this, names and tolerances are not made to fit a terminal. */
const narrowestName = 20
const narrowestTolerance = 18

/** Columns as wide as they must be; where that is too wide, names and tolerances go on in their columns. */
function tableLines(rows: readonly Row[], columns: number): string[] {
  const cells = [['', 'theirs', 'ours', '', 'tolerance'], ...rows.map(cellsOf)]
  const widthOf = (column: number) => Math.max(...cells.map((line) => line[column]?.length ?? 0))
  const [theirs, ours, error] = [widthOf(1), widthOf(2), widthOf(3)]
  const between = 6 + theirs + 2 + ours + (error === 0 ? 0 : error + 1) + 2
  const room = columns - between - narrowestTolerance
  const name = Math.min(widthOf(0), Math.max(narrowestName, room))
  const last = Math.max(narrowestTolerance, columns - between - name)
  const linesOf = (line: readonly string[], mark: string) => {
    const names = wrapped(line[0] ?? '', name)
    const tolerances = wrapped(line[4] ?? '', last)
    const figures = `${line[1]?.padStart(theirs)}  ${line[2]?.padStart(ours)}`
    const errors = error === 0 ? '' : ` ${line[3]?.padEnd(error)}`
    return Array.from({ length: Math.max(names.length, tolerances.length) }, (_, i) => {
      const start = `  ${i === 0 ? mark : ' '} ${(names[i] ?? '').padEnd(name)}  `
      const middle = i === 0 ? figures + errors : ''.padEnd(figures.length + errors.length)
      return `${start}${middle}  ${tolerances[i] ?? ''}`.trimEnd()
    })
  }
  const [head = [], ...lines] = cells
  return [
    ...linesOf(head, ' '),
    ...rows.flatMap((row, i) => [
      ...linesOf(lines[i] ?? [], markOf(row)),
      ...(row.agrees || row.finding === undefined ? [] : [labelled('', 6, row.finding, columns)]),
    ]),
  ]
}

/** Name, theirs, ours, its error, and the tolerance. */
function cellsOf({ name, theirs, ours, standardError, tolerance, runs }: Row): string[] {
  const error = standardError === undefined ? '' : `± ${shortNumber(standardError)}`
  const sample = runs > 1 ? `, ${whole(runs)} runs` : ''
  return [name, figure(theirs), figure(ours), error, tolerance + sample]
}

/** Whether there is a published figure to compare ours with. */
export function isCompared({ theirs }: Row): boolean {
  return Number.isFinite(theirs)
}

/** ✓ agrees, ≠ differs for a known reason, × differs; nothing where only ours is known. */
function markOf(row: Row): string {
  if (!isCompared(row)) return ' '
  if (row.agrees) return '✓'
  return row.finding === undefined ? '×' : '≠'
}

/** To five digits: a formula's table has as many. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return '–'
  if (Number.isInteger(value)) return whole(value)
  const [integer = '', fraction] = String(Number(value.toPrecision(5))).split('.')
  const grouped = Number.isSafeInteger(Number(integer)) ? whole(Number(integer)) : integer
  return fraction === undefined ? grouped : `${grouped}.${fraction}`
}

/** How many figures there are to compare with ours, and how that came out. */
export function tally(results: readonly Reproduced[]) {
  const rows = results.flatMap((result) => result.rows)
  const known = rows.filter(isCompared)
  const agreeing = known.filter(({ agrees }) => agrees).length
  const explained = known.filter(({ agrees, finding }) => !agrees && finding !== undefined).length
  const compared = known.length
  return { compared, agreeing, explained, different: compared - agreeing - explained }
}

export function summary(results: readonly Reproduced[], wallSeconds: number): string {
  const { compared, agreeing, explained, different } = tally(results)
  const findings = explained === 0 ? '' : `, ${differing(explained)} for a known reason`
  return `${agreeing} of ${compared} published figures agree${findings}, ${differing(different)}; ${wallTime(wallSeconds)}`
}

function differing(count: number): string {
  return `${count} ${count === 1 ? 'differs' : 'differ'}`
}
