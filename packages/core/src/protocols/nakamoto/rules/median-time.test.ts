import fc from 'fast-check'
import { expect, test } from 'vitest'
import { medianTimePast } from './median-time.ts'

const historyOf = (times: readonly number[], firstHeight = 0) => ({
  firstHeight,
  timeAt: (height: number) => times[height - firstHeight] as number,
})

test('the median is over eleven blocks, whatever their order', () => {
  const times = [0, 0, 0, 50, 10, 40, 20, 30, 60, 110, 100, 90, 80, 70]
  expect(medianTimePast(historyOf(times), 13)).toBe(60)
})

test('at the start of the chain it is over as many as there are, the later of two middle ones', () => {
  const times = [5, 3, 8, 1]
  expect(medianTimePast(historyOf(times), 0)).toBe(5)
  expect(medianTimePast(historyOf(times), 1)).toBe(5)
  expect(medianTimePast(historyOf(times), 2)).toBe(5)
  expect(medianTimePast(historyOf(times), 3)).toBe(5)
})

test('it is the middle of the sorted times, also after a checkpoint', () => {
  const fourBytes = fc.integer({ min: 0, max: 0xffff_ffff })
  fc.assert(
    fc.property(
      fc.array(fourBytes, { minLength: 1, maxLength: 30 }),
      fc.nat(1_000),
      (times, first) => {
        const last = times.slice(-11).sort((a, b) => a - b)
        const height = first + times.length - 1
        expect(medianTimePast(historyOf(times, first), height)).toBe(last[last.length >> 1])
      },
    ),
  )
})

test('without a header there is no median', () => {
  expect(() => medianTimePast(historyOf([], 0), -1)).toThrow(RangeError)
})
