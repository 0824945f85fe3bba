import { expect, test } from 'vitest'
import { exponentOf } from './exponent.ts'
import { messageComplexity, messagesOfOralGenerals } from './message-complexity.ts'
import { messageDelays } from './message-delays.ts'

test('the exponent of a power is that power, whatever its factor', () => {
  for (const power of [1, 2, 3]) {
    const points = [4, 7, 19, 64].map((n) => ({ n, y: 5.5 * n ** power }))
    expect(exponentOf(points)).toBeCloseTo(power, 9)
  }
})

test('OM(m) sends as many messages as the recursion of the paper', () => {
  // OM(0) sends n − 1; OM(m) sends n − 1, and each of those lieutenants begins an OM(m − 1) among n − 1.
  const recursion = (n: number, m: number): number =>
    m === 0 ? n - 1 : n - 1 + (n - 1) * recursion(n - 1, m - 1)
  for (let m = 0; m <= 3; m++) {
    for (let n = 3 * m + 1; n < 14; n++) expect(messagesOfOralGenerals(n, m)).toBe(recursion(n, m))
  }
})

test('every protocol takes the message delays of its paper', () => {
  for (const row of messageDelays.run('quick'))
    expect(row, row.name).toMatchObject({ agrees: true })
})

test('the plot has the points that the rows were computed from', () => {
  const rows = messageComplexity.run('quick')
  const differing = rows.filter(({ agrees }) => !agrees).map(({ name, ours }) => `${name}: ${ours}`)
  expect(differing).toEqual([])
  const series = messageComplexity.plot?.series(rows) ?? []
  expect(series.map(({ name }) => name)).toContain('pbft')
  for (const { points } of series) {
    expect(points.length).toBeGreaterThan(2)
    for (const [n, messages] of points) expect(messages).toBeGreaterThan(n / 2)
  }
})
