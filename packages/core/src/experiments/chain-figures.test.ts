import { describe, expect, test } from 'vitest'
import type { Output } from '../model/index.ts'
import { ChainFigures } from './chain-figures.ts'

const mined = (block: string, height: number): Output => ({ kind: 'mined', block, height })
const adopted = (height: number, disconnected: number, ...connected: string[]): Output => ({
  kind: 'adopted',
  tip: connected.at(-1) ?? '',
  height,
  disconnected,
  connected,
})

/** Three nodes that mine a, then b and its rival c, then d on c, at times in seconds. */
function figures(): ChainFigures {
  const chain = new ChainFigures(3)
  const at = (seconds: number, node: number, ...outputs: Output[]) => {
    for (const output of outputs) chain.output(node, output, seconds * 1e6)
  }
  at(10, 0, mined('a', 1), adopted(1, 0, 'a'))
  at(11, 1, adopted(1, 0, 'a'))
  at(14, 2, adopted(1, 0, 'a'))
  at(20, 0, mined('b', 2), adopted(2, 0, 'b'))
  at(20, 2, mined('c', 2), adopted(2, 0, 'c'))
  at(21, 1, adopted(2, 0, 'b'))
  at(30, 2, mined('d', 3), adopted(3, 0, 'd'))
  at(32, 0, adopted(3, 1, 'c', 'd'))
  at(33, 1, adopted(3, 1, 'c', 'd'))
  return chain
}

describe('the figures of a chain', () => {
  test('say what was mined, what of it stayed, and how deep it was rolled back', () => {
    const report = figures().report(['a', 'c', 'd'])
    expect(report).toMatchObject({ height: 3, blocks: 4, maxReorgDepth: 1 })
    expect(report.staleRate).toBeCloseTo(1 / 4)
    expect(report.minerShares).toEqual([1 / 3, 0, 2 / 3])
  })

  test('say how long blocks took to reach half, nine tenths and all of the nodes', () => {
    const { propagationSeconds } = figures().report(['a', 'c', 'd'])
    // Two nodes are half of three, rounded up: after 1, 12 and 2 s; all three after 4, 13 and 3 s.
    // Of those the median counts.
    expect(propagationSeconds).toEqual({ p50: 2, p90: 4, p100: 4 })
  })

  test('show a fork with the block that stayed and those that did not', () => {
    expect(figures().report(['a', 'c', 'd']).lastForks).toEqual([
      { height: 2, chain: { block: 'c', miner: 2 }, stale: [{ block: 'b', miner: 0 }] },
    ])
    expect(figures().report(['a']).lastForks).toEqual([
      {
        height: 2,
        chain: null,
        stale: [
          { block: 'b', miner: 0 },
          { block: 'c', miner: 2 },
        ],
      },
      { height: 3, chain: null, stale: [{ block: 'd', miner: 2 }] },
    ])
  })

  test('of a chain on which nothing happened are all nothing', () => {
    expect(new ChainFigures(2).report([])).toEqual({
      height: 0,
      blocks: 0,
      staleRate: 0,
      maxReorgDepth: 0,
      minerShares: [0, 0],
      lastForks: [],
      propagationSeconds: { p50: 0, p90: 0, p100: 0 },
    })
  })
})
