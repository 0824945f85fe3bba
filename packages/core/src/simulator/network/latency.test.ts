import { describe, expect, test } from 'vitest'
import { Random } from '../../model/random.ts'
import {
  halved,
  type LatencyModel,
  LatencyTable,
  meanLatency,
  measuredLatencies,
} from './latency.ts'

const models: readonly LatencyModel[] = [
  { kind: 'constant', micros: 700 },
  { kind: 'uniform', lowMicros: 200, highMicros: 1_000 },
  { kind: 'logNormal', medianMicros: 500, sigma: 0.4 },
  { kind: 'measured', meanMicros: 40_000, jitter: 0.1 },
  { kind: 'pareto', scaleMicros: 27_000, shape: 6.4, addedMicros: 10_000 },
]

function drawn(model: LatencyModel, count: number): number[] {
  const table = new LatencyTable([[model]])
  const random = new Random(1)
  return Array.from({ length: count }, () => table.draw(0, 0, random)).sort((x, y) => x - y)
}

describe('latency models', () => {
  test.each(models)('a $kind latency has the mean that it states', (model) => {
    const count = 100_000
    const draws = drawn(model, count)
    const mean = draws.reduce((sum, draw) => sum + draw, 0) / count
    expect(Math.abs(mean / meanLatency(model) - 1)).toBeLessThan(0.01)
  })

  test('each stays where its shape says', () => {
    const [first, ...others] = models.map((model) => drawn(model, 20_001))
    const [uniform, logNormal, measured, pareto] = others as [
      number[],
      number[],
      number[],
      number[],
    ]
    expect(new Set(first)).toEqual(new Set([700]))
    expect(uniform[0]).toBeGreaterThanOrEqual(200)
    expect(uniform.at(-1)).toBeLessThanOrEqual(1_000)
    expect((logNormal[10_000] as number) / 500).toBeCloseTo(1, 1)
    expect(measured[0]).toBeGreaterThanOrEqual(36_000)
    expect(measured[0]).toBeLessThan(36_010)
    expect(pareto[0]).toBeGreaterThanOrEqual(37_000)
    // Above the scale times 2 lies a share of 2^−6.4.
    const beyond = pareto.filter((draw) => draw - 10_000 > 54_000).length
    expect(beyond / 20_001).toBeCloseTo(0.0118, 2)
  })

  test('a table keeps the pairs apart, and the directions', () => {
    const row = (...micros: number[]): LatencyModel[] =>
      micros.map((micros) => ({ kind: 'constant', micros }))
    const table = new LatencyTable([row(1, 2, 3), row(4, 5, 6), row(7, 8, 9)])
    const random = new Random(1)
    expect([table.draw(0, 2, random), table.draw(2, 0, random), table.draw(1, 1, random)]).toEqual([
      3, 7, 5,
    ])
  })

  test('measured tables are halved, and a missing figure is that of a zone', () => {
    expect(measuredLatencies(halved([[0, 30]]), 0.2)).toEqual([
      [
        { kind: 'measured', meanMicros: 45, jitter: 0.2 },
        { kind: 'measured', meanMicros: 15_000, jitter: 0.2 },
      ],
    ])
  })
})
