import { campaignScenario } from '../../experiments/campaign.ts'
import { planOf } from '../../experiments/plan.ts'
import type { Protocol } from '../../model/index.ts'
import type { ProtocolUnderTest } from './protocol-under-test.ts'

/** A protocol of the catalogue, in the chaos runs of its campaign. */
export function catalogued(protocol: Protocol): ProtocolUnderTest {
  return {
    protocol,
    plan: (seed, passing) => planOf({ ...campaignScenario(protocol.name, seed), passing }),
  }
}
