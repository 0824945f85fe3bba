import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { exp, ln, pow, sqrt } from './exact-math.ts'

/** How many doubles lie between two finite numbers of one sign. */
function unitsApart(x: number, y: number): number {
  const bits = new BigInt64Array(new Float64Array([x, y]).buffer)
  return Math.abs(Number((bits[0] as bigint) - (bits[1] as bigint)))
}

const positive = fc.double({ min: 5e-324, noNaN: true, noDefaultInfinity: true })
const many = { numRuns: 20_000 }

// The engine's own functions are within one unit in the last place of the true value, so that a
// bound here is the bound that the documentation states, plus one.
describe('exact mathematics', () => {
  test('ln agrees with Math.log over all magnitudes, and near 1', () => {
    const nearOne = fc.double({ min: 0.5, max: 2, noNaN: true })
    fc.assert(
      fc.property(fc.oneof(positive, nearOne), (x) => unitsApart(ln(x), Math.log(x)) <= 2),
      many,
    )
  })

  test('exp agrees with Math.exp over its whole range', () => {
    const argument = fc.oneof(
      fc.double({ min: -745, max: 709.7, noNaN: true }),
      fc.double({ min: -1, max: 1, noNaN: true }),
    )
    fc.assert(
      fc.property(argument, (x) => unitsApart(exp(x), Math.exp(x)) <= 2),
      many,
    )
  })

  test('pow agrees with Math.pow', () => {
    const base = fc.oneof(positive, fc.double({ min: 0.1, max: 10, noNaN: true }))
    const exponent = fc.double({ min: -700, max: 700, noNaN: true })
    fc.assert(
      fc.property(base, exponent, (x, y) => {
        const expected = x ** y
        if (expected === 0 || expected === Number.POSITIVE_INFINITY || expected < 1e-300)
          return true
        const ordinary = expected > 1e-40 && expected < 1e40
        return unitsApart(pow(x, y), expected) <= (ordinary ? 8 : 21)
      }),
      many,
    )
  })

  test('powers of whole numbers that have an exact result have it', () => {
    for (const [x, y] of [
      [2, 10],
      [10, 3],
      [10, 22],
      [4, 0.5],
      [2, -30],
      [3, 20],
    ] as const) {
      expect(pow(x, y)).toBe(x ** y)
    }
  })

  test('special values are those of the standard functions', () => {
    const special = [
      0,
      -0,
      1,
      -1,
      2,
      -2,
      3,
      -3,
      0.5,
      -0.5,
      1e300,
      -1e300,
      1e-300,
      5e-324,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      Number.MAX_VALUE,
      1 + 2 ** -52,
    ]
    for (const x of special) {
      if (!Number.isFinite(Math.log(x)) || x === 1) expect(ln(x)).toBe(Math.log(x))
      if (!Number.isFinite(Math.exp(x)) || Math.exp(x) === 0) expect(exp(x)).toBe(Math.exp(x))
      expect(sqrt(x)).toBe(Math.sqrt(x))
      for (const y of special) {
        const expected = x ** y
        const ends = !Number.isFinite(expected) || expected === 0 || Math.abs(expected) === 1
        if (ends) expect(pow(x, y), `${x} ** ${y}`).toBe(expected)
      }
    }
  })

  // What another engine must print too: the reason for this file. The bits were checked once against
  // the same sums in 45 decimal digits.
  test('some results, bit for bit', () => {
    expect([
      ln(10),
      ln(0.1),
      ln(1.0000001),
      exp(1),
      exp(-20.5),
      pow(1.1, 33.3),
      pow(0.3, 0.7),
    ]).toEqual([
      2.302585092994046, -2.3025850929940455, 9.999999505838704e-8, 2.7182818284590455,
      1.2501528663867426e-9, 23.898817661508915, 0.4305116202499342,
    ])
  })
})
