import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { barChart } from './bar-chart.ts'
import { intervalChart } from './interval-chart.ts'
import { lineChart } from './line-chart.ts'
import { element, escaped } from './markup.ts'
import { shortNumber } from './number-text.ts'
import { page, table } from './page.ts'
import { placeOn, scaleOf, ticksOf } from './scale.ts'

describe('a scale', () => {
  const values = fc.array(fc.double({ min: 1e-6, max: 1e9, noNaN: true }), { minLength: 1 })

  test('takes in every value, and its ends are ticks', () => {
    fc.assert(
      fc.property(fc.constantFrom('linear' as const, 'log' as const), values, (kind, some) => {
        const scale = scaleOf(kind, some)
        for (const value of some) {
          const place = placeOn(scale, value)
          expect(place).toBeGreaterThan(-1e-6)
          expect(place).toBeLessThan(1 + 1e-6)
        }
        const ticks = ticksOf(scale)
        expect(ticks.length).toBeGreaterThan(1)
        expect(ticks.length).toBeLessThan(13)
        expect(ticks[0]).toBeCloseTo(scale.low, 6)
      }),
    )
  })

  test('has round ticks', () => {
    expect(ticksOf(scaleOf('linear', [0, 23]))).toEqual([0, 5, 10, 15, 20, 25])
    expect(ticksOf(scaleOf('log', [3, 2_000]))).toEqual([1, 10, 100, 1_000, 10_000])
    expect(ticksOf(scaleOf('log', [4, 64]))).toEqual([2, 5, 10, 20, 50, 100])
  })
})

test('numbers are as short as an axis needs them', () => {
  const texts = [0, 1e-5, 0.00059, 0.4, 12, 12.34, 3_400, 1_234_567, Number.NaN].map(shortNumber)
  expect(texts).toEqual(['0', '1e-5', '0.00059', '0.4', '12', '12.3', '3,400', '1.23 M', '–'])
})

test('what is quoted in a page cannot leave its place', () => {
  const hostile = `</title><script>alert("1 & 2")</script>`
  const chart = lineChart({
    title: hostile,
    caption: hostile,
    x: { label: hostile, scale: 'linear' },
    y: { label: hostile, scale: 'linear' },
    series: [{ name: hostile, style: 'line', points: [{ x: 1, y: 2 }] }],
  })
  const bars = [{ name: hostile, value: 1, text: hostile, hue: 0 }]
  const bar = barChart({ title: hostile, caption: hostile, scale: 'linear', bars })
  const rows = [{ name: hostile, value: 1, text: hostile, hue: 0 }]
  const axis = { label: hostile, scale: 'linear' as const }
  const interval = intervalChart({ title: hostile, caption: hostile, x: axis, rows })
  const whole = page(hostile, hostile, [], hostile)
  for (const markup of [chart, bar, interval, whole, table(hostile, [hostile], [[hostile]])]) {
    expect(markup).not.toContain('<script>')
    expect(markup).toContain(escaped(hostile).slice(0, 30))
  }
  expect(element('a', { title: '"' })).toBe('<a title="&quot;"></a>')
})

test('points among curves are named in a legend, and no name lies on a curve', () => {
  const chart = lineChart({
    title: 'measured',
    caption: 'measured',
    x: { label: 'x', scale: 'linear' },
    y: { label: 'y', scale: 'linear' },
    series: [
      { name: 'formula', style: 'curve', points: [0, 1, 2].map((x) => ({ x, y: x })) },
      { name: 'measured', style: 'points', points: [{ x: 1, y: 1 }] },
    ],
  })
  expect(chart).not.toContain('class="name')
  // One mark is measured, the other is that of the legend.
  expect(chart.match(/<rect /g)).toHaveLength(2)
  const bottom = Number(/viewBox="0 0 \d+ (\d+)"/.exec(chart)?.[1])
  const places = [...chart.matchAll(/y="([\d.]+)"[^>]*>(?:formula|measured)<\/text>/g)]
  expect(places).toHaveLength(2)
  for (const [, y] of places) expect(Number(y)).toBeLessThan(bottom)
})

test('numbers stand to the right of their column, and words to the left', () => {
  const markup = table(
    'figures',
    ['', 'ours', 'how'],
    [
      ['a', '1,235.7', 'run'],
      ['b', '6e-7', '–'],
    ],
  )
  expect(markup).toContain('aria-label="figures"')
  expect(markup.match(/class="number"/g)).toHaveLength(3)
})

test('lines that end at the same place are named one under the other', () => {
  const chart = lineChart({
    title: 'two',
    caption: 'two',
    x: { label: 'x', scale: 'linear' },
    y: { label: 'y', scale: 'linear' },
    series: ['one', 'other'].map((name) => ({ name, style: 'line', points: [{ x: 1, y: 1 }] })),
  })
  const places = [...chart.matchAll(/y="([\d.]+)" class="name/g)].map(([, y]) => Number(y))
  expect(places).toHaveLength(2)
  expect(Math.abs((places[0] as number) - (places[1] as number))).toBeGreaterThanOrEqual(14)
})

describe('intervals over one axis', () => {
  const chartOf = (scale: 'linear' | 'log', low: number) =>
    intervalChart({
      title: 'shares',
      caption: 'of the runs',
      x: { label: '%', scale, from: [1, 100] },
      rows: [
        { name: 'one', value: 50, low, high: 100, text: '50', hue: 0 },
        { name: 'none', value: Number.NaN, text: '–', hue: 1 },
      ],
    })
  const placesOf = (chart: string) =>
    /d="M([\d.]+) \d+v10M([\d.]+) \d+v10M[\d.]+ \d+H[\d.]+"/.exec(chart)?.slice(1).map(Number)

  test('reach from the low end to the high one, around the mark', () => {
    const chart = chartOf('linear', 25)
    const mark = Number(/<circle cx="([\d.]+)"/.exec(chart)?.[1])
    const [low = 0, high = 0] = placesOf(chart) ?? []
    expect((mark - low) * 2).toBeCloseTo(high - mark, 0)
    expect(chart.match(/<circle/g)).toHaveLength(1)
    expect(chart).not.toContain('NaN')
  })

  test('reach to the edge where they reach to zero and the axis has none', () => {
    expect(placesOf(chartOf('log', 0))?.[0]).toBe(8)
  })

  test('are named on lines of their own where the names are long', () => {
    const row = { value: 1, text: '1 [0.5, 2]', hue: 0 }
    const heightOf = (name: string) =>
      Number(
        /viewBox="0 0 480 (\d+)"/.exec(
          intervalChart({
            title: 't',
            caption: 'c',
            x: { label: 'ms', scale: 'log' },
            rows: [{ name, ...row }],
          }),
        )?.[1],
      )
    expect(heightOf('a'.repeat(60))).toBeGreaterThan(heightOf('a'))
  })
})
