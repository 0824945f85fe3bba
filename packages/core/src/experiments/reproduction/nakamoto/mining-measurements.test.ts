import { describe, expect, test } from 'vitest'
import { bitcoin } from '../../../simulator/network/profiles.ts'
import { chainGrowth } from './backbone.ts'
import { measureChainShare } from './chain-share-measurement.ts'
import { forkProbability } from './forks.ts'
import { nakamotoReproductions } from './index.ts'
import { attackersNetwork, miningWorld } from './mining-world.ts'
import { averagePropagation } from './propagation-average.ts'
import { eyalSirerRevenue, eyalSirerThreshold } from './selfish-mining.ts'

describe('formulas', () => {
  test('of Eyal and Sirer give what is quoted of them', () => {
    expect(eyalSirerRevenue(0.4, 0)).toBeCloseTo(0.48372, 5)
    expect(eyalSirerRevenue(0.4, 0.5)).toBeCloseTo(0.52558, 5)
    expect([0, 0.5, 1].map(eyalSirerThreshold)).toEqual([1 / 3, 1 / 4, 0])
    for (const gamma of [0, 0.3, 0.5, 0.9]) {
      const threshold = eyalSirerThreshold(gamma)
      expect(eyalSirerRevenue(threshold, gamma)).toBeCloseTo(threshold, 12)
    }
  })

  test('of forks and of growth', () => {
    expect(forkProbability(11.37, 633.68)).toBeCloseTo(0.0178, 4)
    expect(chainGrowth(1, 0)).toBe(1)
    expect(chainGrowth(1, 1)).toBe(0.5)
  })
})

describe('a world of miners', () => {
  test('has blocks at the rate of all its hash power, and each miner its share', () => {
    const world = miningWorld({ hashShares: [0.25, 0.75] }, 1)
    const found = [0, 0]
    world.onOutput = (node, output) => {
      if (output.kind === 'mined') found[node] = (found[node] as number) + 1
    }
    world.start()
    world.advance(600 * 2_000 * 1_000_000)
    const [few, many] = found as [number, number]
    expect(few + many).toBeGreaterThan(1_850)
    expect(few + many).toBeLessThan(2_150)
    expect(few / (few + many)).toBeGreaterThan(0.21)
    expect(few / (few + many)).toBeLessThan(0.29)
    expect(world.violation).toBeUndefined()
  })

  test('has the attacker nearer to everybody than anybody else', () => {
    const { latency } = attackersNetwork(3)
    expect(latency[0]?.[1]).toEqual({ kind: 'constant', micros: 1 })
    expect(latency[2]?.[0]).toEqual({ kind: 'constant', micros: 1 })
    expect(latency[1]?.[2]).toEqual({ kind: 'constant', micros: 1_000 })
  })
})

describe('selfish mining, measured', () => {
  test.each([
    [0.4, 0],
    [0.4, 0.5],
    [0.2, 0.75],
  ])('brings in what the formula says for α = %d, γ = %d', (hashShare, gamma) => {
    const { share, standardError } = measureChainShare('selfish-mining', hashShare, gamma, 'quick')
    const exact = eyalSirerRevenue(hashShare, gamma)
    expect(Math.abs(share - exact)).toBeLessThan(4 * standardError)
    expect(standardError / exact).toBeLessThan(0.06)
  })
})

test('the spreading of blocks is the slower the more they weigh', () => {
  const setting = { network: bitcoin, nodes: 30, miners: 30, spacingSeconds: 600 }
  const sizes = [10_000, 1_000_000].map((bytes) => ({
    blockBytes: bytes,
    compactBlockBytes: bytes,
    compactBlockUsage: 1,
  }))
  const [light, heavy] = sizes.map((size) => averagePropagation({ ...setting, ...size }, 40, 2))
  expect(light?.blocks).toBe(80)
  expect(heavy?.meanDelaySeconds).toBeGreaterThan((light?.meanDelaySeconds ?? 0) * 2)
  const { half, ninety, all } = heavy?.reachedSeconds ?? { half: 0, ninety: 0, all: 0 }
  expect(half).toBeGreaterThan(0)
  expect(ninety).toBeGreaterThan(half)
  expect(all).toBeGreaterThan(ninety)
})

test('the reproductions have names of their own, and say where their figures are from', () => {
  const names = nakamotoReproductions.map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
  for (const { name, title, source } of nakamotoReproductions) {
    expect(name).toMatch(/^[a-z-]+$/)
    expect(title.length * source.length).toBeGreaterThan(0)
  }
})
