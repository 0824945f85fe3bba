import { describe, expect, test } from 'vitest'
import { Experiment, planOf } from '../../experiments/index.ts'
import type { BenOr } from './ben-or.ts'

/** The mean of the last round in which anybody decides, over many asynchronous runs. */
function meanRounds(nodes: number, commonCoin: number): number {
  const seeds = 100
  let sum = 0
  for (let seed = 1; seed <= seeds; seed += 1) {
    const parameters = { commonCoin, coinSeed: seed }
    const scenario = { protocol: 'ben-or', nodes, seed, synchrony: 'async', parameters }
    const experiment = new Experiment(planOf({ ...scenario, for: '60s' })).complete()
    expect(experiment.report(0).verdict).toBe('held')
    const living = [...experiment.world.alive().values()] as unknown as BenOr[]
    sum += Math.max(...living.map(({ decidedRound }) => decidedRound))
  }
  return sum / seeds
}

describe('the rounds until all have decided', () => {
  const sizes = [3, 7, 11, 15]

  test('are the more the more nodes there are, where each tosses a coin of its own', () => {
    const rounds = sizes.map((nodes) => meanRounds(nodes, 0))
    for (const [i, mean] of rounds.slice(1).entries()) {
      expect(mean).toBeGreaterThan(1.4 * (rounds[i] as number))
    }
  })

  test('are a few for any number of nodes, where all see the same coin', () => {
    for (const nodes of sizes) expect(meanRounds(nodes, 1)).toBeLessThan(2.2)
  })
})
