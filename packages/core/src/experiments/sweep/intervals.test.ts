import { describe, expect, test } from 'vitest'
import { Random } from '../../model/random.ts'
import { mean, median, proportion, quantile } from './intervals.ts'

const ascending = (values: number[]) => values.sort((left, right) => left - right)

/** In which share of many made-up samples an interval holds the true value. */
function coverage(samples: number, holds: (random: Random) => boolean): number {
  const random = new Random(1)
  let count = 0
  for (let i = 0; i < samples; i++) if (holds(random.split(i))) count++
  return count / samples
}

describe('a proportion', () => {
  test('has the interval of published examples', () => {
    // Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I, method 3.
    const published = [
      [81, 263, 0.2553, 0.3662],
      [15, 148, 0.0624, 0.1605],
      [0, 20, 0, 0.1611],
      [1, 29, 0.0061, 0.1718],
    ] as const
    for (const [count, total, low, high] of published) {
      const interval = proportion(count, total)
      expect(interval.low).toBeCloseTo(low, 4)
      expect(interval.high).toBeCloseTo(high, 4)
    }
  })

  test('reaches all and none exactly', () => {
    expect(proportion(0, 7).low).toBe(0)
    expect(proportion(7, 7).high).toBe(1)
  })

  test.each([0.02, 0.3, 0.95])('is covered about as often as it says, at %d', (p) => {
    const covered = coverage(4_000, (random) => {
      let count = 0
      for (let i = 0; i < 200; i++) if (random.bernoulli(p)) count++
      const { low, high } = proportion(count, 200)
      return (low as number) <= p && p <= (high as number)
    })
    expect(covered).toBeGreaterThan(0.93)
    expect(covered).toBeLessThan(0.98)
  })
})

describe('a mean', () => {
  test('has the interval that Student’s tables give', () => {
    // Of 2, 4, 4, 4, 5, 5, 7, 9: mean 5, standard deviation √(32/7), t = 2.364624 at 7 degrees of freedom.
    const { value, low, high } = mean([2, 4, 4, 4, 5, 5, 7, 9])
    expect(value).toBe(5)
    const half = (2.364624 * Math.sqrt(32 / 7)) / Math.sqrt(8)
    expect(low).toBeCloseTo(5 - half, 3)
    expect(high).toBeCloseTo(5 + half, 3)
  })

  test('is within a part in ten thousand of the tables for any number of values', () => {
    const points = { 2: 12.7062, 3: 4.30265, 6: 2.57058, 7: 2.44691, 11: 2.22814, 31: 2.04227 }
    for (const [count, point] of Object.entries(points)) {
      const values = Array.from({ length: Number(count) }, (_, i) => i)
      const { value, high } = mean(values)
      const squares = values.reduce((sum, each) => sum + (each - value) ** 2, 0)
      const error = Math.sqrt(squares / (values.length - 1) / values.length)
      expect((high as number) - value).toBeGreaterThan(point * error * 0.9999)
      expect((high as number) - value).toBeLessThan(point * error * 1.0001)
    }
  })

  test('of one value has no interval, and of equal values no width', () => {
    expect(mean([3])).toEqual({ value: 3, low: null, high: null })
    expect(mean([3, 3, 3])).toEqual({ value: 3, low: 3, high: 3 })
  })

  test.each([
    ['normal', (random: Random) => 10 + random.normal(), 8],
    ['exponential', (random: Random) => random.exponential(10), 100],
  ] as const)('of %s values is covered about as often as it says', (_, draw, count) => {
    const covered = coverage(4_000, (random) => {
      const { low, high } = mean(Array.from({ length: count }, () => draw(random)))
      return (low as number) <= 10 && 10 <= (high as number)
    })
    expect(covered).toBeGreaterThan(0.92)
    expect(covered).toBeLessThan(0.97)
  })
})

describe('a median', () => {
  test('lies between the ranks that tables give', () => {
    // Conover 1999, "Practical Nonparametric Statistics": ranks r and n + 1 − r at 95%.
    const ranks = { 6: 1, 8: 1, 9: 2, 10: 2, 20: 6, 25: 8, 50: 18, 100: 40 }
    for (const [count, rank] of Object.entries(ranks)) {
      const n = Number(count)
      const { low, high } = median(Array.from({ length: n }, (_, i) => i + 1))
      expect([n, low, high]).toEqual([n, rank, n + 1 - rank])
    }
  })

  test('of few values has no interval', () => {
    expect(median([1, 2, 3, 4, 5])).toEqual({ value: 3, low: null, high: null })
    expect(median([1, 2])).toEqual({ value: 1.5, low: null, high: null })
  })

  test('of a million values is found without overflow', () => {
    const values = Array.from({ length: 1_000_001 }, (_, i) => i)
    const { value, low, high } = median(values)
    expect(value).toBe(500_000)
    // √n × 1.96 / 2 ranks on either side, by the normal approximation.
    expect(low as number).toBeGreaterThan(500_000 - 985)
    expect(low as number).toBeLessThan(500_000 - 975)
    expect((high as number) + (low as number)).toBe(1_000_000)
  })

  test.each([7, 40, 101])(
    'of %d skewed values is covered at least as often as it says',
    (count) => {
      const covered = coverage(4_000, (random) => {
        const values = Array.from({ length: count }, () => random.logNormal(10, 1.5))
        const { low, high } = median(ascending(values))
        return (low as number) <= 10 && 10 <= (high as number)
      })
      expect(covered).toBeGreaterThan(0.94)
    },
  )
})

test('a quantile is the value that this share of the values does not exceed', () => {
  const values = [1, 2, 3, 4]
  expect([0, 0.25, 0.5, 0.75, 0.76, 1].map((share) => quantile(values, share))).toEqual([
    1, 1, 2, 3, 4, 4,
  ])
})
