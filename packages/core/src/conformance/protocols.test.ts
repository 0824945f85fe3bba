import { describe, it } from 'vitest'
import { catalogue } from '../protocols/catalogue.ts'
import { catalogued } from './testing/catalogued.ts'
import { protocolConformance } from './testing/protocol-conformance.ts'

for (const protocol of catalogue) {
  describe(protocol.title, () => {
    const effort = {
      seeds: [1, 2, 3],
      encodedSeeds: [1],
      watchedEvents: 400,
      hostileInputs: 100_000,
    }
    for (const { name, run } of protocolConformance(catalogued(protocol), effort)) it(name, run)
  })
}
