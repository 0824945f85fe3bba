import { expect, test } from 'vitest'
import { Draws } from './draws.ts'

test('a step is shown every way that its draws can fall, also where one draw decides on the next', () => {
  const draws = new Draws([0.2, 0.7])
  const seen: (readonly number[])[] = []
  do {
    // Draws again only after the first value.
    if (draws.next() === 0.2) draws.next()
    seen.push(draws.drawn())
  } while (draws.another())
  expect(seen).toEqual([[0.2, 0.2], [0.2, 0.7], [0.7]])
})

test('a step that draws nothing has one way', () => {
  const draws = new Draws([0, 0.5])
  expect(draws.drawn()).toEqual([])
  expect(draws.another()).toBe(false)
})

test('the same way can be taken twice', () => {
  const draws = new Draws([0.1, 0.6])
  draws.next()
  draws.another()
  expect(draws.next()).toBe(0.6)
  draws.rewind()
  expect(draws.next()).toBe(0.6)
  expect(draws.another()).toBe(false)
})

test('values that no draw can give are refused', () => {
  expect(() => new Draws([1])).toThrow(new RangeError('a draw of 1: must be in [0, 1)'))
  expect(() => new Draws([])).toThrow(new RangeError('draws: at least one value must be given'))
})
