import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fast, mainnet, regtest, testnet3, testnet4 } from './chain-parameters.ts'
import { decodeCompact, encodeCompact } from './difficulty.ts'
import type { HeaderHistory } from './header-history.ts'
import { requiredBits, retarget } from './retarget.ts'

interface Known {
  time: number
  bits: number
}

/** Headers by height; asking for one that is not there is an error. */
function history(known: { [height: number]: Known }): HeaderHistory {
  const at = (height: number): Known => {
    const header = known[height]
    if (header === undefined) throw new RangeError(`nothing is known of height ${height}`)
    return header
  }
  return { firstHeight: 0, timeAt: (h) => at(h).time, bitsAt: (h) => at(h).bits }
}

describe('the retarget', () => {
  // The vectors of Bitcoin Core's pow_tests: retargets of mainnet, the last two made to hit the limits.
  test.each([
    [1_261_130_161, 1_262_152_739, 0x1d00ffff, 0x1d00d86a],
    [1_231_006_505, 1_233_061_996, 0x1d00ffff, 0x1d00ffff],
    [1_279_008_237, 1_279_297_671, 0x1c05a3f4, 0x1c0168fd],
    [1_263_163_443, 1_269_211_443, 0x1c387f6f, 0x1d00e1fd],
  ])('from times %d and %d and nBits %d comes %d', (first, last, bits, next) => {
    expect(retarget(bits, first, last, mainnet)).toBe(next)
  })

  test('it is the old target scaled by time, within a factor of four, and never above the limit', () => {
    const bitsBelowLimit = fc
      .tuple(fc.integer({ min: 4, max: 0x1c }), fc.integer({ min: 0x8000, max: 0x7fffff }))
      .map(([exponent, mantissa]) => ((exponent << 24) | mantissa) >>> 0)
    fc.assert(
      fc.property(
        bitsBelowLimit,
        fc.integer({ min: -5_000_000, max: 50_000_000 }),
        (bits, span) => {
          const old = decodeCompact(bits).value
          const next = decodeCompact(
            retarget(bits, 1_000_000_000, 1_000_000_000 + span, mainnet),
          ).value
          const clamped = BigInt(Math.min(Math.max(span, 302_400), 4_838_400))
          const exact = (old * clamped) / 1_209_600n
          const capped = exact > mainnet.limit ? mainnet.limit : exact
          expect(next).toBe(decodeCompact(encodeCompact(capped)).value)
          expect(next <= old * 4n && next <= mainnet.limit).toBe(true)
          expect(next >= old / 4n - (old >> 12n)).toBe(true)
        },
      ),
    )
  })

  test('it comes at heights divisible by 2,016 alone, from the first and the last block before', () => {
    const bits = 0x1b0404cb
    const blocks = history({
      0: { time: 0, bits: 0x1d00ffff },
      2015: { time: 604_800, bits },
      2016: { time: 605_400, bits },
    })
    expect(requiredBits(blocks, 2_016, 0, mainnet)).toBe(retarget(bits, 0, 604_800, mainnet))
    expect(requiredBits(blocks, 2_016, 0, mainnet)).not.toBe(bits)
    expect(requiredBits(blocks, 2_017, 0, mainnet)).toBe(bits)
  })

  test('a simulated chain adjusts every 36 blocks towards ten seconds a block', () => {
    const bits = 0x1f00ffff
    const target = decodeCompact(bits).value
    const blocks = history({ 0: { time: 0, bits }, 35: { time: 180, bits } })
    const next = decodeCompact(requiredBits(blocks, 36, 190, fast)).value
    expect(next).toBe(decodeCompact(encodeCompact(target / 2n)).value)
  })
})

describe('the test networks', () => {
  test('regtest never adjusts', () => {
    const bits = 0x207fffff
    const blocks = history({ 0: { time: 0, bits }, 2015: { time: 1, bits } })
    expect(requiredBits(blocks, 2_016, 2, regtest)).toBe(bits)
    expect(requiredBits(blocks, 1, 1, regtest)).toBe(bits)
  })

  const real = 0x1b0404cb
  const least = 0x1d00ffff
  const afterGaps = history({
    4032: { time: 10_000, bits: least },
    4033: { time: 11_000, bits: real },
    4034: { time: 13_000, bits: least },
    4035: { time: 15_000, bits: least },
  })

  test('more than twenty minutes after its parent a block of testnet3 may be of the least difficulty', () => {
    expect(requiredBits(afterGaps, 4_036, 16_200, testnet3)).toBe(real)
    expect(requiredBits(afterGaps, 4_036, 16_201, testnet3)).toBe(least)
  })

  test('the next block is as difficult as the last that did not make use of a gap', () => {
    expect(requiredBits(afterGaps, 4_036, 15_001, testnet3)).toBe(real)
    expect(requiredBits(afterGaps, 4_035, 13_001, testnet3)).toBe(real)
  })

  test('the search for it goes no further back than the beginning of the period', () => {
    const blocks = history({
      4031: { time: 9_000, bits: real },
      4032: { time: 10_000, bits: least },
      4033: { time: 12_000, bits: least },
    })
    expect(requiredBits(blocks, 4_034, 12_001, testnet3)).toBe(least)
  })

  test('testnet3 adjusts from the last block, and forgets the difficulty if that made use of a gap', () => {
    const blocks = history({
      2016: { time: 0, bits: real },
      4031: { time: 1_209_600, bits: least },
    })
    expect(requiredBits(blocks, 4_032, 1_209_601, testnet3)).toBe(least)
  })

  test('testnet4 adjusts from the first block of the period', () => {
    const blocks = history({
      2016: { time: 0, bits: real },
      4031: { time: 1_209_600, bits: least },
    })
    expect(requiredBits(blocks, 4_032, 1_209_601, testnet4)).toBe(real)
  })
})
