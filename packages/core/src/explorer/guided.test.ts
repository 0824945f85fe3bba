import { describe, expect, test } from 'vitest'
import type { AnyNode } from '../model/index.ts'
import { variantNamed } from '../protocols/catalogue.ts'
import {
  type ExploreOptions,
  explore,
  Guided,
  type GuidedWalks,
  replay,
  worldOptions,
} from './index.ts'
import { atMostOneElected, Throws, Vote, VotesTwice } from './testing/vote.ts'

const voting = {
  nodeClass: Vote,
  nodes: 3,
  invariants: [atMostOneElected],
  bounds: { timeouts: 3 },
}

function walked<N extends AnyNode>(options: ExploreOptions<N>, walks: GuidedWalks) {
  const search = new Guided(options, walks)
  while (search.advance(100));
  return search.result()
}

function inWorld(name: string, world: string): ExploreOptions {
  const { protocol, node } = variantNamed(name)
  const found = protocol.worlds?.find((one) => one.name === world)
  if (!found) throw new Error(`${name} has no world '${world}'`)
  return worldOptions(protocol, found, node)
}

describe('random walks', () => {
  test('see a part of the states, and claim no more', () => {
    const { uniqueStates } = explore(voting)
    const found = walked(voting, { seed: 1, steps: 60 })
    expect(found).toMatchObject({ verdict: 'inconclusive', complete: false })
    expect(found.certainty).toMatchObject({ kind: 'sampled', seed: 1, steps: 60 })
    expect(found.uniqueStates).toBeGreaterThan(10)
    expect(found.uniqueStates).toBeLessThan(uniqueStates)
  })

  test('see every state in the end', () => {
    const { uniqueStates } = explore(voting)
    const found = walked(voting, { seed: 1, steps: 60_000 })
    expect(found).toMatchObject({ verdict: 'inconclusive', uniqueStates })
  })

  test('are the same for the same seed, in pieces as in one, and others for another', () => {
    const options = inWorld('raft', 'an election, a write, a crash')
    const once = walked(options, { seed: 4, steps: 300 })
    const search = new Guided(options, { seed: 4, steps: 300 })
    while (search.advance(7));
    expect(search.result()).toEqual(once)
    const other = walked(options, { seed: 5, steps: 300 })
    expect(other.generatedStates).not.toBe(once.generatedStates)
  })

  test('end after so many events, and within the bounds of depth and states', () => {
    expect(walked(voting, { seed: 1, steps: 200, length: 3 }).depth).toBe(3)
    expect(
      walked({ ...voting, bounds: { timeouts: 3, depth: 4 } }, { seed: 1, steps: 500 }).depth,
    ).toBe(4)
    const few = walked({ ...voting, bounds: { timeouts: 3, states: 30 } }, { seed: 1, steps: 500 })
    expect(few.uniqueStates).toBeGreaterThanOrEqual(30)
    expect(few.uniqueStates).toBeLessThan(50)
  })

  test('do not follow what is outside the constraint', () => {
    const nobodyStands = (nodes: ReadonlyMap<number, Vote>) =>
      [...nodes.values()].every(({ role }) => role !== 'candidate')
    // Each of the three may stand, and there it ends.
    const found = walked(
      { ...voting, constraint: nobodyStands },
      {
        seed: 1,
        steps: 100,
      },
    )
    expect(found).toMatchObject({ uniqueStates: 1 + 3, depth: 1 })
  })

  test.for([
    ['two votes of one node', { ...voting, nodeClass: VotesTwice }],
    ['what a protocol throws', { ...voting, nodeClass: Throws }],
    ["Paxos's own value", inWorld('paxos+own-value', 'two proposers')],
  ] as [string, ExploreOptions][])('find %s', ([, options]) => {
    const { verdict, violation } = walked(options, { seed: 2, steps: 5_000 })
    expect(verdict).toBe('violated')
    const path = violation?.path ?? []
    expect(replay(options, path).steps).toHaveLength(path.length)
    expect(violation?.foundAfter).toBeGreaterThanOrEqual(path.length)
  })

  test('that prefer what was not seen see more than those that do not', () => {
    const options = inWorld('raft', 'the first server stands, a write, a heartbeat')
    const seen = (prefer: 'unseen' | 'any') =>
      [1, 2, 3].map((seed) => walked(options, { seed, steps: 1_000, prefer }).uniqueStates)
    const [guided, plain] = [seen('unseen'), seen('any')]
    for (const [i, states] of guided.entries()) expect(states).toBeGreaterThan(plain[i] as number)
  })
})
