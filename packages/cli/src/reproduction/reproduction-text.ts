import { styleText } from 'node:util'
import { type Reproduction, type Row, wallTime, whole } from '@quorate/core/experiments'
import { shortNumber } from '../pictures/number-text.ts'

/** A published result, and what was measured for it. */
export interface Reproduced {
  readonly reproduction: Reproduction
  readonly rows: readonly Row[]
}

/** All results, theirs beside ours, for a person to read. */
export function reproductionText(results: readonly Reproduced[], wallSeconds: number): string {
  const blocks = results.map(({ reproduction: { name, title, source }, rows }) => {
    const width = Math.max(...rows.map((row) => row.name.length))
    const head = `${''.padEnd(width + 4)}${'theirs'.padStart(10)}${'ours'.padStart(10)}  tolerance`
    return [
      `${styleText('bold', title)}  ${name}`,
      source,
      head,
      ...rows.flatMap((row) => rowLines(row, width)),
    ].join('\n')
  })
  return `${blocks.join('\n\n')}\n\n${summary(results, wallSeconds)}\n`
}

function rowLines(row: Row, width: number): string[] {
  const { name, theirs, ours, tolerance, runs, standardError, finding } = row
  const error = standardError === undefined ? '' : ` ± ${shortNumber(standardError)}`
  const sample = runs > 1 ? `, ${whole(runs)} runs` : ''
  const line = `  ${markOf(row)} ${name.padEnd(width)}${figure(theirs).padStart(10)}${figure(ours).padStart(10)}${error}  ${tolerance}${sample}`
  return row.agrees || finding === undefined ? [line] : [line, `      ${finding}`]
}

/** ✓ agrees, ≠ differs for a known reason, × differs. */
function markOf({ agrees, finding }: Row): string {
  if (agrees) return '✓'
  return finding === undefined ? '×' : '≠'
}

/** To five digits: a formula's table has as many. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return '–'
  return Number.isInteger(value) ? whole(value) : String(Number(value.toPrecision(5)))
}

export function summary(results: readonly Reproduced[], wallSeconds: number): string {
  const rows = results.flatMap((result) => result.rows)
  const agreeing = rows.filter(({ agrees }) => agrees).length
  const explained = rows.filter(({ agrees, finding }) => !agrees && finding !== undefined).length
  const different = rows.length - agreeing - explained
  const findings = explained === 0 ? '' : `, ${explained} differ for a known reason`
  return `${agreeing} of ${rows.length} figures agree${findings}, ${different} differ; ${wallTime(wallSeconds)}`
}
