import { expect, test } from 'vitest'
import { ValueTable } from './value-table.ts'

test('values with the same hash are told apart by equality', () => {
  const table = new ValueTable<string>({ hash: () => 0, equal: (left, right) => left === right })
  expect(['a', 'b', 'a', 'c', 'b'].map((value) => table.place(value))).toEqual([0, 1, 0, 2, 1])
  expect([table.at(0), table.at(1), table.at(2)]).toEqual(['a', 'b', 'c'])
  expect(() => table.at(3)).toThrow(new RangeError('no value at 3 of 3'))
})

test('what is kept of a value that goes on changing is a copy', () => {
  const table = new ValueTable<number[]>({
    hash: ([first]) => first ?? 0,
    equal: (left, right) => String(left) === String(right),
  })
  const changing = [1]
  expect(table.place(changing, (value) => [...value])).toBe(0)
  changing.push(2)
  expect(table.place(changing, (value) => [...value])).toBe(1)
  expect([table.at(0), table.at(1)]).toEqual([[1], [1, 2]])
})
