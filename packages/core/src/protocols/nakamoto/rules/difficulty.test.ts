import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { mainnet, regtest } from './chain-parameters.ts'
import {
  checkTargetRange,
  decodeCompact,
  encodeCompact,
  meetsTarget,
  showBits,
  targetText,
  workOf,
} from './difficulty.ts'
import { nullIdentifier } from './identifier.ts'

const anyBits = fc.integer({ min: 0, max: 0xffff_ffff })
/** Numbers of every length up to 256 bits, as likely as each other. */
const anyTarget = fc
  .tuple(fc.bigInt({ min: 1n, max: (1n << 256n) - 1n }), fc.nat(255))
  .map(([value, shift]) => value >> BigInt(shift))
const onesOfLength = (bits: number): bigint => (1n << BigInt(bits)) - 1n

describe('the compact form of targets', () => {
  // The vectors of Bitcoin Core's arith_uint256 tests.
  test.each([
    [0x00000000, 0n, 0x00000000],
    [0x00123456, 0n, 0x00000000],
    [0x01003456, 0n, 0x00000000],
    [0x02000056, 0n, 0x00000000],
    [0x03000000, 0n, 0x00000000],
    [0x04000000, 0n, 0x00000000],
    [0x00923456, 0n, 0x00000000],
    [0x01803456, 0n, 0x00000000],
    [0x02800056, 0n, 0x00000000],
    [0x03800000, 0n, 0x00000000],
    [0x04800000, 0n, 0x00000000],
    [0x01123456, 0x12n, 0x01120000],
    [0x02123456, 0x1234n, 0x02123400],
    [0x03123456, 0x123456n, 0x03123456],
    [0x04123456, 0x12345600n, 0x04123456],
    [0x05009234, 0x92340000n, 0x05009234],
    [0x20123456, 0x123456n << 232n, 0x20123456],
  ])('%#: nBits %d is a number that is written so', (bits, value, rewritten) => {
    expect(decodeCompact(bits)).toEqual({ value, negative: false, overflow: false })
    expect(encodeCompact(value)).toBe(rewritten)
  })

  test('a mantissa that would look negative moves a byte lower', () => {
    expect(encodeCompact(0x80n)).toBe(0x02008000)
    expect(decodeCompact(0x02008000).value).toBe(0x80n)
  })

  test('the sign makes a number negative unless it is zero', () => {
    expect(decodeCompact(0x01fedcba)).toEqual({ value: 0x7en, negative: true, overflow: false })
    expect(decodeCompact(0x04923456)).toEqual({
      value: 0x12345600n,
      negative: true,
      overflow: false,
    })
  })

  test.each([
    [0xff123456, true],
    [0x23000001, true],
    [0x22000001, false],
    [0x220000ff, false],
    [0x22000100, true],
    [0x2100ffff, false],
    [0x21010000, true],
    [0x207fffff, false],
    [0xff000000, false],
  ])('%#: nBits %d overflows 256 bits: %s', (bits, overflow) => {
    expect(decodeCompact(bits).overflow).toBe(overflow)
  })

  test('what is written is read as the number, cut off below its highest bits', () => {
    fc.assert(
      fc.property(anyTarget, (target) => {
        const bits = encodeCompact(target)
        const { value, negative, overflow } = decodeCompact(bits)
        expect({ negative, overflow }).toEqual({ negative: false, overflow: false })
        expect(value <= target).toBe(true)
        // At least 15 bits are kept.
        expect(target - value <= target >> 15n).toBe(true)
        expect(encodeCompact(value)).toBe(bits)
      }),
    )
  })

  test('what has no 256 bits has no compact form', () => {
    expect(() => encodeCompact(-1n)).toThrow(RangeError)
    expect(() => encodeCompact(1n << 256n)).toThrow(RangeError)
  })
})

describe('the range of targets', () => {
  test.each([
    [0x04923456, 'the target of nBits 04923456 is negative'],
    [0x00123456, 'the target of nBits 00123456 is zero'],
    [0xff123456, 'the target of nBits ff123456 overflows 256 bits'],
    [0x1d010000, 'the target of nBits 1d010000 is above the limit of this chain'],
  ])('%#: nBits %d is refused', (bits, message) => {
    expect(checkTargetRange(bits, mainnet.limit)).toMatchObject({ rule: 'target-range', message })
  })

  test('the easiest targets of the chains are allowed', () => {
    expect(checkTargetRange(0x1d00ffff, mainnet.limit)).toBeUndefined()
    expect(checkTargetRange(0x207fffff, regtest.limit)).toBeUndefined()
    expect(checkTargetRange(0x207fffff, mainnet.limit)?.rule).toBe('target-range')
    const exact = decodeCompact(0x1d00ffff).value
    expect(checkTargetRange(0x1d00ffff, exact)).toBeUndefined()
    expect(checkTargetRange(0x1d00ffff, exact - 1n)?.rule).toBe('target-range')
  })
})

describe('work', () => {
  test('a block of the first difficulty took 2^32 hashes and a few', () => {
    expect(workOf(0x1d00ffff)).toBe(0x1_0001_0001n)
    expect(workOf(0x207fffff)).toBe(2n)
  })

  test('what is no target is no work', () => {
    for (const bits of [0, 0x04923456, 0xff123456]) expect(workOf(bits), showBits(bits)).toBe(0n)
  })

  test('it is 2^256 shared out among as many hashes as meet the target', () => {
    fc.assert(
      fc.property(anyTarget, (target) => {
        const { value } = decodeCompact(encodeCompact(target))
        fc.pre(value > 0n)
        const work = workOf(encodeCompact(target))
        expect(work * (value + 1n) <= 1n << 256n).toBe(true)
        expect((work + 1n) * (value + 1n) > 1n << 256n).toBe(true)
      }),
    )
  })
})

describe('meeting a target', () => {
  test('an identifier meets a target exactly if it is not larger as a number', () => {
    fc.assert(
      fc.property(anyBits, anyTarget, (bits, number) => {
        const { value, negative, overflow } = decodeCompact(bits)
        const id = number.toString(16).padStart(64, '0')
        const valid = !negative && !overflow && value > 0n
        expect(meetsTarget(id, bits)).toBe(valid && number <= value)
      }),
    )
  })

  test('the target itself meets it, and the next number does not', () => {
    expect(meetsTarget(targetText(0x1d00ffff), 0x1d00ffff)).toBe(true)
    const above = (decodeCompact(0x1d00ffff).value + 1n).toString(16).padStart(64, '0')
    expect(meetsTarget(above, 0x1d00ffff)).toBe(false)
  })

  test('nothing meets a target of nothing', () => {
    expect(meetsTarget(nullIdentifier, 0)).toBe(false)
    expect(meetsTarget(nullIdentifier, 0xff123456)).toBe(false)
  })
})

test('limits of the chains are as many ones as they have bits', () => {
  expect(mainnet.limit).toBe(onesOfLength(224))
  expect(regtest.limit).toBe(onesOfLength(255))
})
