import { digestBytes } from '../../../model/sha256.ts'
import { type Identifier, nullIdentifier } from './identifier.ts'
import { type RuleViolation, violation } from './rule-violation.ts'

/**
 * Difficulty: how rare a block's hash must be. The target is a number of 256 bits; headers carry it
 * in a compact form of 32 (`nBits`), a floating-point number to the base 256: an exponent of 8 bits,
 * a sign, a mantissa of 23 (arith_uint256::SetCompact and GetCompact of Bitcoin Core).
 */

const mantissaMask = 0x007f_ffff
const signBit = 0x0080_0000
const wordBits = 256n
const twoTo256 = 1n << wordBits

export interface CompactNumber {
  /** The amount, its lowest 256 bits if it overflows. */
  readonly value: bigint
  readonly negative: boolean
  /** It takes more than 256 bits. */
  readonly overflow: boolean
}

export function decodeCompact(bits: number): CompactNumber {
  const exponent = bits >>> 24
  const shiftRight = exponent <= 3 ? 8 * (3 - exponent) : 0
  const mantissa = (bits & mantissaMask) >>> shiftRight
  const value = exponent <= 3 ? BigInt(mantissa) : BigInt(mantissa) << BigInt(8 * (exponent - 3))
  return {
    value: BigInt.asUintN(256, value),
    // The sign counts only if there is something to be negative.
    negative: mantissa !== 0 && (bits & signBit) !== 0,
    overflow:
      mantissa !== 0 &&
      (exponent > 34 || (mantissa > 0xff && exponent > 33) || (mantissa > 0xffff && exponent > 32)),
  }
}

/** The compact form of a natural number below 2^256, all but its highest 15 to 23 bits cut off. */
export function encodeCompact(value: bigint): number {
  if (value < 0n || value >= twoTo256) throw new RangeError('a target has 256 bits and no sign')
  let exponent = value === 0n ? 0 : Math.ceil(value.toString(16).length / 2)
  let mantissa = Number(
    exponent <= 3 ? value << BigInt(8 * (3 - exponent)) : value >> BigInt(8 * (exponent - 3)),
  )
  // A mantissa that reaches the sign's bit moves a byte lower.
  if ((mantissa & signBit) !== 0) {
    mantissa >>>= 8
    exponent += 1
  }
  return ((exponent << 24) | mantissa) >>> 0
}

/** What is wrong with `bits` as a target, or `undefined`; `limit` is the easiest target allowed. */
export function checkTargetRange(bits: number, limit: bigint): RuleViolation | undefined {
  const { value, negative, overflow } = decodeCompact(bits)
  const fault = negative
    ? 'is negative'
    : overflow
      ? 'overflows 256 bits'
      : value === 0n
        ? 'is zero'
        : value > limit
          ? 'is above the limit of this chain'
          : undefined
  if (fault === undefined) return undefined
  return violation('target-range', `the target of nBits ${showBits(bits)} ${fault}`)
}

/** The target as 64 hexadecimal digits, which compare with an identifier as text; null for a target that is no target. */
export function targetText(bits: number): string {
  const { value, negative, overflow } = decodeCompact(bits)
  if (negative || overflow) return nullIdentifier
  return value.toString(16).padStart(2 * digestBytes, '0')
}

/** Does this identifier show work at difficulty `bits`? A target that is no target is met by nothing. */
export function meetsTarget(id: Identifier, bits: number): boolean {
  const target = targetText(bits)
  return id <= target && target !== nullIdentifier
}

/**
 * The work of a block: how many hashes it takes on average to find one, floor(2^256 / (target + 1)).
 * Nothing for a target that is no target.
 */
export function workOf(bits: number): bigint {
  const { value, negative, overflow } = decodeCompact(bits)
  return negative || overflow || value === 0n ? 0n : twoTo256 / (value + 1n)
}

/** `nBits` as it is usually shown: eight hexadecimal digits. */
export function showBits(bits: number): string {
  return bits.toString(16).padStart(8, '0')
}
