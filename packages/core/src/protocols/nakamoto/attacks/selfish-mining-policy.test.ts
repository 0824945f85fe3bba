import { describe, expect, test } from 'vitest'
import { optimalSelfishMining } from './selfish-mining-policy.ts'

const model = { gamma: 0, truncation: 20, ties: 'first seen' } as const

/** Eyal and Sirer 2014, equation 8. */
function eyalSirer(a: number, gamma: number): number {
  const won = a * (1 - a) ** 2 * (4 * a + gamma * (1 - 2 * a)) - a ** 3
  return won / (1 - a * (1 + (2 - a) * a))
}

describe('the best policy', () => {
  test('mines honestly where selfish mining does not pay', () => {
    const policy = optimalSelfishMining({ ...model, hashShare: 0.3 })
    expect(policy.revenue).toBeCloseTo(0.3, 5)
    expect(policy.action(0, 1, 'relevant')).toBe('adopt')
    expect(policy.action(1, 0, 'irrelevant')).toBe('override')
  })

  test('earns more than Eyal and Sirer once that pays, and more with a larger γ', () => {
    for (const hashShare of [0.35, 0.4]) {
      const { revenue } = optimalSelfishMining({ ...model, hashShare })
      expect(revenue).toBeGreaterThan(eyalSirer(hashShare, 0))
      expect(optimalSelfishMining({ ...model, hashShare, gamma: 0.5 }).revenue).toBeGreaterThan(
        revenue,
      )
    }
  })

  test('keeps a lead, ties when it can, and takes a block that is ahead of it', () => {
    const policy = optimalSelfishMining({ ...model, hashShare: 0.4 })
    expect(policy.action(1, 0, 'irrelevant')).toBe('wait')
    expect(policy.action(1, 1, 'relevant')).toBe('match')
    expect(policy.action(0, 1, 'relevant')).toBe('adopt')
    expect(policy.action(2, 1, 'relevant')).toBe('override')
  })

  test('does not give up one block behind, where Eyal and Sirer do', () => {
    const policy = optimalSelfishMining({ ...model, hashShare: 0.45 })
    expect(policy.action(1, 2, 'relevant')).toBe('wait')
  })

  test('ends branches longer than it knows of', () => {
    const policy = optimalSelfishMining({ ...model, hashShare: 0.4 })
    expect(policy.action(25, 3, 'relevant')).toBe('override')
    expect(policy.action(3, 25, 'relevant')).toBe('adopt')
  })

  test('gains from ties that are decided by lot, below the quarter that is said to be safe', () => {
    const half = { hashShare: 0.24, gamma: 0.5, truncation: 20 }
    expect(optimalSelfishMining({ ...half, ties: 'first seen' }).revenue).toBeCloseTo(0.24, 5)
    expect(optimalSelfishMining({ ...half, ties: 'uniform' }).revenue).toBeGreaterThan(0.242)
  })
})
