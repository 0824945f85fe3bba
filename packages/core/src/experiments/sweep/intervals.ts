import { sqrt } from '../../simulator/exact-math.ts'

/**
 * Intervals that hold the true value in 95 of 100 sweeps, in the long run. They are computed from the
 * numbers alone, with nothing random, so that the same runs give the same intervals.
 */
export const confidence = 0.95

/** The point of the standard normal distribution that 2.5% lie above. */
const z = 1.959963984540054

/** An estimate with its interval; `null` where so few values allow none. */
export interface Estimate {
  readonly value: number
  readonly low: number | null
  readonly high: number | null
}

/**
 * A proportion by Wilson's score interval (Wilson 1927, "Probable inference, the law of succession,
 * and statistical inference"): unlike the usual one it is right near 0 and 1, where verdicts lie.
 * @param count how many of `total`, which is at least 1
 */
export function proportion(count: number, total: number): Estimate {
  const share = count / total
  const middle = (share + (z * z) / (2 * total)) / (1 + (z * z) / total)
  const spread = sqrt((share * (1 - share)) / total + (z * z) / (4 * total * total))
  const half = (z * spread) / (1 + (z * z) / total)
  // At the ends the bound is 0 or 1 exactly, but for rounding.
  return {
    value: share,
    low: count === 0 ? 0 : middle - half,
    high: count === total ? 1 : middle + half,
  }
}

/**
 * A mean by Student's t interval (Student 1908, "The probable error of a mean"): exact for normal
 * values, and right for others once there are some dozens of them.
 * @param values at least one
 */
export function mean(values: readonly number[]): Estimate {
  const count = values.length
  const value = values.reduce((sum, each) => sum + each, 0) / count
  if (count < 2) return { value, low: null, high: null }
  const squares = values.reduce((sum, each) => sum + (each - value) * (each - value), 0)
  const half = studentPoint(count - 1) * sqrt(squares / (count - 1) / count)
  return { value, low: value - half, high: value + half }
}

/** The exact points for few degrees of freedom, where the expansion is too coarse. */
const studentPoints = [12.706204736, 4.30265273, 3.182446305, 2.776445105, 2.570581836]

/** The point of Student's distribution that 2.5% lie above (Abramowitz and Stegun 1964, 26.7.5), within 1 part in 10,000. */
function studentPoint(degrees: number): number {
  const exact = studentPoints[degrees - 1]
  if (exact !== undefined) return exact
  const z3 = z * z * z
  const z5 = z3 * z * z
  const z7 = z5 * z * z
  const z9 = z7 * z * z
  const g1 = (z3 + z) / 4
  const g2 = (5 * z5 + 16 * z3 + 3 * z) / 96
  const g3 = (3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / 384
  const g4 = (79 * z9 + 776 * z7 + 1482 * z5 - 1920 * z3 - 945 * z) / 92160
  return z + (g1 + (g2 + (g3 + g4 / degrees) / degrees) / degrees) / degrees
}

/**
 * A median between two of the values themselves, by their ranks (David and Nagaraja 2003, "Order
 * Statistics", section 7.1): whatever the distribution, the interval holds the median at least as
 * often as it says. Fewer than six values allow none.
 * @param ascending at least one value, in ascending order
 */
export function median(ascending: readonly number[]): Estimate {
  const count = ascending.length
  const upper = ascending[Math.floor(count / 2)] as number
  const value = count % 2 === 1 ? upper : ((ascending[count / 2 - 1] as number) + upper) / 2
  const rank = lowerRank(count)
  if (rank === 0) return { value, low: null, high: null }
  return {
    value,
    low: ascending[rank - 1] as number,
    high: ascending[count - rank] as number,
  }
}

/** The greatest rank r of which P(fewer than r of `count` values lie below the median) is at most 2.5%; 0 if there is none. */
function lowerRank(count: number): number {
  // Binomial weights from the middle down, of which the middle one is 1: the sum stays in range however many there are.
  const middle = Math.floor(count / 2)
  const weights = [1]
  for (let k = middle; k > 0; k--) weights.push(((weights.at(-1) as number) * k) / (count - k + 1))
  const lower = weights.reduceRight((sum, weight) => sum + weight, 0)
  // Every weight counts twice, on both sides, but for the middle one of an even count.
  const total = count % 2 === 0 ? 2 * lower - 1 : 2 * lower
  let below = 0
  let rank = 0
  while (rank <= middle) {
    below += weights[middle - rank] as number
    if (below > ((1 - confidence) / 2) * total) break
    rank++
  }
  return rank
}

/** The value that a share of the values does not exceed: the one of that rank. */
export function quantile(ascending: readonly number[], share: number): number {
  const rank = Math.max(1, Math.ceil(share * ascending.length))
  return ascending[rank - 1] as number
}
