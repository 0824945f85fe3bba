import { describe, expect, test } from 'vitest'
import { Random } from '../../model/random.ts'
import { Zipf } from './zipf.ts'

function counts(n: number, exponent: number, draws: number): number[] {
  const zipf = new Zipf(n, exponent)
  const random = new Random(5)
  const counted = new Array<number>(n).fill(0)
  for (let i = 0; i < draws; i++) {
    const place = zipf.draw(random)
    counted[place] = (counted[place] as number) + 1
  }
  return counted
}

describe("Zipf's law", () => {
  test.each([0, 0.9, 1, 2])('with exponent %d gives each place its weight', (exponent) => {
    const draws = 40_000
    const weights = Array.from({ length: 10 }, (_, place) => (place + 1) ** -exponent)
    const sum = weights.reduce((total, weight) => total + weight, 0)
    let chiSquare = 0
    for (const [place, count] of counts(10, exponent, draws).entries()) {
      const expected = (draws * (weights[place] as number)) / sum
      chiSquare += (count - expected) ** 2 / expected
    }
    expect(chiSquare).toBeLessThan(27.88) // 9 degrees of freedom, p = 0.001
  })

  test('of one place always draws it', () => {
    expect(counts(1, 0.9, 100)).toEqual([100])
  })
})
