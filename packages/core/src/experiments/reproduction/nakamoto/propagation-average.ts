import { sqrt } from '../../../simulator/exact-math.ts'
import type { NetworkProfile } from '../../../simulator/network/profile.ts'
import { measurePropagation, type PropagationMeasurement } from './propagation-measurement.ts'

export interface PropagationSetting {
  readonly network: NetworkProfile
  readonly nodes: number
  /** How many of them mine, with equal power. */
  readonly miners: number
  readonly spacingSeconds: number
  readonly blockBytes: number
  /** As many as `blockBytes` where blocks are sent whole. */
  readonly compactBlockBytes: number
  readonly compactBlockUsage: number
}

export interface PropagationAverage {
  readonly blocks: number
  readonly stale: number
  readonly staleRate: number
  /** As of so many rare events, which come by chance alone. */
  readonly staleRateError: number
  readonly meanDelaySeconds: number
  readonly reachedSeconds: PropagationMeasurement['reachedSeconds']
  readonly how: string
}

/** The figures of several worlds, which draw the links and places of their nodes anew. */
export function averagePropagation(
  setting: PropagationSetting,
  blocksPerWorld: number,
  worlds: number,
): PropagationAverage {
  const { network, nodes, miners, spacingSeconds, ...sizes } = setting
  const hashShares = Array.from({ length: nodes }, (_, node) => (node < miners ? 1 / miners : 0))
  const parameters = { miners, targetSpacingSeconds: spacingSeconds, ...sizes }
  const all = Array.from({ length: worlds }, (_, world) =>
    measurePropagation({ hashShares, network, parameters }, blocksPerWorld, world + 1),
  )
  const sum = (of: (one: PropagationMeasurement) => number) =>
    all.reduce((total, one) => total + of(one), 0)
  const mean = (of: (one: PropagationMeasurement) => number) => sum(of) / worlds
  const blocks = sum((one) => one.blocks)
  const stale = sum((one) => one.stale)
  return {
    blocks,
    stale,
    staleRate: stale / blocks,
    // One more than were seen, so that none at all is not taken for certainty.
    staleRateError: sqrt(stale + 1) / blocks,
    meanDelaySeconds: mean((one) => one.meanDelaySeconds),
    reachedSeconds: {
      half: mean((one) => one.reachedSeconds.half),
      ninety: mean((one) => one.reachedSeconds.ninety),
      all: mean((one) => one.reachedSeconds.all),
    },
    how: `${nodes} nodes on '${network.name}', ${miners} of them mine, a block every ${spacingSeconds} s, seeds 1 to ${worlds}`,
  }
}
