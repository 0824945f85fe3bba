import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BitSet } from './bit-set.ts'

test('has what was added and nothing else', () => {
  const member = fc.oneof(fc.nat(100), fc.nat(1_000_000))
  fc.assert(
    fc.property(fc.array(member), fc.array(member), (members, others) => {
      const set = new BitSet()
      for (const one of members) set.add(one)
      for (const one of [...members, ...others]) expect(set.has(one)).toBe(members.includes(one))
    }),
  )
})
