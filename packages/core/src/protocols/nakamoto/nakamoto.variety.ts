import type { Random } from '../../model/random.ts'

/** What an attacker with a small share of the hash power may try, and what has to hold all the same. */
const attacks = [
  'selfish-mining',
  'double-spend',
  'eclipse',
  'block-withholding',
  'time-warp',
  'mutated-copies',
] as const

/**
 * The settings of one chaos run: few nodes and quick blocks for many forks, with payments, on links
 * that are slow or fast against the time between blocks. Payments are final after 20 confirmations,
 * because an outage of two intervals among so few nodes now and then leaves a fork of six. In some runs
 * the last node attacks, with a tenth of the hash power.
 */
export function nakamotoVariety(draw: Random): { readonly [setting: string]: unknown } {
  const targetSpacingSeconds = draw.pick([5, 10, 30])
  const nodes = draw.pick([3, 4, 6, 8])
  const settings = {
    nodes,
    network: draw.pick(['lan', 'wan', 'bitcoin']),
    for: `${120 * targetSpacingSeconds}s`,
    workload: 'payments',
    clients: draw.pick([1, 2, 3]),
    parameters: { targetSpacingSeconds, blockBytes: 0, compactBlockBytes: 0, confirmations: 20 },
  }
  if (!draw.bernoulli(0.3)) return settings
  const honest = Array.from({ length: nodes - 1 }, () => 9)
  return {
    ...settings,
    byzantine: [`${nodes - 1}=${draw.pick(attacks)}`],
    hashPower: [...honest, nodes - 1],
    parameters: { ...settings.parameters, attackGamma: 0.5, attackConfirmations: 2 },
  }
}
