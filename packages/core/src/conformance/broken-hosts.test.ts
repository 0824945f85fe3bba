import { describe, expect, it } from 'vitest'
import { breakages } from './testing/broken-hosts.ts'
import { dutyTests, hostConformance } from './testing/host-conformance.ts'

async function failuresOf(host: (typeof breakages)[number]['host']): Promise<string[]> {
  const failed: string[] = []
  for (const { name, run } of hostConformance(host)) {
    try {
      await run()
    } catch {
      failed.push(name.replace(/^duty \d: it /, ''))
    }
  }
  return failed
}

describe('the conformance suite sees a host that', () => {
  for (const { name, seenBy, host } of breakages) {
    it(name, async () => {
      const failed = await failuresOf(host)
      expect(failed).toEqual(expect.arrayContaining([...seenBy]))
    })
  }
})

describe('every test of the conformance suite', () => {
  it('has a broken host that it sees', () => {
    const seen = new Set(breakages.flatMap(({ seenBy }) => seenBy))
    expect(dutyTests.map(({ name }) => name).filter((name) => !seen.has(name))).toEqual([])
  })
})
