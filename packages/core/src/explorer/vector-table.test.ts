import fc from 'fast-check'
import { expect, test } from 'vitest'
import { VectorTable } from './vector-table.ts'

function enter(table: VectorTable, vector: readonly number[]): { place: number; added: boolean } {
  table.reserve(vector.length).set(vector, table.end)
  const place = table.enter(vector.length)
  return { place, added: table.added }
}

const word = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer())

test('equal vectors have one place, others each their own, in the order of their coming', () => {
  fc.assert(
    fc.property(fc.array(fc.array(word, { maxLength: 5 }), { maxLength: 60 }), (vectors) => {
      const table = new VectorTable()
      const places = new Map<string, number>()
      for (const vector of vectors) {
        const known = places.get(String(vector))
        const { place, added } = enter(table, vector)
        expect({ place, added }).toEqual({
          place: known ?? places.size,
          added: known === undefined,
        })
        places.set(String(vector), place)
        expect([...table.wordsOf(place).subarray(table.start(place), table.stop(place))]).toEqual(
          vector,
        )
      }
      expect(table.count).toBe(places.size)
    }),
  )
})

test('a table that has grown many times over still knows all', () => {
  const table = new VectorTable()
  const vectors = Array.from({ length: 50_000 }, (_, i) => [i % 7, i, -i])
  const asExpected = (added: boolean): boolean =>
    vectors.every((vector, place) => {
      const entered = enter(table, vector)
      return entered.place === place && entered.added === added
    })
  expect(asExpected(true)).toBe(true)
  expect(asExpected(false)).toBe(true)
})
