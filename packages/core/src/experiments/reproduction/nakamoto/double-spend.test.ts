import { describe, expect, test } from 'vitest'
import { doubleSpend } from './double-spend.ts'
import {
  confirmationsNeeded,
  nakamotoProbability,
  rosenfeldProbability,
} from './double-spend-formulas.ts'
import { measureDoubleSpend } from './double-spend-measurement.ts'

describe('the formulas', () => {
  test("give Nakamoto's tables", () => {
    expect(nakamotoProbability(0.1, 0)).toBe(1)
    expect(nakamotoProbability(0.1, 5)).toBeCloseTo(0.0009137, 7)
    expect(nakamotoProbability(0.3, 50)).toBeCloseTo(0.0000006, 7)
    expect(confirmationsNeeded(nakamotoProbability, 0.45, 0.001)).toBe(340)
  })

  test("give Rosenfeld's tables", () => {
    expect(rosenfeldProbability(0.1, 6)).toBeCloseTo(0.000591, 6)
    expect(rosenfeldProbability(0.3, 6)).toBeCloseTo(0.15645, 5)
    expect(confirmationsNeeded(rosenfeldProbability, 0.4, 0.001)).toBe(133)
  })

  test('are certain with half of the hash power, and never more than certain', () => {
    expect(nakamotoProbability(0.5, 100)).toBe(1)
    expect(rosenfeldProbability(0.6, 100)).toBe(1)
    for (let z = 0; z < 50; z += 1) {
      expect(rosenfeldProbability(0.45, z)).toBeLessThanOrEqual(1 + 1e-12)
      expect(rosenfeldProbability(0.2, z + 1)).toBeLessThan(rosenfeldProbability(0.2, z))
    }
  })

  test('agree with the sum that Rosenfeld prints', () => {
    // r = 1 − Σ C(m+n−1, m) (pⁿ qᵐ − pᵐ qⁿ), for n = 3 and q = 0.3.
    const printed = [1, 3, 6, 10].reduce(
      (rest, choices, m) => rest - choices * (0.7 ** 3 * 0.3 ** m - 0.7 ** m * 0.3 ** 3),
      1,
    )
    expect(rosenfeldProbability(0.3, 3)).toBeCloseTo(printed, 12)
  })
})

describe('the simulation', () => {
  test('agrees with Rosenfeld where successes are frequent', () => {
    const exact = rosenfeldProbability(0.3, 2)
    const { probability, standardError, simulatedShare } = measureDoubleSpend(0.3, 2, exact, 400)
    expect(simulatedShare).toBe(0.3)
    expect(Math.abs(probability - exact)).toBeLessThan(4 * standardError)
  })

  test('agrees with Rosenfeld, and not with Nakamoto, where they are rare', () => {
    const exact = rosenfeldProbability(0.1, 6)
    const measured = measureDoubleSpend(0.1, 6, exact, 400)
    expect(measured.simulatedShare).toBe(0.55)
    expect(Math.abs(measured.probability - exact)).toBeLessThan(4 * measured.standardError)
    const short = measured.probability - nakamotoProbability(0.1, 6)
    expect(short).toBeGreaterThan(4 * measured.standardError)
  })

  test('gives the same figures again', () => {
    expect(measureDoubleSpend(0.2, 1, 0.4, 50)).toEqual(measureDoubleSpend(0.2, 1, 0.4, 50))
  })
})

test('every published figure is a row, and a curve beside what was measured', () => {
  const names = new Set<string>()
  const rows = doubleSpend.run('quick', () => {})
  for (const { name, agrees, runs, tolerance, how } of rows) {
    expect(names.has(name), name).toBe(false)
    names.add(name)
    expect(agrees, name).toBe(true)
    expect(runs).toBeGreaterThan(0)
    expect(tolerance.length * how.length).toBeGreaterThan(0)
  }
  expect(rows.filter(({ name }) => name.startsWith('Nakamoto'))).toHaveLength(29)
  expect(rows.filter(({ name }) => name.startsWith('Rosenfeld'))).toHaveLength(16)
  const series = doubleSpend.plot?.series(rows) ?? []
  expect(series.map(({ name }) => name)).toContain('simulated, q = 0.3')
  expect(series.every(({ points }) => points.length >= 2)).toBe(true)
}, 120_000)
