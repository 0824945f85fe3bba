import type { Random } from '../../model/random.ts'

/**
 * The settings of one chaos run. First time-outs are too short in many runs, so that time-outs must
 * grow; after the faults, enough of the run is left to hold the detector to its promises.
 */
export function detectorVariety(draw: Random): { readonly [setting: string]: unknown } {
  return {
    nodes: draw.pick([2, 3, 4, 5, 7]),
    network: draw.pick(['lan', 'zones', 'wan']),
    ...(draw.bernoulli(0.3) ? { synchrony: 'partial:6s' } : {}),
    for: '20s',
    parameters: {
      tickMs: draw.pick([10, 20, 40]),
      timeoutTicks: draw.pick([1, 3, 8, 30]),
    },
  }
}

/** The same where the network keeps its bound, from which the time-out comes. */
export function perfectDetectorVariety(draw: Random): { readonly [setting: string]: unknown } {
  return {
    nodes: draw.pick([2, 3, 4, 5, 7]),
    network: draw.pick(['lan', 'zones', 'wan']),
    for: '20s',
  }
}
