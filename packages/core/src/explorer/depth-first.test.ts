import { describe, expect, test } from 'vitest'
import { finish, mix } from '../model/schema/hash.ts'
import { catalogue, variantNamed } from '../protocols/catalogue.ts'
import type { Certainty } from './certainty.ts'
import { FingerprintTable } from './fingerprint-table.ts'
import {
  DepthFirst,
  type ExplorationResult,
  type ExploreOptions,
  explore,
  referenceModels,
  replay,
  type Visited,
  worldOptions,
} from './index.ts'
import { GossipChain } from './testing/gossip-chain.ts'
import { atMostOneElected, ForgetsItsVote, Throws, Vote, VotesTwice } from './testing/vote.ts'
import type { Claim, Expansion } from './visited.ts'

const anyTime = Number.POSITIVE_INFINITY
const voting = { nodeClass: Vote, invariants: [atMostOneElected], nodes: 3 }
const chaining = { nodeClass: GossipChain, invariants: [], nodes: 2, positions: 'counted' } as const

function depthFirst(options: ExploreOptions, visited?: Visited): ExplorationResult {
  const search = new DepthFirst(options, visited && { visited, begins: true })
  while (search.advance(1_000));
  return search.result()
}

function inWorld(name: string, world: string, bounds: ExploreOptions['bounds'] = {}) {
  const { protocol, node } = variantNamed(name)
  const found = protocol.worlds?.find((one) => one.name === world)
  if (!found) throw new Error(`${name} has no world '${world}'`)
  const options = worldOptions(protocol, found, node)
  return { ...options, bounds: { ...options.bounds, ...bounds } }
}

const worlds: [string, ExploreOptions][] = [
  ['three candidates', { ...voting, bounds: { timeouts: 3 } }],
  ['any number of timeouts', { ...voting, bounds: { timeouts: anyTime } }],
  ['a crash', { ...voting, bounds: { timeouts: 2, crashes: 1 } }],
  [
    'a crash before the disk',
    { ...voting, bounds: { timeouts: 2, crashes: 2 }, disk: 'asynchronous' },
  ],
  ['a loss and a duplicate', { ...voting, bounds: { timeouts: 1, losses: 1, duplications: 1 } }],
  ['messages that stay for ever', { ...voting, bounds: { timeouts: 2 }, network: 'set' }],
  ['ignored messages consumed', { ...voting, bounds: { timeouts: 2 }, ignored: 'consumed' }],
  [
    'a twin',
    { ...voting, invariants: [], bounds: { timeouts: 2 }, twins: [{ node: 1, second: [2] }] },
  ],
  ['a fork and a crash', { ...chaining, bounds: { blocks: 2, crashes: 1 }, disk: 'asynchronous' }],
  [
    'coins',
    {
      ...chaining,
      bounds: { blocks: 1 },
      commands: [{ command: { kind: 'toss' } }, { command: { kind: 'toss' } }],
      draws: [0.25, 0.75],
    },
  ],
  [
    'a constraint',
    {
      ...voting,
      bounds: { timeouts: 3 },
      constraint: (nodes: ReadonlyMap<number, unknown>) =>
        (nodes.get(2) as Vote | undefined)?.role !== 'candidate',
    },
  ],
  ['Paxos: a crash, a message lost', inWorld('paxos', 'one proposer, a crash, a message lost')],
  ['Raft: an election, a write, a crash', inWorld('raft', 'an election, a write, a crash')],
  ...referenceModels.map(({ name, options }): [string, ExploreOptions] => [
    `${name}, with its history`,
    options(),
  ]),
]

describe('depth first, as many states as breadth first', () => {
  test.for(worlds)('%s', ([, options]) => {
    const { verdict, complete, uniqueStates, generatedStates, sometimes } = explore(options)
    expect(verdict).toBe('held')
    const found = depthFirst(options)
    expect(found).toMatchObject({ verdict, complete, uniqueStates, generatedStates })
    const shown = (result: { readonly depth: number | undefined }) => result.depth !== undefined
    expect(found.sometimes.map(shown)).toEqual(sometimes.map(shown))
  })

  test('every world of the catalogue, as far as it is small', () => {
    for (const protocol of catalogue) {
      for (const world of protocol.worlds ?? []) {
        const options = worldOptions(protocol, world)
        const { complete, uniqueStates } = explore({
          ...options,
          bounds: { ...options.bounds, states: 3_000 },
        })
        if (!complete) continue
        expect([world.name, depthFirst(options).uniqueStates]).toEqual([world.name, uniqueStates])
      }
    }
  })

  test.for([0, 1, 4, 7, 9, 12])('within %i events', (depth) => {
    for (const bounds of [
      { timeouts: 2, crashes: 1, depth },
      { timeouts: anyTime, depth },
    ]) {
      const options = { ...voting, bounds }
      const { verdict, complete, uniqueStates, generatedStates } = explore(options)
      const found = depthFirst(options)
      expect(found).toMatchObject({ verdict, complete, uniqueStates, generatedStates })
    }
  })

  test('in pieces as in one', () => {
    const options = { ...voting, bounds: { timeouts: 2 } }
    const search = new DepthFirst(options)
    while (search.advance(7));
    expect(search.result()).toEqual(depthFirst(options))
  })

  test('a bound of the states ends it, and nothing is claimed of the rest', () => {
    const { verdict, complete, uniqueStates } = depthFirst(
      inWorld('raft', 'two election timeouts', { states: 500 }),
    )
    expect({ verdict, complete }).toEqual({ verdict: 'inconclusive', complete: false })
    expect(uniqueStates).toBeGreaterThanOrEqual(500)
    expect(uniqueStates).toBeLessThan(520)
  })
})

