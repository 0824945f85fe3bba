import fc from 'fast-check'
import { expect, it } from 'vitest'
import { dropFirst } from './drop-first.ts'

it('takes as many elements out of the beginning of a list as it is told, and leaves the rest in order', () => {
  fc.assert(
    fc.property(fc.array(fc.integer(), { maxLength: 40 }), fc.nat(40), (list, count) => {
      const rest = list.slice()
      dropFirst(rest, count)
      expect(rest).toEqual(list.slice(count))
    }),
  )
})
