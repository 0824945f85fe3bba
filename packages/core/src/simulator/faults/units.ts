import { type Micros, microsPerMillisecond, microsPerSecond } from '../../model/index.ts'

const microsPerUnit: { readonly [unit: string]: number } = {
  us: 1,
  ms: microsPerMillisecond,
  s: microsPerSecond,
  min: 60 * microsPerSecond,
  h: 3600 * microsPerSecond,
  d: 86_400 * microsPerSecond,
}

const largestFactor = 1_000_000
/** Far beyond any run, and so far within 2^53 that times can be added. */
export const longestMicros = 36_525 * 86_400 * microsPerSecond

/**
 * A span of time as people write it: `250ms`, `5s`, `1.5min`, `10min`, `2h`, `1d`. Units are always written.
 * @throws RangeError with one line that says what would be right
 */
export function parseDuration(text: string): Micros {
  const match = /^(\d+(?:\.\d+)?)(us|ms|s|min|h|d)$/.exec(text)
  if (!match) {
    throw new RangeError(
      `'${text}' is not a time: write a number and a unit, such as 250ms, 5s or 10min`,
    )
  }
  const micros = Math.round(Number(match[1]) * (microsPerUnit[match[2] as string] as number))
  if (micros > longestMicros)
    throw new RangeError(`'${text}' is too long a time: write at most 36525d, a hundred years`)
  return micros
}

/** A span of time that may go backwards: `-500ms`, `+2h`. */
export function parseSignedDuration(text: string): Micros {
  const sign = text.startsWith('-') ? -1 : 1
  return sign * parseDuration(/^[+-]/.test(text) ? text.slice(1) : text)
}

/** The same, written as shortly as is exact. */
export function formatDuration(micros: Micros): string {
  if (micros < 0) return `-${formatDuration(-micros)}`
  for (const unit of ['d', 'h', 'min', 's', 'ms']) {
    const size = microsPerUnit[unit] as number
    if (micros >= size && (micros * 1000) % size === 0) return `${micros / size}${unit}`
  }
  return `${micros}us`
}

/** A share as people write it: `5%`, `0.5%`. Returns 0 to 1; undefined for what is none. */
export function shareIn(text: string): number | undefined {
  const percent = /^(\d+(?:\.\d+)?)%$/.exec(text)?.[1]
  const share = Number(percent) / 100
  return share <= 1 ? share : undefined
}

/** @throws RangeError with one line that says what would be right */
export function parseShare(text: string): number {
  const share = shareIn(text)
  if (share === undefined)
    throw new RangeError(`'${text}' is not a share: write it as a percentage, such as 5%`)
  return share
}

/** The same: `5%`. */
export function formatShare(share: number): string {
  // What a hundred times a binary fraction is off by is not written.
  return `${Number((share * 100).toPrecision(12))}%`
}

/** How many times slower, as people write it: `10x`. */
export function parseFactor(text: string): number {
  const match = /^(\d+(?:\.\d+)?)x$/.exec(text)
  const factor = match ? Number(match[1]) : Number.NaN
  if (!(factor >= 1 && factor <= largestFactor))
    throw new RangeError(
      `'${text}' is not a factor: write a number from 1 to a million and x, such as 10x`,
    )
  return factor
}
