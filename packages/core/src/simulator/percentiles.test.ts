import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LatencyHistogram } from './percentiles.ts'

const span = fc.oneof(fc.nat(600), fc.nat(100_000), fc.nat(2 ** 31 - 1), fc.maxSafeNat())
const spans = fc.array(span, { minLength: 1, maxLength: 200 })

function histogramOf(values: readonly number[]): LatencyHistogram {
  const histogram = new LatencyHistogram()
  for (const value of values) histogram.record(value)
  return histogram
}

describe('a latency histogram', () => {
  test('is within one part in 256 above the exact percentile, and exact for small values', () => {
    fc.assert(
      fc.property(spans, fc.double({ min: 0, max: 100, noNaN: true }), (values, percent) => {
        const sorted = values.toSorted((x, y) => x - y)
        const rank = Math.max(1, Math.ceil((percent / 100) * values.length))
        const exact = sorted[rank - 1] as number
        const shown = histogramOf(values).percentile(percent)
        expect(shown).toBeGreaterThanOrEqual(exact)
        expect(shown).toBeLessThanOrEqual(exact < 512 ? exact : exact * (1 + 1 / 256))
      }),
      { numRuns: 1_000 },
    )
  })

  test('counts, and keeps the least, the most and the mean exactly', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1e9), { minLength: 1 }), (values) => {
        const histogram = histogramOf(values)
        expect(histogram.count).toBe(values.length)
        expect(histogram.minimumMicros).toBe(Math.min(...values))
        expect(histogram.maximumMicros).toBe(Math.max(...values))
        expect(histogram.percentile(100)).toBe(Math.max(...values))
        const sum = values.reduce((total, value) => total + value, 0)
        expect(histogram.meanMicros).toBe(sum / values.length)
      }),
    )
  })

  test('added to another holds what both held', () => {
    fc.assert(
      fc.property(fc.array(span), fc.array(span), (one, other) => {
        const sum = histogramOf(one)
        sum.add(histogramOf(other))
        const whole = histogramOf([...one, ...other])
        for (const percent of [0, 25, 50, 99, 100]) {
          expect(sum.percentile(percent)).toBe(whole.percentile(percent))
        }
        expect(sum.count).toBe(whole.count)
        expect(sum.minimumMicros).toBe(whole.minimumMicros)
        expect(sum.ranges()).toEqual(whole.ranges())
      }),
    )
  })

  test('of nothing is zero, and draws nothing', () => {
    const histogram = new LatencyHistogram()
    expect([histogram.percentile(50), histogram.meanMicros, histogram.maximumMicros]).toEqual([
      0, 0, 0,
    ])
    expect(histogram.ranges()).toEqual([])
  })

  test('counts what is in each range between the least and the most', () => {
    const ranges = histogramOf([300, 700, 900, 900, 900, 3_000_000]).ranges()
    expect(ranges.slice(0, 3)).toEqual([
      { fromMicros: 200, toMicros: 500, count: 1 },
      { fromMicros: 500, toMicros: 1_000, count: 4 },
      { fromMicros: 1_000, toMicros: 2_000, count: 0 },
    ])
    expect(ranges.at(-1)).toEqual({ fromMicros: 2_000_000, toMicros: 5_000_000, count: 1 })
    expect(ranges).toHaveLength(13)
  })

  test('refuses a span that is no integer of microseconds, and a percentile beyond 100', () => {
    const histogram = new LatencyHistogram()
    for (const value of [-1, 0.5, Number.NaN, 2 ** 53]) {
      expect(() => histogram.record(value)).toThrow(/must be an integer of microseconds/)
    }
    expect(() => histogram.percentile(101)).toThrow(/percentile 101: must be from 0 to 100/)
  })
})
