import fc from 'fast-check'
import { expect, test } from 'vitest'
import { locatorHeights, maximumLocator } from './locator.ts'

test('ten heights one by one, then steps that double, then the genesis block', () => {
  expect(locatorHeights(100)).toEqual([
    100, 99, 98, 97, 96, 95, 94, 93, 92, 91, 90, 88, 84, 76, 60, 28, 0,
  ])
})

test('a short chain is named in full', () => {
  expect(locatorHeights(0)).toEqual([0])
  expect(locatorHeights(3)).toEqual([3, 2, 1, 0])
})

test('a fork is found to within twice its distance, with few names', () => {
  fc.assert(
    fc.property(fc.nat(2_000_000_000), fc.nat(), (tip, pick) => {
      const heights = locatorHeights(tip)
      expect(heights[0]).toBe(tip)
      expect(heights[heights.length - 1]).toBe(0)
      expect(heights.length).toBeLessThanOrEqual(maximumLocator)
      expect(heights.every((height, i) => i === 0 || height < (heights[i - 1] as number))).toBe(
        true,
      )
      const fork = pick % (tip + 1)
      const common = heights.find((height) => height <= fork) as number
      expect(tip - common).toBeLessThanOrEqual(2 * (tip - fork) + 1)
    }),
  )
})
