import fc from 'fast-check'
import { expect, test } from 'vitest'
import { VectorTable } from './vector-table.ts'

function enter(table: VectorTable, vector: readonly number[]): { place: number; added: boolean } {
  table.reserve(vector.length).set(vector, table.end)
  const place = table.enter(vector.length)
  return { place, added: table.added }
}

function contentOf(table: VectorTable, place: number): number[] {
  return [...table.wordsOf(place).subarray(table.start(place), table.stop(place))]
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
  // More words than a chunk has, in vectors that do not divide it evenly.
  const vectors = Array.from({ length: 150_000 }, (_, i) => [
    i % 7,
    i,
    ~i,
    ...[1, 2, 3, 4].slice(i % 5),
  ])
  const asExpected = (added: boolean): boolean =>
    vectors.every((vector, place) => {
      const entered = enter(table, vector)
      return entered.place === place && entered.added === added
    })
  expect(asExpected(true)).toBe(true)
  expect(asExpected(false)).toBe(true)
  for (const place of [0, 1, 100_000, vectors.length - 1])
    expect(contentOf(table, place)).toEqual(vectors[place])
  vectors.forEach((vector, place) => {
    if (table.stop(place) - table.start(place) !== vector.length) expect.unreachable()
  })
})

test('says what it takes, and before it grows what it will take', () => {
  const table = new VectorTable()
  let worst = 0
  for (let i = 0; i < 300_000; i += 50_000) {
    const foretold = table.bytesSoon
    for (let j = i; j < i + 50_000; j += 1) {
      enter(table, [j, j])
      worst = Math.max(worst, table.bytes / foretold)
    }
  }
  expect(worst).toBeLessThanOrEqual(1)
  expect(table.bytes).toBeGreaterThan(300_000 * 8)
})
