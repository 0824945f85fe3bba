import fc from 'fast-check'
import { expect, test } from 'vitest'
import { reachedByQuorum } from './reached-by-quorum.ts'

test('as the numbers sorted say: the one at the place of the quorum, or the floor', () => {
  const numbers = fc.array(fc.nat(20), { minLength: 1, maxLength: 9 })
  fc.assert(
    fc.property(numbers, fc.nat(), fc.nat(20), (reached, some, floor) => {
      const quorum = 1 + (some % reached.length)
      const sorted = [...reached].sort((left, right) => right - left)
      const expected = Math.max(floor, sorted[quorum - 1] as number)
      expect(reachedByQuorum(reached, quorum, floor)).toBe(expected)
    }),
  )
})
