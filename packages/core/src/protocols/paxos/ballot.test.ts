import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ballotAbove, majorityOf } from './ballot.ts'

const nodes = fc.integer({ min: 1, max: 50 })

test('a ballot is above the one that it goes above, and tells whose it is', () => {
  fc.assert(
    fc.property(nodes, fc.nat(1_000_000), fc.nat(), (count, ballot, some) => {
      const proposer = some % count
      const above = ballotAbove(ballot, proposer, count)
      expect(above).toBeGreaterThan(ballot)
      expect(above % count).toBe(proposer)
    }),
  )
})

test('any two majorities share a node, and no fewer nodes are enough for that', () => {
  for (let count = 1; count <= 50; count += 1) {
    expect(2 * majorityOf(count)).toBeGreaterThan(count)
    expect(2 * (majorityOf(count) - 1)).toBeLessThanOrEqual(count)
  }
})
