import type { Random } from '../../model/random.ts'

/** The settings of one chaos run: a few rounds on networks near and far, with the traitors at their most. */
export function oralVariety(draw: Random): { readonly [setting: string]: unknown } {
  return { nodes: draw.pick([4, 4, 5, 6, 7, 7, 8]), ...near(draw) }
}

export function signedVariety(draw: Random): { readonly [setting: string]: unknown } {
  return { nodes: draw.pick([3, 4, 4, 5, 6, 7]), ...near(draw) }
}

function near(draw: Random): { readonly network: string; readonly for: string } {
  const network = draw.pick(['lan', 'zones', 'wan'])
  // Faults strike in the first part of a run, which is to be about as long as all rounds together.
  return { network, for: network === 'wan' ? '10s' : '200ms' }
}
