import { expect, test } from 'vitest'
import { maximumFaulty, quorumOf } from './quorum.ts'

test('of 3f + 1 replicas f may be faulty, and 2f + 1 are a quorum', () => {
  for (let f = 0; f <= 20; f += 1) {
    expect(maximumFaulty(3 * f + 1)).toBe(f)
    expect(quorumOf(3 * f + 1)).toBe(2 * f + 1)
  }
})

test('whatever their number, two quorums share a correct replica, and the correct ones are a quorum', () => {
  for (let nodes = 1; nodes <= 100; nodes += 1) {
    const f = maximumFaulty(nodes)
    const quorum = quorumOf(nodes)
    expect(2 * quorum - nodes).toBeGreaterThan(f)
    expect(nodes - f).toBeGreaterThanOrEqual(quorum)
  }
})
