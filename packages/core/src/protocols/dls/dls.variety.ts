import type { Random } from '../../model/random.ts'

/**
 * The settings of one chaos run. In some, rounds are too short for the network at first, and grow; so
 * that phases go wrong in every way before one goes right.
 */
export function dlsVariety(draw: Random): { readonly [setting: string]: unknown } {
  const network = draw.pick(['lan', 'zones', 'wan'])
  const far = network === 'wan'
  const tooShort = draw.bernoulli(0.4)
  return {
    nodes: draw.pick([4, 4, 4, 5, 7]),
    network,
    for: far ? '30s' : '4s',
    ...(draw.bernoulli(0.3) ? { synchrony: far ? 'partial:8s' : 'partial:1s' } : {}),
    parameters: tooShort
      ? { roundMs: far ? 100 : 5, roundGrowthMs: far ? 50 : 3 }
      : { roundMs: far ? 700 : 40, roundGrowthMs: far ? 10 : 1 },
  }
}