describe('a violation', () => {
  const bounds = { timeouts: 2, crashes: 1 }

  test.for([
    ['two votes of one node', { ...voting, nodeClass: VotesTwice, bounds }],
    ['a vote that a crash takes', { ...voting, nodeClass: ForgetsItsVote, bounds }],
    ['what a protocol throws', { ...voting, nodeClass: Throws, bounds }],
    [
      "Raft's two votes in a term",
      inWorld('raft+two-votes-in-a-term', 'two election timeouts', { timeouts: { election: 2 } }),
    ],
  ] as [string, ExploreOptions][])(
    '%s: its path can do without none of its steps',
    ([, options]) => {
      const { violation } = depthFirst(options)
      const shortest = explore(options).violation
      expect(violation?.property).toBe(shortest?.property)
      const path = violation?.path ?? []
      expect(path.length).toBeGreaterThanOrEqual(shortest?.path.length ?? 0)
      expect(violation?.foundAfter).toBeGreaterThanOrEqual(path.length)
      expect(replay(options, path).steps).toHaveLength(path.length)
    },
  )

  test('before the first state', () => {
    class ThrowsAtOnce extends Vote {
      override start(): void {
        throw new RangeError('no')
      }
    }
    expect(depthFirst({ ...voting, nodeClass: ThrowsAtOnce })).toMatchObject({
      verdict: 'violated',
      violation: { property: 'assertion', message: 'node 0: no', path: [] },
    })
  })

  test('of a history', () => {
    const model = referenceModels.find(({ name }) => name === 'single-copy-register')
    const options = model?.options({ servers: 2 }) as ExploreOptions
    const { violation } = depthFirst(options)
    expect(violation?.property).toBe(explore(options).violation?.property)
    expect(replay(options, violation?.path ?? []).steps).toHaveLength(violation?.path.length ?? -1)
  })
})

/** Keeps but some bits of each fingerprint. */
class Truncated implements Visited {
  readonly #table = new FingerprintTable(anyTime)
  readonly #bits: number
  readonly #salt: number

  constructor(bits: number, salt: number) {
    this.#bits = bits
    this.#salt = salt
  }

  claim(low: number, high: number): Claim {
    const hash = finish(mix(mix(this.#salt, low), high))
    return this.#table.claim((hash >>> (32 - this.#bits)) + 1, 1)
  }

  expand(): Expansion {
    return 'first'
  }

  certainty(): Certainty {
    return { kind: 'hashed', bits: this.#bits, omissionProbability: 1 }
  }
}

describe('fingerprints', () => {
  test('of 64 bits: the probability that any state was passed over', () => {
    const { certainty, uniqueStates } = depthFirst({ ...voting, bounds: { timeouts: 2 } })
    expect(certainty).toEqual({
      kind: 'hashed',
      bits: 64,
      omissionProbability: uniqueStates ** 2 / 2 ** 65,
    })
  })

  test('of too few bits pass over as many states as the formula says', () => {
    const options = inWorld('paxos', 'one proposer, a crash, a message lost')
    const { uniqueStates } = explore(options)
    const bits = 22
    const salts = Array.from({ length: 12 }, (_, salt) => salt)
    const omitted = salts.map(
      (salt) => uniqueStates - depthFirst(options, new Truncated(bits, salt)).uniqueStates,
    )
    const mean = omitted.reduce((sum, one) => sum + one, 0) / salts.length
    const expected = uniqueStates ** 2 / 2 ** (bits + 1)
    expect(mean).toBeGreaterThan(expected / 2)
    expect(mean).toBeLessThan(expected * 2)
  })
})

test.for([
  [{ symmetry: [0, 1, 2] }, 'symmetry is for the breadth-first search alone'],
  [{ reduction: 'partial-order' }, 'partial order reduction is for the breadth-first search alone'],
] as [Partial<ExploreOptions>, string][])('%j is refused', ([reduced, message]) => {
  const options = { ...voting, bounds: { timeouts: 1 }, ...reduced } as ExploreOptions
  expect(() => new DepthFirst(options)).toThrow(message)
})

describe('two searches that share what they have seen', () => {
  test('see together what one sees, whichever of them has something to do', () => {
    const options = inWorld('paxos', 'one proposer, a crash, a message lost')
    const alone = depthFirst(options)
    const visited = new FingerprintTable(anyTime)
    const [first, second] = [true, false].map(
      (begins) => new DepthFirst(options, { visited, begins }),
    )
    if (!first || !second) throw new Error('two were made')
    let handedOver = 0
    for (let more = true; more; ) {
      more = first.advance(5)
      if (second.advance(5)) continue
      const way = first.handOver()
      if (!way) continue
      handedOver += 1
      second.takeOver(way)
    }
    while (second.advance(1_000));
    const tallies = [first.tally(), second.tally()]
    expect(handedOver).toBeGreaterThan(1)
    const sum = (of: 'uniqueStates' | 'generatedStates') =>
      tallies.reduce((all, tally) => all + tally[of], 0)
    expect(sum('uniqueStates')).toBe(alone.uniqueStates)
    expect(sum('generatedStates')).toBe(alone.generatedStates)
    expect(tallies.every(({ exhausted }) => exhausted)).toBe(true)
  })

  test('a way that leads nowhere is refused', () => {
    const search = new DepthFirst(
      { ...voting, bounds: { timeouts: 1 } },
      { visited: new FingerprintTable(anyTime), begins: false },
    )
    expect(() => search.takeOver(Int32Array.of(1, 2))).toThrow('cannot be reached')
  })
})
