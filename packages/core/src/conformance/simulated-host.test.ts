import { describe, it } from 'vitest'
import { hostConformance } from './testing/host-conformance.ts'
import { simulatedHost } from './testing/simulated-host.ts'

describe('the simulator as a host', () => {
  for (const { name, skipped, run } of hostConformance(simulatedHost)) {
    it.skipIf(skipped !== undefined)(skipped === undefined ? name : `${name} (${skipped})`, run)
  }
})
