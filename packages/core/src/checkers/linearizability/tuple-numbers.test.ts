import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TupleNumbers } from './tuple-numbers.ts'

describe('the numbers of tuples', () => {
  it('are those of a map from their text, through all growth', () => {
    const word = fc.oneof(fc.integer({ min: -2, max: 2 }), fc.integer())
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4 }).chain((width) =>
          fc.tuple(
            fc.constant(width),
            fc.array(fc.array(word, { minLength: width, maxLength: width }), {
              maxLength: 300,
              size: 'max',
            }),
          ),
        ),
        ([width, tuples]) => {
          const numbers = new TupleNumbers(width)
          const expected = new Map<string, number>()
          for (const tuple of tuples) {
            const text = tuple.join()
            if (!expected.has(text)) expected.set(text, expected.size)
            numbers.next.set(tuple)
            const number = numbers.numberOfNext()
            expect(number).toBe(expected.get(text))
            expect(tuple.map((_, position) => numbers.word(number, position))).toEqual(tuple)
            numbers.next.fill(0)
            numbers.copyToNext(number)
            expect([...numbers.next]).toEqual(tuple)
          }
          expect(numbers.size).toBe(expected.size)
        },
      ),
      { numRuns: 50 },
    )
  })
})
