import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hasMajority, majorityOf, majorityReached } from './quorum.ts'

test('any two majorities share a voter, and none is larger than it must be', () => {
  for (let voters = 1; voters <= 100; voters += 1) {
    expect(2 * majorityOf(voters)).toBeGreaterThan(voters)
    expect(2 * (majorityOf(voters) - 1)).toBeLessThanOrEqual(voters)
  }
})

test('what a majority has reached is the middle of the sorted values', () => {
  const values = fc.array(fc.nat(20), { minLength: 1, maxLength: 9 })
  fc.assert(
    fc.property(values, fc.nat(20), (values, floor) => {
      const voters = values.map((_, id) => id)
      const descending = [...values].sort((a, b) => b - a)
      const middle = descending[majorityOf(values.length) - 1] as number
      expect(majorityReached(voters, values, floor)).toBe(Math.max(middle, floor))
    }),
  )
})

test('only voters count', () => {
  expect(majorityReached([0, 2], [5, 9, 7], 0)).toBe(5)
  expect(hasMajority([0, 1, 2], new Set([0, 3, 4]))).toBe(false)
  expect(hasMajority([0, 1, 2], new Set([0, 2]))).toBe(true)
})
