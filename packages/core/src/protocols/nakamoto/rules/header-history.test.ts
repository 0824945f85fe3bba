import fc from 'fast-check'
import { expect, test } from 'vitest'
import { regtest } from './chain-parameters.ts'
import { type HeaderLink, LinkedHistory } from './header-history.ts'
import { withFields } from './testing/sample-blocks.ts'

function branch(length: number, parent?: HeaderLink, from = 0): HeaderLink {
  let tip = parent
  for (let height = from; height < from + length; height += 1) {
    const header = withFields(regtest.genesis.header, { time: 1_000 + height, bits: height })
    tip = { header, height, parent: tip }
  }
  return tip as HeaderLink
}

test('any header of the branch is found, in any order of asking', () => {
  const tip = branch(50)
  fc.assert(
    fc.property(fc.array(fc.nat(49)), (heights) => {
      const history = new LinkedHistory(tip)
      for (const height of heights) {
        expect(history.timeAt(height)).toBe(1_000 + height)
        expect(history.bitsAt(height)).toBe(height)
      }
    }),
  )
})

test('what is beyond the tip or before the first header is an error', () => {
  const history = new LinkedHistory(branch(5, undefined, 10), 10)
  expect(history.firstHeight).toBe(10)
  expect(() => history.timeAt(15)).toThrow('no header of height 15 on the branch of height 14')
  expect(() => history.timeAt(9)).toThrow(RangeError)
  expect(history.timeAt(10)).toBe(1_010)
})
