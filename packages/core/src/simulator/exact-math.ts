/**
 * Logarithm, exponential and power with the same bits in every JavaScript engine.
 *
 * ECMAScript leaves `Math.log`, `Math.exp` and `Math.pow` (and `**`) to the implementation, and
 * engines do differ in the last bit. One such bit in a drawn latency, and two engines no longer
 * compute the same run. What is here uses only addition, subtraction, multiplication, division and
 * the square root, which IEEE 754 rounds correctly so that engines agree on them, and the bits of a
 * number.
 *
 * `ln` and `exp` follow fdlibm (Sun Microsystems 1993, e_log.c and e_exp.c), coefficients included;
 * both are within 1 unit in the last place of the true value.
 */

const word = new DataView(new ArrayBuffer(8))

/** 2^−1022, the smallest normal number, to 2^1023. */
const powersOfTwo = new Float64Array(2046)
powersOfTwo[0] = 2.2250738585072014e-308
for (let i = 1; i < powersOfTwo.length; i++) powersOfTwo[i] = (powersOfTwo[i - 1] as number) * 2

/** ln 2 in two parts: the high one ends in zero bits, so that an exponent times it is exact. */
const ln2High = 6.9314718036912382e-1
const ln2Low = 1.9082149292705877e-10
const inverseLn2 = 1.4426950408889634
const twoTo54 = 18014398509481984
/** Above the one the exponential overflows, below the other it is zero. */
const largestArgument = 709.782712893384
const smallestArgument = -745.1332191019411

/** Correctly rounded by IEEE 754, so every engine's own will do. */
export const sqrt: (x: number) => number = Math.sqrt

/** The natural logarithm: −Infinity of 0, NaN of a negative number. */
export function ln(x: number): number {
  if (!(x > 0)) return x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN
  if (x === Number.POSITIVE_INFINITY) return x
  const exponent = centredExponent(x)
  const f = timesPowerOfTwo(x, -exponent) - 1
  const s = f / (2 + f)
  const halfSquare = 0.5 * f * f
  const sTimesRest = s * (halfSquare + logarithmRemainder(s))
  return exponent * ln2High - (halfSquare - (sTimesRest + exponent * ln2Low) - f)
}

/** e to the power `x`. */
export function exp(x: number): number {
  return expOfSum(x, 0)
}

/**
 * `base` to the power `exponent`, with the special cases of `Math.pow`. The logarithm is carried in
 * two numbers, so that the error stays within 7 units in the last place for results between
 * 1e-40 and 1e40, and within 20 at the ends of the range.
 */
export function pow(base: number, exponent: number): number {
  if (exponent === 0) return 1
  if (Number.isNaN(base) || Number.isNaN(exponent)) return Number.NaN
  const magnitude = Math.abs(base)
  if (!Number.isFinite(exponent)) return powToInfinity(magnitude, exponent)
  const finiteNegative = base < 0 && magnitude !== Number.POSITIVE_INFINITY
  if (finiteNegative && !Number.isInteger(exponent)) return Number.NaN
  const odd = Math.abs(exponent % 2) === 1
  const result = powOfPositive(magnitude, exponent)
  return odd && (base < 0 || Object.is(base, -0)) ? -result : result
}

function powToInfinity(magnitude: number, exponent: number): number {
  if (magnitude === 1) return Number.NaN
  return magnitude > 1 === exponent > 0 ? Number.POSITIVE_INFINITY : 0
}

function powOfPositive(x: number, exponent: number): number {
  if (x === 0 || x === Number.POSITIVE_INFINITY) {
    return (x === 0) === exponent > 0 ? 0 : Number.POSITIVE_INFINITY
  }
  if (x === 1) return 1
  // ln x = high + low. With x = m × 2^k, ln m = 2s + s·R(s²) for s = (m − 1) / (m + 1); of these
  // only 2s is large enough to need its rounding error carried along.
  const k = centredExponent(x)
  const m = timesPowerOfTwo(x, -k)
  const numerator = m - 1
  const denominator = m + 1
  const denominatorError = m - (denominator - 1)
  const s = numerator / denominator
  const remainder =
    numerator - s * denominator - productError(s, denominator) - s * denominatorError
  const tail = 2 * (remainder / denominator) + s * logarithmRemainder(s) + k * ln2Low
  const sum = k * ln2High + 2 * s
  const sumError = k === 0 ? 0 : 2 * s - (sum - k * ln2High)
  const high = sum + (sumError + tail)
  const low = sumError + tail - (high - sum)

  const product = exponent * high
  if (product > largestArgument + 1) return Number.POSITIVE_INFINITY
  if (product < smallestArgument - 1) return 0
  return expOfSum(product, productError(exponent, high) + exponent * low)
}

/** e to the power `x + tail`, for a `tail` far smaller than one. */
function expOfSum(x: number, tail: number): number {
  if (!(x <= largestArgument)) return Number.isNaN(x) ? x : Number.POSITIVE_INFINITY
  if (x < smallestArgument) return 0
  const k = Math.floor(x * inverseLn2 + 0.5)
  const high = x - k * ln2High
  const low = k * ln2Low - tail
  const r = high - low
  const t = r * r
  const c =
    r -
    t *
      (1.6666666666666602e-1 +
        t *
          (-2.7777777777015593e-3 +
            t * (6.613756321437934e-5 + t * (-1.6533902205465252e-6 + t * 4.1381367970572385e-8))))
  return timesPowerOfTwo(1 - (low - (r * c) / (2 - c) - high), k)
}

/** What is left of ln((1 + s) / (1 − s)) / s after the 2: a minimax polynomial in s². */
function logarithmRemainder(s: number): number {
  const z = s * s
  const w = z * z
  const even = w * (0.3999999999940942 + w * (0.22222198432149784 + w * 0.15313837699209373))
  const odd =
    z *
    (0.6666666666666735 +
      w * (0.2857142874366239 + w * (0.1818357216161805 + w * 0.14798198605116586)))
  return even + odd
}

/** The k for which x / 2^k is between √½ and √2, for a positive finite x. */
function centredExponent(x: number): number {
  const normal = x >= powerOfTwo(-1022)
  word.setFloat64(0, normal ? x : x * twoTo54)
  const high = word.getInt32(0)
  const aboveRootOfTwo = ((high & 0xfffff) + 0x95f64) >> 20
  return (high >> 20) - 1023 + aboveRootOfTwo - (normal ? 0 : 54)
}

/** x × 2^k, rounded once. */
function timesPowerOfTwo(x: number, k: number): number {
  if (k >= -1022 && k <= 1023) return x * powerOfTwo(k)
  if (k > 1023) return x * powerOfTwo(1023) * powerOfTwo(k - 1023)
  return x * powerOfTwo(k + 1022) * powerOfTwo(-1022)
}

/** 2^k, for the exponents of normal numbers. */
function powerOfTwo(k: number): number {
  return powersOfTwo[k + 1022] as number
}

/** What rounding took from a × b: the exact product is a × b + productError(a, b) (Dekker 1971). */
function productError(a: number, b: number): number {
  const aHigh = upperHalf(a)
  const aLow = a - aHigh
  const bHigh = upperHalf(b)
  const bLow = b - bHigh
  return aLow * bLow - (a * b - aHigh * bHigh - aLow * bHigh - aHigh * bLow)
}

/** The upper 26 bits of the mantissa (Veltkamp). */
function upperHalf(x: number): number {
  const shifted = x * 134217729
  return shifted - (shifted - x)
}
