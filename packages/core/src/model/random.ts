import { exp, ln, sqrt } from '../simulator/exact-math.ts'
import { edges, heights, layers } from './ziggurat.ts'

/** All that a stream is: four words that advance, and two that name it and never change. */
export type RandomState = readonly [number, number, number, number, number, number]

const twoTo32 = 4294967296
const twoTo24 = 16777216
const twoTo21 = 2097152

/**
 * A stream of random numbers, the same for the same seed in every JavaScript engine.
 *
 * The generator is xoshiro128** (Blackman and Vigna, "Scrambled linear pseudorandom number
 * generators", 2021). A stream has a name, a path that begins with the seed; `split` derives further
 * streams from the name alone, never from how much was drawn. So a draw added to one stream moves
 * no other: a run with one more fault keeps its latencies.
 */
export class Random {
  #word0 = 0
  #word1 = 0
  #word2 = 0
  #word3 = 0
  #nameHigh = 0
  #nameLow = 0

  /** @param seed an integer from 0 to 2^53 − 1; different seeds give different streams */
  constructor(seed: number) {
    if (!Number.isSafeInteger(seed) || seed < 0) {
      throw new RangeError(`seed ${seed}: must be an integer from 0 to ${Number.MAX_SAFE_INTEGER}`)
    }
    this.#nameHigh = Math.floor(seed / twoTo32) | 0
    this.#nameLow = seed | 0
    this.#begin()
  }

  /** The stream that `state` returned this state of. */
  static fromState(state: RandomState): Random {
    const random = new Random(0)
    ;[
      random.#word0,
      random.#word1,
      random.#word2,
      random.#word3,
      random.#nameHigh,
      random.#nameLow,
    ] = state
    return random
  }

  state(): RandomState {
    return [this.#word0, this.#word1, this.#word2, this.#word3, this.#nameHigh, this.#nameLow]
  }

  /** An independent stream named by this stream's name and `name`; a number and its decimal text are different names. */
  split(name: string | number): Random {
    const child = new Random(0)
    child.#nameHigh = this.#nameHigh
    child.#nameLow = this.#nameLow
    if (typeof name === 'number') {
      if (!Number.isSafeInteger(name)) throw new RangeError(`stream ${name}: must be an integer`)
      child.#absorb(1)
      child.#absorb(Math.floor(name / twoTo32) | 0)
      child.#absorb(name | 0)
    } else {
      child.#absorb(2)
      for (let i = 0; i < name.length; i++) child.#absorb(name.charCodeAt(i))
    }
    child.#begin()
    return child
  }

  /** An integer in [0, 2^32). */
  nextUint32(): number {
    const word1 = this.#word1
    const times5 = Math.imul(word1, 5)
    const result = Math.imul((times5 << 7) | (times5 >>> 25), 9)
    const word2 = this.#word2 ^ this.#word0
    const word3 = this.#word3 ^ word1
    this.#word1 = word1 ^ word2
    this.#word0 ^= word3
    this.#word2 = word2 ^ (word1 << 9)
    this.#word3 = (word3 << 11) | (word3 >>> 21)
    return result >>> 0
  }

  /** A multiple of 2^−32 in [0, 1). */
  next(): number {
    return this.nextUint32() / twoTo32
  }

  /**
   * An integer in [0, bound), for an integer bound of at least 1. Up to 2^32 the probabilities are
   * off by less than bound parts in 2^32: not exact, but cheap, and beyond what a run could notice.
   */
  below(bound: number): number {
    if (bound <= twoTo32) return Math.floor(this.next() * bound)
    const upper = this.nextUint32() * twoTo21
    const fraction = (upper + (this.nextUint32() >>> 11)) / (twoTo32 * twoTo21)
    return Math.min(Math.floor(fraction * bound), bound - 1)
  }

  /** A real number in [low, high). */
  uniform(low: number, high: number): number {
    return low + this.next() * (high - low)
  }

  /** True with this probability. */
  bernoulli(probability: number): boolean {
    return this.next() < probability
  }

  /** A real number greater than 0: the waiting time of a memoryless event that takes `mean` on average. */
  exponential(mean: number): number {
    return mean * this.#standardExponential()
  }

  /** The standard normal distribution, by its inverse: one draw, one number. */
  normal(): number {
    return inverseNormal(this.#nextInside())
  }

  /** Half of the draws are below `median`; the logarithm's standard deviation is `sigma`. */
  logNormal(median: number, sigma: number): number {
    return median * exp(sigma * this.normal())
  }

  /** Pareto: at least `scale`, above x with probability (scale / x)^shape; the mean is finite for a shape above 1. */
  pareto(scale: number, shape: number): number {
    return scale * exp(this.#standardExponential() / shape)
  }

  /** One element of a list, which must not be empty. */
  pick<T>(list: readonly T[]): T {
    if (list.length === 0) throw new RangeError('pick: the list is empty')
    return list[this.below(list.length)] as T
  }

  /** An index into `weights`, each as likely as its weight; at least one must be positive. */
  weighted(weights: readonly number[]): number {
    let total = 0
    for (const weight of weights) total += weight
    if (!(total > 0)) throw new RangeError('weighted: no weight is positive')
    let rest = this.next() * total
    let last = 0
    for (let i = 0; i < weights.length; i++) {
      const weight = weights[i] as number
      if (weight <= 0) continue
      last = i
      rest -= weight
      if (rest < 0) break
    }
    return last
  }

  /** Puts a list in a random order, in place (Fisher and Yates), and returns it. */
  shuffle<T>(list: T[]): T[] {
    for (let i = list.length - 1; i > 0; i--) {
      const j = this.below(i + 1)
      const element = list[i] as T
      list[i] = list[j] as T
      list[j] = element
    }
    return list
  }

  /** The exponential distribution of mean 1: a point of the ziggurat, if it lies under the curve. */
  #standardExponential(): number {
    const word = this.nextUint32()
    const layer = word & (layers - 1)
    const x = ((word >>> 8) + 0.5) * ((edges[layer] as number) / twoTo24)
    return x < (edges[layer + 1] as number) ? x : this.#nearTheCurve(layer, x)
  }

  #nearTheCurve(layer: number, x: number): number {
    // Past the tail's beginning the distribution begins anew, for it has no memory.
    if (layer === 0) return (edges[1] as number) + this.#standardExponential()
    const low = heights[layer] as number
    const y = low + this.next() * ((heights[layer + 1] as number) - low)
    return y < exp(-x) ? x : this.#standardExponential()
  }

  /** In the open interval (0, 1), whose logarithm is finite. */
  #nextInside(): number {
    return (this.nextUint32() + 0.5) / twoTo32
  }

