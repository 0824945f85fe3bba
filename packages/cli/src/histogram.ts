import { timeSpan, whole } from '@quorate/core/experiments'
import type { LatencyRange } from '@quorate/core/simulator'

const barWidth = 32
/** So many empty ranges in a row are drawn as one mark. */
const manyEmpty = 3

/** How many values lie in each range, as bars. */
export function histogramLines(ranges: readonly LatencyRange[]): string[] {
  const most = ranges.reduce((count, range) => Math.max(count, range.count), 1)
  const labels = ranges.map(
    ({ fromMicros, toMicros }) => `${timeSpan(fromMicros)} to ${timeSpan(toMicros)}`,
  )
  const labelWidth = labels.reduce((longest, label) => Math.max(longest, label.length), 0)
  const countWidth = whole(most).length
  const lines: string[] = []
  for (let i = 0; i < ranges.length; i++) {
    const { count } = ranges[i] as LatencyRange
    const empty = count > 0 ? 0 : emptyFrom(ranges, i)
    if (empty >= manyEmpty) {
      lines.push('┊'.padStart(labelWidth))
      i += empty - 1
      continue
    }
    const bar = '█'.repeat(Math.ceil((count / most) * barWidth))
    const label = (labels[i] as string).padStart(labelWidth)
    lines.push(`${label}  ${bar.padEnd(barWidth)}  ${whole(count).padStart(countWidth)}`)
  }
  return lines
}

/** How many empty ranges follow each other from this one on. */
function emptyFrom(ranges: readonly LatencyRange[], first: number): number {
  const next = ranges.findIndex(({ count }, i) => i >= first && count > 0)
  return (next === -1 ? ranges.length : next) - first
}
