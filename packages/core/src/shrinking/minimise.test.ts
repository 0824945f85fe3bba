import { array, assert, integer, property, uniqueArray } from 'fast-check'
import { expect, test } from 'vitest'
import { Minimisation, minimise } from './minimise.ts'

const upTo = (length: number) => Array.from({ length }, (_, i) => i)

test('elements that must come together are found, and nothing else is kept', () => {
  const found = minimise(upTo(1000), (part) => part.includes(17) && part.includes(903))
  expect(found).toMatchObject({ kept: [17, 903], minimal: true })
  expect(found.tests).toBeLessThan(60)
})

test('where nothing is needed one test says so', () => {
  expect(minimise(upTo(50), () => true)).toEqual({ kept: [], minimal: true, tests: 1 })
  expect(minimise([], () => true)).toEqual({ kept: [], minimal: true, tests: 0 })
})

test('where everything is needed all is kept', () => {
  const found = minimise(upTo(9), (part) => part.length === 9)
  expect(found).toMatchObject({ kept: upTo(9), minimal: true })
})

test('whatever is kept fails, in its order, and no element of it can be left out', () => {
  const lists = uniqueArray(integer({ min: 0, max: 60 }), { maxLength: 40 })
  // Not monotonic: an even sum is needed too, so that leaving out one more may show the failure again.
  const needs = (wanted: readonly number[]) => (part: readonly number[]) =>
    part.filter((element) => wanted.includes(element)).length * 2 >= wanted.length &&
    part.reduce((sum, element) => sum + element, 0) % 2 === 0
  assert(
    property(lists, array(integer({ min: 0, max: 60 })), (list, wanted) => {
      const fails = needs(wanted)
      if (!fails(list)) return
      const { kept, minimal } = minimise(list, fails)
      expect(minimal).toBe(true)
      expect(fails(kept)).toBe(true)
      expect(list.filter((element) => kept.includes(element))).toEqual(kept)
      for (const left of kept) expect(fails(kept.filter((element) => element !== left))).toBe(false)
    }),
  )
})

test('a limit gives the best so far, and says that it may not be minimal', () => {
  const fails = (part: readonly number[]) => part.includes(3) && part.includes(4)
  const whole = minimise(upTo(100), fails)
  const limited = minimise(upTo(100), fails, { maximumTests: 8 })
  expect(limited).toMatchObject({ minimal: false, tests: 8 })
  expect(fails(limited.kept)).toBe(true)
  expect(limited.kept.length).toBeGreaterThan(whole.kept.length)
  let cost = 0
  const paid = minimise(upTo(100), (part) => ++cost > 0 && fails(part), {
    exhausted: () => cost >= 8,
  })
  expect(paid).toEqual(limited)
})

test('a question at a time gives the same, and nothing is asked beyond the end', () => {
  const fails = (part: readonly number[]) => part.includes(5)
  const search = new Minimisation(upTo(30))
  while (!search.over) search.answer(fails(search.candidate))
  expect(search.result).toEqual(minimise(upTo(30), fails))
  expect(() => search.answer(true)).toThrow('nothing to be answered')
})
