import { describe, it } from 'vitest'
import { exploredHost } from './testing/explored-host.ts'
import { hostConformance } from './testing/host-conformance.ts'

describe('the explorer as a host', () => {
  for (const { name, skipped, run } of hostConformance(exploredHost)) {
    it.skipIf(skipped !== undefined)(skipped === undefined ? name : `${name} (${skipped})`, run)
  }
})
