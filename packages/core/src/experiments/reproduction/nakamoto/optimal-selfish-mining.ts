import { optimalSelfishMining as optimum } from '../../../protocols/nakamoto/attacks/selfish-mining-policy.ts'
import {
  computedRow,
  type Effort,
  measuredRow,
  type Reproduction,
  type Row,
} from '../reproduction.ts'
import { measureChainShare } from './chain-share-measurement.ts'

/**
 * Sapirshtein, Sompolinsky and Zohar 2016, section 5: the revenue of the best policy, truncated at
 * T = 75 blocks, as their algorithm and later implementations of it give it.
 */
const published = [
  { hashShare: 0.35, gamma: 0, revenue: 0.3708 },
  { hashShare: 0.4, gamma: 0, revenue: 0.4886 },
  { hashShare: 0.45, gamma: 0, revenue: 0.6682 },
  { hashShare: 1 / 3, gamma: 0.5, revenue: 0.3918 },
  { hashShare: 0.4, gamma: 0.5, revenue: 0.5725 },
] as const
const publishedDecimals = 4
const truncation = 75

/**
 * The least share of the hash power that profits. 0.2321 is often quoted for γ = ½. It is the bound of
 * another protocol, the remedy that Eyal and Sirer proposed, in which nodes draw lots in a tie: γ is ½
 * then, but the attacker can tie at any time. In Bitcoin's own, where nodes stay with what they saw
 * first, no policy profits below 0.25 at γ = ½, where selfish mining begins to: the model says both.
 */
const thresholds = [
  { ties: 'uniform', threshold: 0.2321, name: 'threshold, lots drawn in ties' },
  { ties: 'first seen', threshold: 0.25, name: 'threshold, γ = 0.5, first seen in ties' },
] as const
const thresholdTruncation = 40
/** Less than that is no profit: a revenue is known to a millionth. */
const leastProfit = 2e-6
const bisections = 14

export const optimalSelfishMining: Reproduction = {
  name: 'optimal-selfish-mining',
  title: 'What selfish mining can bring in at best',
  source: 'Sapirshtein, Sompolinsky and Zohar 2016, sections 5 and 6',
  run(effort, progress) {
    const total = published.length + thresholds.length
    const rows = published.flatMap((setting, i) => {
      const both = revenueRows(setting, effort)
      progress?.(i + 1, total)
      return both
    })
    for (const [i, { ties, threshold, name }] of thresholds.entries()) {
      rows.push(
        computedRow({
          name,
          theirs: threshold,
          ours: profitThreshold(ties),
          decimals: publishedDecimals,
          how: `bisection, policies for branches up to ${thresholdTruncation} blocks`,
        }),
      )
      progress?.(published.length + i + 1, total)
    }
    return rows
  },
}

function revenueRows(
  { hashShare, gamma, revenue }: (typeof published)[number],
  effort: Effort,
): Row[] {
  const policy = optimum({ hashShare, gamma, truncation, ties: 'first seen' })
  const best = policy.revenue
  const measured = measureChainShare('optimal-selfish-mining', hashShare, gamma, effort, {
    policy,
    truncation,
  })
  const { share, standardError, blocks, how } = measured
  const name = `α = ${Math.round(hashShare * 10_000) / 10_000}, γ = ${gamma}`
  return [
    computedRow({
      name: `policy, ${name}`,
      theirs: revenue,
      ours: best,
      decimals: publishedDecimals,
      how: `value iteration and bisection, branches up to ${truncation} blocks`,
    }),
    measuredRow({
      name: `simulated, ${name}`,
      theirs: best,
      ours: share,
      standardError,
      runs: blocks,
      how,
    }),
  ]
}

/** The share of the hash power from which on some policy gets more than its share of the blocks, at γ = ½. */
function profitThreshold(ties: 'first seen' | 'uniform'): number {
  let low = 0.2
  let high = 0.3
  for (let i = 0; i < bisections; i += 1) {
    const hashShare = (low + high) / 2
    const model = { hashShare, gamma: 0.5, truncation: thresholdTruncation, ties }
    if (optimum(model).revenue > hashShare + leastProfit) high = hashShare
    else low = hashShare
  }
  return (low + high) / 2
}
