import { counted, rounded, whole } from '@quorate/core/experiments'
import type { Certainty } from '@quorate/core/explorer'

/** How sure a search is, in words; undefined where no state was taken for another. */
export function certaintyText(certainty: Certainty): string | undefined {
  switch (certainty.kind) {
    case 'exact':
      return undefined
    case 'hashed': {
      const { bits, omissionProbability } = certainty
      return `each state known by a hash of ${bits} bits: the probability that any was passed over is below ${omissionProbability.toExponential(0)}`
    }
    case 'bitstate': {
      const { hashFactor, omittedShare } = certainty
      return `bitstate, with ${rounded(hashFactor)} bits for each state: about ${(omittedShare * 100).toPrecision(2)}% of the states were passed over`
    }
    case 'sampled': {
      const { walks, steps, seed } = certainty
      return `${counted(walks, 'random walk')} of ${whole(steps)} steps in all, from seed ${seed}`
    }
  }
}

/** Whether a search of this kind can prove that a property holds. */
export function canProve({ kind }: Certainty): boolean {
  return kind === 'exact' || kind === 'hashed'
}
