import type { HeaderHistory } from './header-history.ts'

/** How many blocks the median is taken over. */
const span = 11

/** The times in question, sorted: used by one call at a time. */
const sorted = new Float64Array(span)

/**
 * The median of the times of the block at `height` and the ten before it, fewer at the start of the
 * chain: a clock that no minority of miners can turn back (GetMedianTimePast of Bitcoin Core).
 */
export function medianTimePast(
  history: Pick<HeaderHistory, 'firstHeight' | 'timeAt'>,
  height: number,
): number {
  const lowest = Math.max(history.firstHeight, height - span + 1)
  let count = 0
  for (let at = height; at >= lowest; at -= 1) {
    const time = history.timeAt(at)
    let place = count
    for (; place > 0 && (sorted[place - 1] as number) > time; place -= 1) {
      sorted[place] = sorted[place - 1] as number
    }
    sorted[place] = time
    count += 1
  }
  if (count === 0) throw new RangeError(`no header at or below height ${height} is known`)
  return sorted[count >> 1] as number
}
