import { describe, it } from 'vitest'
import { catalogue } from '../../protocols/catalogue.ts'
import { catalogued } from './catalogued.ts'
import { protocolConformance } from './protocol-conformance.ts'

const seeds = Array.from({ length: 20 }, (_, i) => i + 101)

for (const protocol of catalogue) {
  describe(protocol.title, () => {
    const effort = {
      seeds,
      encodedSeeds: seeds.slice(0, 10),
      watchedEvents: 2_000,
      // About a minute.
      hostileInputs: 5_000_000,
    }
    for (const { name, run } of protocolConformance(catalogued(protocol), effort)) it(name, run)
  })
}
