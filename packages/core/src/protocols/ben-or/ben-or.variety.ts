import type { Random } from '../../model/random.ts'

/**
 * The settings of one chaos run: mostly asynchronous. Even numbers of nodes
 * matter: with them more proposals arrive than a decision needs, and half of the nodes is no majority.
 */
export function benOrVariety(draw: Random): { readonly [setting: string]: unknown } {
  return { nodes: draw.pick([3, 4, 4, 5, 6, 7]), ...settings(draw) }
}

/** The same for the protocol that tolerates liars, of which there are at most one in five. */
export function byzantineBenOrVariety(draw: Random): { readonly [setting: string]: unknown } {
  return { nodes: draw.pick([6, 7, 8, 11, 11, 12]), ...settings(draw) }
}

function settings(draw: Random): { readonly [setting: string]: unknown } {
  const network = draw.pick(['lan', 'zones', 'wan'])
  // Far apart, an unbounded delay may well outlast the minute in which a run is to end.
  const asynchronous = network !== 'wan' && draw.bernoulli(0.8)
  return {
    network,
    ...(asynchronous ? { synchrony: 'async' } : {}),
    for: network === 'wan' ? '4s' : '200ms',
    parameters: { commonCoin: draw.bernoulli(0.3) ? 1 : 0, coinSeed: draw.below(1_000_000) },
  }
}
