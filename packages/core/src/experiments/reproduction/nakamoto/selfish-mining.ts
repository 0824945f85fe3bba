import { computedRow, measuredRow, type Reproduction } from '../reproduction.ts'
import { measureChainShare } from './chain-share-measurement.ts'

/**
 * A selfish pool's share of the blocks (Eyal and Sirer 2014, equation 8).
 * @param hashShare α, below one half
 */
export function eyalSirerRevenue(hashShare: number, gamma: number): number {
  const a = hashShare
  const rest = 1 - a
  const won = a * rest * rest * (4 * a + gamma * (1 - 2 * a)) - a * a * a
  return won / (1 - a * (1 + (2 - a) * a))
}

/** The share of the hash power from which on selfish mining pays (Eyal and Sirer 2014, observation 1). */
export function eyalSirerThreshold(gamma: number): number {
  return (1 - gamma) / (3 - 2 * gamma)
}

/** Values of equation 8, as others quote them. */
const quoted = [
  { hashShare: 0.35, gamma: 0, published: 0.36651 },
  { hashShare: 0.4, gamma: 0, published: 0.48372 },
  { hashShare: 0.45, gamma: 0, published: 0.65177 },
  { hashShare: 0.3, gamma: 0.5, published: 0.32687 },
  { hashShare: 0.4, gamma: 0.5, published: 0.52558 },
] as const

/** Where the pool gets just its share. γ = 1 itself, with a threshold of 0, no finite network has. */
const thresholds = [
  { hashShare: 1 / 3, gamma: 0 },
  { hashShare: 1 / 4, gamma: 0.5 },
  { hashShare: eyalSirerThreshold(0.9), gamma: 0.9 },
] as const

export const selfishMining: Reproduction = {
  name: 'selfish-mining',
  title: 'What selfish mining brings in',
  source: 'Eyal and Sirer 2014, equation 8, observation 1 and figure 2',
  run(effort, progress) {
    const settings = [
      ...quoted.map((setting) => ({ ...setting, threshold: false })),
      ...thresholds.map((setting) => ({ ...setting, published: undefined, threshold: true })),
    ]
    return settings.flatMap(({ hashShare, gamma, published, threshold }, i) => {
      const exact = eyalSirerRevenue(hashShare, gamma)
      const { share, standardError, blocks, how } = measureChainShare(
        'selfish-mining',
        hashShare,
        gamma,
        effort,
      )
      progress?.(i + 1, settings.length)
      const name = `α = ${rounded(hashShare)}, γ = ${gamma}`
      const formula =
        published === undefined
          ? []
          : [
              computedRow({
                name: `formula, ${name}`,
                theirs: published,
                ours: exact,
                decimals: 5,
                how: 'equation 8, evaluated',
              }),
            ]
      return [
        ...formula,
        measuredRow({
          name: threshold ? `simulated at the threshold, ${name}` : `simulated, ${name}`,
          theirs: threshold ? hashShare : exact,
          ours: share,
          standardError,
          runs: blocks,
          how,
        }),
      ]
    })
  },
  plot: {
    x: { label: 'share of the hash power', scale: 'linear' },
    y: { label: 'share of the blocks', scale: 'linear' },
    series(rows) {
      const shares = Array.from({ length: 46 }, (_, i) => i / 100)
      const curves = [0, 0.5].map((gamma) => ({
        name: `Eyal and Sirer, γ = ${gamma}`,
        points: shares.map((share) => [share, eyalSirerRevenue(share, gamma)] as const),
        style: 'curve' as const,
      }))
      const measured = [0, 0.5].map((gamma) => ({
        name: `simulated, γ = ${gamma}`,
        points: [...quoted, ...thresholds].flatMap(({ hashShare, gamma: own }) => {
          const row = rows.find(
            ({ name }) =>
              name.startsWith('simulated') &&
              name.endsWith(`α = ${rounded(hashShare)}, γ = ${gamma}`),
          )
          return own !== gamma || row === undefined ? [] : [[hashShare, row.ours] as const]
        }),
        style: 'points' as const,
      }))
      return [
        {
          name: 'honest',
          points: shares.map((share) => [share, share] as const),
          style: 'curve' as const,
        },
        ...curves,
        ...measured,
      ]
    },
  },
}

function rounded(share: number): number {
  return Math.round(share * 10_000) / 10_000
}
