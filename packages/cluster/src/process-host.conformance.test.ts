import { hostConformance } from '@quorate/core/conformance/testing'
import { describe, it } from 'vitest'
import { clusterUnderTest } from './testing/cluster-under-test.ts'

describe('the process host', () => {
  for (const { name, skipped, run } of hostConformance(clusterUnderTest)) {
    it.skipIf(skipped !== undefined)(skipped === undefined ? name : `${name} (${skipped})`, run)
  }
})
