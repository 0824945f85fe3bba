import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { maximumFaulty, quorumOf } from './quorum.ts'

const sizes = fc.integer({ min: 1, max: 10_000 })

describe('a quorum', () => {
  test('is 2f + 1 of 3f + 1 nodes', () => {
    expect([4, 7, 10, 100].map(quorumOf)).toEqual([3, 5, 7, 67])
    expect([1, 3, 4, 6, 7].map(maximumFaulty)).toEqual([0, 0, 1, 1, 2])
  })

  test('can be had without the faulty nodes, and shares a correct one with every other', () => {
    fc.assert(
      fc.property(sizes, (nodes) => {
        const faulty = maximumFaulty(nodes)
        expect(nodes).toBeGreaterThan(3 * faulty)
        expect(quorumOf(nodes)).toBeLessThanOrEqual(nodes - faulty)
        expect(2 * quorumOf(nodes) - nodes).toBeGreaterThan(faulty)
      }),
    )
  })
})
