import { expect, test } from 'vitest'
import { list, map, natural, set, struct, text } from '../model/index.ts'
import { FieldOperations } from '../model/schema/fields.ts'
import { reverseContainers } from './reversed-containers.ts'

const fields = new FieldOperations({
  numbers: set(natural),
  rows: list(struct({ names: map(text, set(natural)), order: list(natural) })),
})

test('sets and maps at any depth change their order, lists keep theirs, and the value stays equal', () => {
  const state = {
    numbers: new Set([1, 2, 3]),
    rows: [
      {
        names: new Map([
          ['a', new Set([4, 5])],
          ['b', new Set([6])],
        ]),
        order: [7, 8],
      },
    ],
  }
  const copy: { [name: string]: unknown } = {}
  fields.copyInto(state, copy)
  reverseContainers(copy)
  const reversed = copy as typeof state
  expect([...reversed.numbers]).toEqual([3, 2, 1])
  expect([...(reversed.rows[0]?.names ?? [])].map(([name, held]) => [name, [...held]])).toEqual([
    ['b', [6]],
    ['a', [5, 4]],
  ])
  expect(reversed.rows[0]?.order).toEqual([7, 8])
  expect(fields.equal(state, copy)).toBe(true)
})
