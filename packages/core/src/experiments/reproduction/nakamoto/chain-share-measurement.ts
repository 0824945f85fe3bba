import { modelOf, policyKey } from '../../../protocols/nakamoto/attacks/optimal-selfish-mining.ts'
import type { SelfishMiningPolicy } from '../../../protocols/nakamoto/attacks/selfish-mining-policy.ts'
import type { NakamotoParameters } from '../../../protocols/nakamoto/nakamoto.parameters.ts'
import type { Nakamoto } from '../../../protocols/nakamoto/nakamoto.ts'
import type { Identifier } from '../../../protocols/nakamoto/rules/identifier.ts'
import { sqrt } from '../../../simulator/exact-math.ts'
import type { World } from '../../../simulator/world.ts'
import type { Effort } from '../reproduction.ts'
import { miningWorld } from './mining-world.ts'

/** One world keeps all its blocks; and worlds that differ in their seeds alone say how far chance goes. */
const blocksPerWorld = { quick: 1_000, full: 10_000 }
const worldsOf = { quick: 10, full: 20 }
const attackerNode = 0
const honestNode = 1

export interface ChainShareMeasurement {
  readonly share: number
  readonly standardError: number
  /** Found by anybody, in all worlds together. */
  readonly blocks: number
  readonly how: string
}

/**
 * The attacker's share of the blocks of the chain, as an honest node has it in the end.
 *
 * γ comes about so: there are as many honest miners of equal power as it takes, and the attacker, whose
 * links are the fastest, sends its branch at once to each but for chance. It wins those it is the first
 * to reach, but never the finder of the rival block: of n honest miners, each tried with probability
 * g, the share g (n − 1) / n on average, which is γ.
 * @param attack one of the protocol's attacks that mine selfishly
 * @param hashShare α
 * @param optimum the best policy, for the attack that follows it
 */
export function measureChainShare(
  attack: 'selfish-mining' | 'optimal-selfish-mining',
  hashShare: number,
  gamma: number,
  effort: Effort,
  optimum?: { readonly policy: SelfishMiningPolicy; readonly truncation: number },
): ChainShareMeasurement {
  const honest = Math.max(1, Math.ceil(1 / (1 - gamma)))
  const tried = gamma === 0 ? 0 : Math.min(1, (gamma * honest) / (honest - 1))
  const honestShares = Array.from({ length: honest }, () => (1 - hashShare) / honest)
  const worlds = worldsOf[effort]
  const counts: { own: number; all: number }[] = []
  for (let seed = 1; seed <= worlds; seed += 1) {
    const world = miningWorld(
      {
        hashShares: [hashShare, ...honestShares],
        attack,
        parameters: {
          attackHashShare: hashShare,
          attackGamma: tried,
          ...(optimum && { attackTruncation: optimum.truncation }),
        },
      },
      seed,
    )
    if (optimum !== undefined) keepPolicy(world, optimum.policy)
    const own = new Set<Identifier>()
    let mined = 0
    world.onOutput = (node, output) => {
      if (output.kind !== 'mined') return
      if (node === attackerNode) own.add(output.block)
      mined += 1
      if (mined >= blocksPerWorld[effort]) world.stopped = true
    }
    world.start()
    world.advance(Number.MAX_SAFE_INTEGER)
    const chain = (world.hostOf(honestNode).node as Nakamoto).activeChain.slice(1)
    counts.push({ own: chain.filter((id) => own.has(id)).length, all: chain.length })
  }
  const seeds = `seeds 1 to ${worlds}`
  const how = `attack ${attack} against ${honest} honest miners, attackGamma = ${tried}, ${seeds}`
  return { ...ratioOfSums(counts), blocks: worlds * blocksPerWorld[effort], how }
}

/** The worlds need not each work out the same policy. */
function keepPolicy({ hosts, options }: World, policy: SelfishMiningPolicy): void {
  const peers = hosts.length - 1
  const model = modelOf(options.parameters as NakamotoParameters, peers)
  hosts[attackerNode]?.arena.set(policyKey(model), policy)
}

/** Σ own / Σ all, and its standard error by how much the worlds differ. */
function ratioOfSums(counts: readonly { readonly own: number; readonly all: number }[]): {
  readonly share: number
  readonly standardError: number
} {
  const sum = (of: (count: { own: number; all: number }) => number) =>
    counts.reduce((total, count) => total + of(count), 0)
  const all = sum((count) => count.all)
  const share = sum((count) => count.own) / all
  const squares = sum((count) => {
    const off = count.own - share * count.all
    return off * off
  })
  const worlds = counts.length
  return { share, standardError: sqrt((squares * worlds) / (worlds - 1)) / all }
}
