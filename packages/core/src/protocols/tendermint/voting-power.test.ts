import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { maximumFaulty, proposerRotation, quorumOf } from './voting-power.ts'

test('a quorum is the 2f+1 of the paper where n = 3f+1', () => {
  expect([1, 4, 7, 10, 100].map(quorumOf)).toEqual([1, 3, 5, 7, 67])
  expect([1, 4, 7, 10, 100].map(maximumFaulty)).toEqual([0, 1, 2, 3, 33])
})

test('for any power two quorums share a correct vote, and the correct ones alone are a quorum', () => {
  for (let power = 1; power <= 1_000; power += 1) {
    const faulty = maximumFaulty(power)
    const quorum = quorumOf(power)
    expect(2 * quorum - power).toBeGreaterThan(faulty)
    expect(power - faulty).toBeGreaterThanOrEqual(quorum)
  }
})

describe('proposers take turns', () => {
  const powers = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 12 })

  test('round robin where all have the same power', () => {
    expect(proposerRotation([1, 1, 1, 1])).toEqual([0, 1, 2, 3])
  })

  test('each as often as it has power', () => {
    fc.assert(
      fc.property(powers, (given) => {
        const rotation = proposerRotation(given)
        const turns = given.map((_, node) => rotation.filter((some) => some === node).length)
        expect(turns).toEqual(given)
      }),
    )
  })

  test('spread out: in no stretch of turns has one more than its share by two', () => {
    fc.assert(
      fc.property(powers, (given) => {
        const rotation = proposerRotation(given)
        const total = rotation.length
        for (const [node, power] of given.entries()) {
          let had = 0
          rotation.forEach((proposer, turn) => {
            if (proposer === node) had += 1
            expect(Math.abs(had - ((turn + 1) * power) / total)).toBeLessThan(2)
          })
        }
      }),
    )
  })

  test('after a cycle the queue is where it began, so that the turns repeat', () => {
    const twice = proposerRotation([3, 1, 2])
    expect(twice).toEqual([0, 2, 0, 1, 2, 0])
  })
})
