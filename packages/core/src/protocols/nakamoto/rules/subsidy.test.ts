import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fast, mainnet, regtest } from './chain-parameters.ts'
import { largestSupplyAt, subsidyAt } from './subsidy.ts'
import { maximumMoney } from './transaction.ts'

test.each([
  [0, 5_000_000_000],
  [209_999, 5_000_000_000],
  [210_000, 2_500_000_000],
  [840_000, 312_500_000],
  [210_000 * 9, 9_765_625],
  [210_000 * 10, 4_882_812],
  [210_000 * 32, 1],
  [210_000 * 33, 0],
  [210_000 * 63, 0],
  [210_000 * 64, 0],
  [210_000 * 2_000, 0],
])('block %d of mainnet may create %d satoshis', (height, subsidy) => {
  expect(subsidyAt(height, mainnet)).toBe(subsidy)
})

test('regtest halves every 150 blocks', () => {
  expect(subsidyAt(149, regtest)).toBe(5_000_000_000)
  expect(subsidyAt(150, regtest)).toBe(2_500_000_000)
})

test('the sum over all blocks of mainnet is the known one, a little under 21 million coins', () => {
  // Bitcoin Core's subsidy test counts the genesis block's 50 coins too.
  expect(largestSupplyAt(7_000_000, mainnet) + subsidyAt(0, mainnet)).toBe(2_099_999_997_690_000)
  expect(largestSupplyAt(100_000_000, mainnet)).toBeLessThan(maximumMoney)
})

test('the supply at a height is the sum of the subsidies up to it', () => {
  const chains = fc.constantFrom(regtest, { ...fast, halvingInterval: 7 })
  fc.assert(
    fc.property(chains, fc.nat(1_000), (chain, height) => {
      let sum = 0
      for (let h = 1; h <= height; h += 1) sum += subsidyAt(h, chain)
      expect(largestSupplyAt(height, chain)).toBe(sum)
    }),
  )
})
