import { timeSpan, whole } from '@quorate/core/experiments'
import type { LatencyRange } from '@quorate/core/simulator'
import { element } from './element.ts'

/** How long clients waited, from a call to its answer: a bar for each range of time. */
export function latencyView(ranges: readonly LatencyRange[]): Node[] {
  if (ranges.length === 0) return []
  const most = Math.max(...ranges.map(({ count }) => count))
  const rows = ranges.map(({ fromMicros, toMicros, count }) => {
    const range = element('th', '', `${timeSpan(fromMicros)} to ${timeSpan(toMicros)}`)
    range.scope = 'row'
    const bars = element('td', 'bars')
    if (count > 0) {
      const bar = element('span', 'bar')
      bar.style.inlineSize = `${(count / most) * 100}%`
      bars.append(bar)
    }
    return element('tr', '', range, bars, element('td', 'count', whole(count)))
  })
  const columns = ['from', 'share', 'operations'].map((name) => {
    const column = element('th', '', name)
    column.scope = 'col'
    return column
  })
  return [
    element('h2', '', 'Latency, from a call to its answer'),
    element(
      'table',
      'latency',
      element('thead', 'unseen', element('tr', '', ...columns)),
      element('tbody', '', ...rows),
    ),
  ]
}
