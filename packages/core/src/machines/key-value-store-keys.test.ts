import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SortedKeys } from './key-value-store-keys.ts'

function sorted(keys: Iterable<string>): string[] {
  return [...keys].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
}

describe('sorted keys', () => {
  it('hold what a sorted set holds, from any start, whatever is added and removed', () => {
    const key = fc.string({
      unit: fc.constantFrom('a', 'b', '\ue000', '\ud83d\ude00'),
      maxLength: 4,
    })
    fc.assert(
      fc.property(
        fc.array(key, { maxLength: 60 }),
        fc.array(key, { maxLength: 5 }),
        (toggled, starts) => {
          const keys = new SortedKeys()
          const expected = new Set<string>()
          for (const next of toggled) {
            if (expected.delete(next)) {
              keys.delete(next)
            } else {
              expected.add(next)
              keys.add(next)
            }
          }
          for (const start of ['', ...starts]) {
            expect([...keys.from(start)]).toEqual(sorted(expected).filter((k) => k >= start))
          }
        },
      ),
      { numRuns: 300 },
    )
  })

  it('stay sorted through splits and the loss of whole chunks', () => {
    const keys = new SortedKeys()
    const expected = new Set<string>()
    // 7919 is prime to 5000: every number once, out of order.
    for (let index = 0; index < 5000; index++) {
      const key = `key ${(index * 7919) % 5000}`
      keys.add(key)
      expected.add(key)
    }
    expect([...keys.from('')]).toEqual(sorted(expected))
    for (const key of sorted(expected).slice(100, 4900)) {
      keys.delete(key)
      expected.delete(key)
    }
    expect([...keys.from('')]).toEqual(sorted(expected))
    const middle = sorted(expected)[150] as string
    expect([...keys.from(middle)]).toEqual(sorted(expected).slice(150))
  })

  it('can be made of many keys at once', () => {
    for (const count of [0, 1, 256, 257, 2000]) {
      const all = sorted(Array.from({ length: count }, (_, index) => `key ${index}`))
      const keys = SortedKeys.of(all)
      expect([...keys.from('')]).toEqual(all)
      keys.add('key')
      expect([...keys.from('')]).toEqual(['key', ...all])
    }
  })
})
