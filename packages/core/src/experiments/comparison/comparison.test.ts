import { describe, expect, test } from 'vitest'
import { nakamoto } from '../../protocols/nakamoto/nakamoto.protocol.ts'
import { raft } from '../../protocols/raft/raft.protocol.ts'
import { aloneWith } from './alone.ts'
import { checkComparison, compared, usualComparison } from './comparison.ts'
import { finalityOf } from './finality.ts'
import { longestGap } from './longest-gap.ts'

const settings = { ...usualComparison, nodes: 4, network: 'lan', clients: [4, 32] }

describe('one write at a time', () => {
  test('takes the messages and the delays of the papers', () => {
    // 2(n − 1), and heartbeats; 2n(n − 1) with the pre-prepares among them.
    for (const [protocol, messages, delays] of [
      ['raft', 6, 2],
      ['pbft', 24, 3],
      ['tendermint', 24, 3],
    ] as const) {
      const alone = aloneWith(protocol, 4, 1)
      expect(alone.verdict).toBe('held')
      expect(alone.messagesPerDecision / messages).toBeGreaterThan(0.99)
      expect(alone.messagesPerDecision / messages).toBeLessThan(1.3)
      expect(alone.messageDelays).toBeCloseTo(delays, 1)
    }
  })
})

describe('finality', () => {
  test('is at once, or so many blocks deep as the risk asks for', () => {
    expect(finalityOf(raft as never, usualComparison, undefined)).toMatchObject({
      kind: 'immediate',
      depth: 0,
    })
    // Rosenfeld 2012: less than 0.1% from 6 blocks on at q = 0.1, 13 at 0.2, 32 at 0.3.
    for (const [attackerShare, depth] of [
      [0.1, 6],
      [0.2, 13],
      [0.3, 32],
    ] as const) {
      const finality = finalityOf(nakamoto as never, { risk: 0.001, attackerShare }, 600)
      expect(finality.depth).toBe(depth)
      expect(finality.risk).toBeLessThan(0.001)
    }
  })

  test('takes as long as blocks that come at random', () => {
    // The median of six exponential intervals is 5.67 means; 99 of 100 are below 13.1.
    const finality = finalityOf(nakamoto as never, usualComparison, 600)
    expect(finality.secondsP50 / 600).toBeCloseTo(5.67, 2)
    expect(finality.secondsP99 / 600).toBeCloseTo(13.11, 2)
  })
})

describe('a comparison', () => {
  test('of a log has load, outages and a verdict, the same from the same seed', () => {
    const column = compared('raft', settings)
    expect(column.verdict).toBe('held')
    expect(column.tolerance.maximumFaulty).toBe(1)
    const [few, many] = column.load
    expect(many?.perSecond).toBeGreaterThan(2 * (few?.perSecond ?? 0))
    expect(column.leaderCrash.secondsWithoutProgress).toBeGreaterThan(0.5)
    expect(column.leaderCrash.usualSeconds).toBeLessThan(0.2)
    expect(column.partition.what).toBe('1 of 4 nodes are cut off, the leader among them')
    expect(compared('raft', settings)).toEqual(column)
  })

  test('of a chain has blocks, and goes on through both', () => {
    const column = compared('nakamoto', { ...settings, nodes: 5 })
    expect(column.verdict).toBe('held')
    expect(column.finality.depth).toBe(6)
    expect(column.throughput.perSecond).toBeCloseTo(6.67, 2)
    expect(column.partition.what).toContain('both sides go on')
    // A block is a megabyte that four others get.
    expect(column.alone.bytesPerDecision).toBeGreaterThan(3.9e6)
  })

  test.each([
    [{ protocols: [] }, 'nothing to compare'],
    [{ protocols: ['raft', 'raft'] }, "'raft' is named twice"],
    [{ protocols: ['paxos'] }, 'Paxos cannot be compared: it has no log'],
    [{ protocols: ['raft'], nodes: 2 }, 'Raft (n > 2f) tolerates no fault among 2 nodes'],
    [{ protocols: ['zab'] }, "unknown protocol 'zab'"],
  ])('that cannot be is refused before anything runs: %j', (changed, reason) => {
    expect(() => checkComparison({ ...settings, ...changed })).toThrow(reason)
  })
})

test('the longest gap counts from the beginning and to the end', () => {
  expect(longestGap([], 3, 10)).toBe(7)
  expect(longestGap([1, 4, 5, 12], 3, 10)).toBe(5)
  expect(longestGap([4, 9], 3, 10)).toBe(5)
  expect(longestGap([8], 3, 10)).toBe(5)
})
