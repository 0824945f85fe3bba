import { describe, expect, test } from 'vitest'
import { leadsTo, nextHands, pathNumber, pathsTo } from './relay-path.ts'

describe('the paths that an order takes', () => {
  test('there are (n - 2)(n - 3)... of them to a lieutenant, one factor for each hand after the commander', () => {
    expect(pathsTo(3, 7, 1)).toEqual([[0]])
    expect(pathsTo(3, 7, 2)).toHaveLength(5)
    expect(pathsTo(3, 7, 3)).toHaveLength(5 * 4)
    expect(pathsTo(3, 10, 4)).toHaveLength(8 * 7 * 6)
  })

  test('each leads to its lieutenant, and to none that it has passed', () => {
    for (const path of pathsTo(2, 6, 3)) {
      expect(leadsTo(2, path, 6)).toBe(true)
      for (const general of path) expect(leadsTo(general, path, 6)).toBe(false)
      expect(nextHands(path, 2, 6)).toEqual([1, 3, 4, 5].filter((next) => !path.includes(next)))
    }
  })

  test('each has a number of its own, whatever its length', () => {
    const paths = [1, 2, 3, 4].flatMap((hands) => pathsTo(9, 10, hands))
    const numbers = new Set(paths.map((path) => pathNumber(path, 10)))
    expect(numbers.size).toBe(paths.length)
  })

  test.each([
    ['it is empty', []],
    ['it does not begin with the commander', [1, 2]],
    ['a general comes twice', [0, 2, 2]],
    ['there is no such general', [0, 4]],
    ['it has passed through the receiver', [0, 3]],
  ])('none leads to general 3 of 4 where %s', (_, path) => {
    expect(leadsTo(3, path, 4)).toBe(false)
  })
})
