import { exp, pow } from '../../../simulator/exact-math.ts'

/** Of a sum of falling terms, what is too small to change it. */
const negligible = 1e-18

/**
 * The probability that a double spend succeeds, as Nakamoto has it (2008, section 11): while the
 * honest chain grows by z blocks the attacker finds a number of blocks that is Poisson distributed
 * about λ = z q/p, and then has to catch up. It takes the time that z blocks take as if it were
 * certain, which is an approximation, and too kind.
 * @param hashShare q, the attacker's share of the hash power
 * @param confirmations z
 */
export function nakamotoProbability(hashShare: number, confirmations: number): number {
  const ratio = hashShare / (1 - hashShare)
  if (ratio >= 1) return 1
  const lambda = confirmations * ratio
  let poisson = exp(-lambda)
  let sum = 1
  for (let found = 0; found <= confirmations; found += 1) {
    if (found > 0) poisson *= lambda / found
    sum -= poisson * (1 - pow(ratio, confirmations - found))
  }
  return sum
}

/**
 * The same without the approximation (Rosenfeld 2012, section 4): what the attacker finds has a
 * negative binomial distribution.
 * @param hashShare q, the attacker's share of the hash power
 * @param confirmations n
 */
export function rosenfeldProbability(hashShare: number, confirmations: number): number {
  const q = hashShare
  const p = 1 - q
  if (q >= p || confirmations === 0) return 1
  // As the attacker has found `found` blocks by the time of the last confirmation: up to n of them it
  // has to catch up, which it does with probability (q/p)^(n − found); with more it has won.
  let term = pow(q, confirmations)
  let sum = term
  for (let found = 1; found <= confirmations; found += 1) {
    term *= (p * (found + confirmations - 1)) / found
    sum += term
  }
  // Of found = n both have the same probability; from there on it is p^n q^found.
  for (let found = confirmations + 1; term > sum * negligible; found += 1) {
    term *= (q * (found + confirmations - 1)) / found
    sum += term
  }
  return sum
}

/** How many confirmations it takes until a double spend succeeds less often than `risk`. */
export function confirmationsNeeded(
  probability: (hashShare: number, confirmations: number) => number,
  hashShare: number,
  risk: number,
): number {
  let confirmations = 0
  while (probability(hashShare, confirmations) >= risk) confirmations += 1
  return confirmations
}
