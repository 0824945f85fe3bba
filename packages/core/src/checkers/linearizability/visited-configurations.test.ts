import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { visitedConfigurations } from './visited-configurations.ts'

describe.each(['exact', 'hashed'] as const)('configurations, %s', (memory) => {
  it('are new once', () => {
    const word = fc.oneof(fc.integer({ min: -2, max: 2 }), fc.integer())
    const tuples = fc.array(fc.tuple(word, word, word), { maxLength: 400, size: 'max' })
    fc.assert(
      fc.property(tuples, (all) => {
        const visited = visitedConfigurations(memory, 3)
        const expected = new Set<string>()
        for (const tuple of all) {
          visited.next.set(tuple)
          expect(visited.visitNext()).toBe(!expected.has(tuple.join()))
          expected.add(tuple.join())
          expect(visited.size).toBe(expected.size)
        }
      }),
      { numRuns: 50 },
    )
  })

  it('take memory as announced', () => {
    const visited = visitedConfigurations(memory, 20)
    let most = 0
    for (let number = 0; number < 100_000; number++) {
      most = Math.max(most, visited.bytesForNext)
      visited.next[0] = number
      visited.next[7] = number * 31
      expect(visited.visitNext()).toBe(true)
    }
    const perConfiguration = visited.bytesForNext / visited.size
    expect(perConfiguration).toBeLessThan(memory === 'hashed' ? 22 : 300)
    expect(most).toBeGreaterThan(visited.bytesForNext)
  })
})