  /** Mixes a word into the name; a bijection for every word, so that names which differ stay apart. */
  #absorb(value: number): void {
    this.#nameLow ^= value
    this.#mixName(0x9e3779b9)
  }

  /** Fills the generator from the name: different names give different words 0 and 1. */
  #begin(): void {
    const nameHigh = this.#nameHigh
    const nameLow = this.#nameLow
    this.#mixName(0x243f6a88)
    this.#word0 = this.#nameLow
    this.#word1 = this.#nameHigh
    this.#mixName(0xb7e15162)
    this.#word2 = this.#nameLow
    this.#word3 = this.#nameHigh
    this.#nameHigh = nameHigh
    this.#nameLow = nameLow
    // The one state that the generator cannot leave.
    if ((this.#word0 | this.#word1 | this.#word2 | this.#word3) === 0) this.#word0 = 1
  }

  /** Four Feistel rounds over the 64 bits of the name. */
  #mixName(salt: number): void {
    for (let round = 1; round <= 2; round++) {
      this.#nameHigh ^= scramble(this.#nameLow + Math.imul(salt, round))
      this.#nameLow ^= scramble(this.#nameHigh + Math.imul(salt, round + 2))
    }
  }
}

/** The finaliser of MurmurHash3: every bit of the input changes every bit of the output with probability one half. */
function scramble(value: number): number {
  let x = value | 0
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b)
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35)
  return x ^ (x >>> 16)
}

/**
 * The x below which a standard normal variable falls with probability p in (0, 1), to about 1 part
 * in 10^16 (Wichura, "Algorithm AS 241: the percentage points of the normal distribution", 1988).
 */
function inverseNormal(p: number): number {
  const q = p - 0.5
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q
    return (q * polynomial(centreNumerator, r)) / polynomial(centreDenominator, r)
  }
  const r = sqrt(-ln(q < 0 ? p : 1 - p))
  const magnitude =
    r <= 5
      ? polynomial(middleNumerator, r - 1.6) / polynomial(middleDenominator, r - 1.6)
      : polynomial(tailNumerator, r - 5) / polynomial(tailDenominator, r - 5)
  return q < 0 ? -magnitude : magnitude
}

/** Coefficients from the constant term up. */
function polynomial(coefficients: readonly number[], x: number): number {
  let sum = 0
  for (let i = coefficients.length - 1; i >= 0; i--) sum = sum * x + (coefficients[i] as number)
  return sum
}

const centreNumerator = [
  3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987,
  67265.7709270087, 33430.57558358813, 2509.0809287301227,
]
const centreDenominator = [
  1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271,
  28729.085735721943, 5226.495278852854,
]
const middleNumerator = [
  1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684,
  0.2417807251774506, 0.022723844989269184, 0.0007745450142783414,
]
const middleDenominator = [
  1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008,
  0.015198666563616457, 0.0005475938084995345, 1.0507500716444169e-9,
]
const tailNumerator = [
  6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487,
  0.026532189526576124, 0.0012426609473880784, 2.7115555687434876e-5, 2.0103343992922881e-7,
]
const tailDenominator = [
  1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133,
  1.8463183175100548e-5, 1.421511758316446e-7, 2.0442631033899397e-15,
]
