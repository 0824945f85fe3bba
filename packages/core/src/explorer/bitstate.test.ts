import { describe, expect, test } from 'vitest'
import { variantNamed } from '../protocols/catalogue.ts'
import {
  bitstate,
  type ExplorationResult,
  type ExploreOptions,
  explore,
  worldOptions,
} from './index.ts'
import { atMostOneElected, Vote, VotesTwice } from './testing/vote.ts'

function inBits(options: ExploreOptions, bytes: number, hashes?: number): ExplorationResult {
  const search = bitstate(options, hashes === undefined ? { bytes } : { bytes, hashes })
  while (search.advance(1_000));
  return search.result()
}

function onePaxosProposer(): ExploreOptions {
  const { protocol } = variantNamed('paxos')
  const world = protocol.worlds?.find(
    ({ name }) => name === 'one proposer, a crash, a message lost',
  )
  if (!world) throw new Error('Paxos has no such world')
  return worldOptions(protocol, world)
}

describe('bitstate search', () => {
  test('with bits to spare sees every state, but never claims so', () => {
    const options = onePaxosProposer()
    const { uniqueStates } = explore(options)
    const found = inBits(options, 1 << 20)
    expect(found).toMatchObject({ verdict: 'inconclusive', complete: false, uniqueStates })
    const { certainty } = found
    if (certainty.kind !== 'bitstate') throw new Error(certainty.kind)
    expect(certainty).toMatchObject({ bits: 2 ** 23, hashes: 3 })
    expect(certainty.hashFactor).toBeCloseTo(2 ** 23 / uniqueStates)
    expect(certainty.omittedShare).toBeLessThan(1e-6)
  })

  test('with too few bits passes over states, and says how many of those it reached', () => {
    const options = onePaxosProposer()
    const { uniqueStates } = explore(options)
    const { uniqueStates: seen, certainty } = inBits(options, 1 << 14)
    if (certainty.kind !== 'bitstate') throw new Error(certainty.kind)
    const omitted = (uniqueStates - seen) / uniqueStates
    expect(omitted).toBeGreaterThan(0.01)
    // What lies behind a state that was passed over, and nowhere else, is not reached at all.
    expect(certainty.omittedShare).toBeGreaterThan(omitted * 0.8)
    expect(certainty.omittedShare).toBeLessThan(omitted * 1.2)
  })

  test('more hashes are better while few bits are set', () => {
    const shareWith = (hashes: number) => {
      const { certainty } = inBits(onePaxosProposer(), 1 << 17, hashes)
      return certainty.kind === 'bitstate' ? certainty.omittedShare : 1
    }
    expect(shareWith(3)).toBeLessThan(shareWith(1) / 10)
  })

  test('a violation that it finds is one', () => {
    const options = {
      nodeClass: VotesTwice,
      nodes: 3,
      invariants: [atMostOneElected],
      bounds: { timeouts: 2 },
    }
    const found = inBits(options, 1 << 12)
    expect(found.verdict).toBe('violated')
    expect(found.violation?.property).toBe('election safety')
  })

  test.for([
    [{ bytes: 4 }, {}, 'bitstate: 4 bytes: must be 8 to 536870912'],
    [{ bytes: 64, hashes: 0 }, {}, 'bitstate: 0 hashes: must be a natural number from 1'],
    [
      { bytes: 64 },
      { depth: 3 },
      'bitstate: the depth cannot be bounded: bound the events instead',
    ],
  ] as const)('%j with bounds %j is refused', ([memory, bounds, message]) => {
    const options = { nodeClass: Vote, nodes: 3, invariants: [], bounds }
    expect(() => bitstate(options, memory)).toThrow(new RangeError(message))
  })
})
