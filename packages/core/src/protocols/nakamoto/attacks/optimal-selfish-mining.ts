import type { NakamotoParameters } from '../nakamoto.parameters.ts'
import type { BranchLengths } from './secret-branch.ts'
import { type Race, type SelfishAction, SelfishMining } from './selfish-mining.ts'
import {
  optimalSelfishMining,
  type SelfishMiningModel,
  type SelfishMiningPolicy,
} from './selfish-mining-policy.ts'

/**
 * Selfish mining as well as it can be done (Sapirshtein, Sompolinsky and Zohar 2016): what to do in
 * each state is looked up in the best policy for the attacker's share of the hash power
 * (`attackHashShare`) and for the γ that it can expect.
 */
export class OptimalSelfishMining extends SelfishMining {
  override choose({ own, others }: BranchLengths, race: Race): SelfishAction {
    return this.policy.action(own, others, race)
  }

  /** A pure function of the parameters, worked out once a host. */
  get policy(): SelfishMiningPolicy {
    const { arena, peers } = this.host
    const model = modelOf(this.parameters, peers.length)
    const key = policyKey(model)
    const known = arena.get(key)
    if (known !== undefined) return known as SelfishMiningPolicy
    const policy = optimalSelfishMining(model)
    arena.set(key, policy)
    return policy
  }
}

/** What the attacker plans for: of its peers it tries some, and the finder of the rival block it never wins. */
export function modelOf(
  { attackHashShare, attackGamma, attackTruncation }: NakamotoParameters,
  peers: number,
): SelfishMiningModel {
  return {
    hashShare: attackHashShare,
    gamma: peers === 0 ? 0 : (attackGamma * (peers - 1)) / peers,
    truncation: attackTruncation,
    ties: 'first seen',
  }
}

/** Under what name a host's arena has the best policy. */
export function policyKey({ hashShare, gamma, truncation, ties }: SelfishMiningModel): string {
  return `optimal selfish mining ${hashShare} ${gamma} ${truncation} ${ties}`
}
