import type { Protocol } from '../../model/index.ts'
import { exp } from '../../simulator/exact-math.ts'
import {
  confirmationsNeeded,
  rosenfeldProbability,
} from '../reproduction/nakamoto/double-spend-formulas.ts'

/** After which what was decided is never, or hardly ever, undone. */
export interface Finality {
  readonly kind: 'immediate' | 'probabilistic'
  /** Blocks that must be on top, the block itself the first; 0 where one answer is final. */
  readonly depth: number
  /** The probability that what is that deep is undone by an attacker with `attackerShare` of the hash power. */
  readonly risk: number
  readonly attackerShare: number
  /** How long that takes from one decision on, in half and in all but one percent of the cases. */
  readonly secondsP50: number
  readonly secondsP99: number
}

/**
 * @param spacingSeconds between two blocks, for a chain
 */
export function finalityOf(
  protocol: Protocol,
  { risk, attackerShare }: { readonly risk: number; readonly attackerShare: number },
  spacingSeconds: number | undefined,
): Finality {
  if (protocol.finality === 'immediate' || spacingSeconds === undefined) {
    return { kind: 'immediate', depth: 0, risk: 0, attackerShare, secondsP50: 0, secondsP99: 0 }
  }
  const depth = confirmationsNeeded(rosenfeldProbability, attackerShare, risk)
  return {
    kind: 'probabilistic',
    depth,
    risk: rosenfeldProbability(attackerShare, depth),
    attackerShare,
    secondsP50: spacingSeconds * waitFor(depth, 0.5),
    secondsP99: spacingSeconds * waitFor(depth, 0.99),
  }
}

/** How many mean intervals `blocks` blocks take with this probability: they come as a Poisson process. */
function waitFor(blocks: number, probability: number): number {
  let low = 0
  let high = 1
  while (atLeast(blocks, high) < probability) high *= 2
  for (let halving = 0; halving < 50; halving++) {
    const middle = (low + high) / 2
    if (atLeast(blocks, middle) < probability) low = middle
    else high = middle
  }
  return high
}

/** The probability of at least so many arrivals where `mean` are expected. */
function atLeast(count: number, mean: number): number {
  let term = exp(-mean)
  let fewer = 0
  for (let i = 0; i < count; i++) {
    fewer += term
    term *= mean / (i + 1)
  }
  return 1 - fewer
}
