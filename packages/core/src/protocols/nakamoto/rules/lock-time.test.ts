import { describe, expect, test } from 'vitest'
import { isFinal, isOldEnough } from './lock-time.ts'
import { input } from './testing/sample-blocks.ts'
import { finalSequence, type TransactionFields } from './transaction.ts'

const coin = `${'1'.repeat(64)}:0`
const locked = (lockTime: number, sequence = 0): TransactionFields => ({
  version: 2,
  inputs: [input(coin, { sequence })],
  outputs: [],
  lockTime,
})

describe('a lock time', () => {
  test('below 500,000,000 is the last height at which the transaction may not be in a block', () => {
    expect(isFinal(locked(100), 100, 2_000_000_000)).toBe(false)
    expect(isFinal(locked(100), 101, 0)).toBe(true)
    expect(isFinal(locked(499_999_999), 499_999_999, 2_000_000_000)).toBe(false)
  })

  test('from there on is the last second', () => {
    expect(isFinal(locked(500_000_000), 600_000_000, 500_000_000)).toBe(false)
    expect(isFinal(locked(500_000_000), 1, 500_000_001)).toBe(true)
  })

  test('of zero, or with none but final inputs, locks nothing', () => {
    expect(isFinal(locked(0), 0, 0)).toBe(true)
    expect(isFinal(locked(100, finalSequence), 1, 0)).toBe(true)
    expect(isFinal(locked(100, finalSequence - 1), 1, 0)).toBe(false)
  })
})

describe('a sequence number', () => {
  // The median time at each height is ten seconds a block.
  const medianTimeAt = (height: number): number => 10 * height
  const oldEnough = (sequence: number, coinHeight: number, height: number): boolean =>
    isOldEnough(input(coin, { sequence }), coinHeight, height, medianTimeAt)

  test('asks for so many blocks on top of the coin', () => {
    expect(oldEnough(5, 100, 104)).toBe(false)
    expect(oldEnough(5, 100, 105)).toBe(true)
    expect(oldEnough(0, 100, 100)).toBe(true)
  })

  test('with bit 22 asks for so many times 512 seconds since the block before the coin', () => {
    // The median of block 99 is 990; two units later it is 2,014.
    expect(oldEnough(0x0040_0002, 100, 202)).toBe(false)
    expect(oldEnough(0x0040_0002, 100, 203)).toBe(true)
    expect(oldEnough(0x0040_0000, 0, 1)).toBe(true)
  })

  test('counts in its lowest 16 bits alone', () => {
    expect(oldEnough(0x0001_0005, 100, 105)).toBe(true)
    expect(oldEnough(0x0000_ffff, 100, 65_634)).toBe(false)
    expect(oldEnough(0x0000_ffff, 100, 65_635)).toBe(true)
  })

  test('with its highest bit set asks for nothing', () => {
    expect(oldEnough(0x8000_ffff, 100, 100)).toBe(true)
    expect(oldEnough(finalSequence, 100, 100)).toBe(true)
  })
})
