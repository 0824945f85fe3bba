import { describe, expect, test } from 'vitest'
import { toHex } from '../model/hex.ts'
import { Random } from '../model/random.ts'
import { doubleSha256 } from '../model/sha256.ts'
import { Lottery } from './lottery.ts'

/** In these tests a difficulty is the number of hashes itself. */
const lotteryOf = (hashesPerSecond: readonly number[], seed = 1) =>
  new Lottery(new Random(seed), hashesPerSecond, (nBits) => nBits)

const idOf = (header: Uint8Array) => toHex(doubleSha256(header).reverse())

describe('the lottery', () => {
  test('is won in proportion to hash power over difficulty', () => {
    const hashPower = [5, 1, 3, 0, 8, 2]
    const difficulty = [100, 100, 100, 100, 200, 100]
    const lottery = lotteryOf(hashPower)
    for (const [node, nBits] of difficulty.entries()) lottery.mine(node, nBits)
    const draws = 30_000
    const wins = hashPower.map(() => 0)
    for (let i = 0; i < draws; i++) {
      const winner = lottery.drawWinner()
      wins[winner] = (wins[winner] as number) + 1
    }
    const rates = hashPower.map((power, node) => power / (difficulty[node] as number))
    const total = rates.reduce((sum, rate) => sum + rate, 0)
    let chiSquare = 0
    for (const [node, rate] of rates.entries()) {
      const expected = (draws * rate) / total
      if (expected === 0) expect(wins[node]).toBe(0)
      else chiSquare += ((wins[node] as number) - expected) ** 2 / expected
    }
    expect(chiSquare).toBeLessThan(18.47) // 4 degrees of freedom, p = 0.001
  })

  test('has intervals of the mean that hash power and difficulty give, without memory', () => {
    const lottery = lotteryOf([30, 70])
    lottery.mine(0, 600)
    lottery.mine(1, 600)
    const draws = 20_000
    const delays = Array.from({ length: draws }, () => lottery.drawDelayMicros() as number)
    const mean = 6_000_000
    const average = delays.reduce((sum, delay) => sum + delay, 0) / draws
    // The deviation of an exponential variable is its mean.
    expect(Math.abs(average - mean)).toBeLessThan((4 * mean) / Math.sqrt(draws))
    const beyond = (micros: number) => delays.filter((delay) => delay > micros).length / draws
    expect(beyond(mean)).toBeCloseTo(Math.exp(-1), 1)
    expect(beyond(2 * mean) / beyond(mean)).toBeCloseTo(beyond(mean), 1)
    for (const delay of delays) expect(Number.isInteger(delay) && delay > 0).toBe(true)
  })

  test('says what changes the rates, and is not drawn where nobody mines', () => {
    const lottery = lotteryOf([1, 0])
    expect(lottery.drawDelayMicros()).toBeUndefined()
    expect(lottery.mine(0, 100)).toBe(true)
    expect(lottery.mine(0, 100)).toBe(false)
    expect(lottery.mine(0, 200)).toBe(true)
    expect(lottery.difficultyOf(0)).toBe(200)
    expect(lottery.stop(0)).toBe(true)
    expect(lottery.stop(0)).toBe(false)
    expect(lottery.mine(1, 100)).toBe(true)
    expect(lottery.drawDelayMicros()).toBeUndefined()
  })

  test('vouches for the ids that it minted, at their difficulty, and for no others', () => {
    const lottery = lotteryOf([1])
    const header = Uint8Array.from({ length: 80 }, (_, i) => i)
    const blocks = Array.from({ length: 20 }, (_, i) => lottery.mint(header, 100 + (i % 2)))
    expect(new Set(blocks.map(idOf)).size).toBe(20)
    for (const [i, block] of blocks.entries()) {
      expect(block.subarray(0, 76)).toEqual(header.subarray(0, 76))
      expect(lottery.verify(idOf(block), 100 + (i % 2))).toBe(true)
      expect(lottery.verify(idOf(block), 101 - (i % 2))).toBe(false)
      const forged = block.slice()
      forged[3] = 99
      expect(lottery.verify(idOf(forged), 100 + (i % 2))).toBe(false)
    }
    expect(lottery.verify(idOf(header), 100)).toBe(false)
    expect(header).toEqual(Uint8Array.from({ length: 80 }, (_, i) => i))
  })
})
