import type { BranchLengths } from './secret-branch.ts'
import { type Race, type SelfishAction, SelfishMining } from './selfish-mining.ts'
import { optimalSelfishMining, type SelfishMiningPolicy } from './selfish-mining-policy.ts'

/**
 * Selfish mining as well as it can be done (Sapirshtein, Sompolinsky and Zohar 2016): what to do in
 * each state is looked up in the best policy for the attacker's share of the hash power
 * (`attackHashShare`) and its γ (`attackGamma`).
 */
export class OptimalSelfishMining extends SelfishMining {
  override choose({ own, others }: BranchLengths, race: Race): SelfishAction {
    return this.policy.action(own, others, race)
  }

  /** A pure function of the parameters, worked out once a host. */
  get policy(): SelfishMiningPolicy {
    const { arena } = this.host
    const { attackHashShare, attackGamma, attackTruncation } = this.parameters
    const key = `optimal selfish mining ${attackHashShare} ${attackGamma} ${attackTruncation}`
    const known = arena.get(key)
    if (known !== undefined) return known as SelfishMiningPolicy
    const policy = optimalSelfishMining({
      hashShare: attackHashShare,
      gamma: attackGamma,
      truncation: attackTruncation,
      ties: 'first seen',
    })
    arena.set(key, policy)
    return policy
  }
}
