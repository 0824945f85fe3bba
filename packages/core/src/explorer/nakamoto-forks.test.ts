import { describe, expect, test } from 'vitest'
import type { Invariant, NodeId } from '../model/index.ts'
import { nakamoto } from '../protocols/nakamoto/nakamoto.protocol.ts'
import type { Nakamoto } from '../protocols/nakamoto/nakamoto.ts'
import { type ExploreOptions, explore, replay } from './index.ts'
import { naiveExplore } from './testing/naive-explorer.ts'

// Exact counts: whoever changes what a node remembers or sends will see how the number of its states
// changes, and writes down the new one once sure that the change was meant.

function allAlike(property: string, of: (node: Nakamoto) => unknown): Invariant<Nakamoto> {
  return {
    property,
    broken: (nodes) => {
      const all = [...nodes.values()].map(of)
      return new Set(all).size > 1
        ? { nodes: [...nodes.keys()], message: `differ: ${all.join(', ')}` }
        : undefined
    },
  }
}
const sameWork = allAlike('all chains have the same work', (node) => node.tip.chainWork)
const sameTip = allAlike('all chains end in the same block', (node) => node.tip.id)

/** Every chain begins at the genesis block, and each block in it builds on the one before. */
const unbrokenChains: Invariant<Nakamoto> = {
  property: 'chains are unbroken',
  broken: (nodes) => {
    for (const [id, { activeChain, blocks }] of nodes) {
      const parents = new Map(blocks.map((block) => [block.id, block.header.previous]))
      const torn = activeChain.some(
        (block, i) => i > 0 && parents.get(block) !== activeChain[i - 1],
      )
      if (torn) return { nodes: [id], message: `its chain is ${activeChain.join(', ')}` }
    }
    return undefined
  },
}

const world = {
  protocol: nakamoto,
  opening: 'settled',
  invariants: [unbrokenChains],
  settled: [sameWork],
} satisfies Partial<ExploreOptions<Nakamoto>>

describe('Nakamoto: two blocks, found by any miners at any moments, every order of delivery', () => {
  test.for([
    [
      'two nodes',
      { nodes: 2, bounds: { blocks: 2 } },
      { uniqueStates: 113, generatedStates: 169, depth: 8 },
    ],
    [
      'two nodes that do not know each other yet',
      { nodes: 2, bounds: { blocks: 2 }, opening: 'started' },
      { uniqueStates: 4_536, generatedStates: 9_205, depth: 14 },
    ],
    [
      'two nodes, one of which crashes',
      { nodes: 2, bounds: { blocks: 2, crashes: 1 } },
      { uniqueStates: 4_388, generatedStates: 8_579, depth: 16 },
    ],
    [
      'three nodes',
      { nodes: 3, bounds: { blocks: 2 } },
      { uniqueStates: 34_645, generatedStates: 86_446, depth: 20 },
    ],
  ] satisfies [string, Partial<ExploreOptions<Nakamoto>> & { nodes: number }, object][])(
    '%s: once all is delivered, no chain has more work than another',
    ([, options, counts]) => {
      expect(explore({ ...world, ...options })).toMatchObject({
        verdict: 'held',
        complete: true,
        ...counts,
      })
    },
  )

  test('a fork may stay open: nobody gives up a block for another of the same work', () => {
    const options = { ...world, nodes: 2, bounds: { blocks: 2 }, settled: [sameTip] }
    const { violation } = explore(options)
    expect(violation?.property).toBe('all chains end in the same block')
    const path = violation?.path ?? []
    // Two blocks, and for each three messages: it is announced, asked for, and sent.
    expect(path).toHaveLength(2 * (1 + 3))
    const { nodes, steps } = replay(options, path)
    const [first, second] = [...nodes.values()] as [Nakamoto, Nakamoto]
    expect(first.tip.id).not.toBe(second.tip.id)
    expect(first.tip.height).toBe(1)
    expect(second.tip.height).toBe(1)
    const kept = (node: Nakamoto): Set<string> => new Set(node.blocks.map(({ id }) => id))
    expect(kept(first)).toEqual(kept(second))
    const adopted = steps.flatMap(({ outputs }) => outputs.filter(({ kind }) => kind === 'adopted'))
    expect(adopted).toHaveLength(2)
  })

  test('the order of insertion into its sets and maps makes no difference', () => {
    const options = { ...world, nodes: 2, bounds: { blocks: 2, crashes: 1 } }
    expect(explore({ ...options, containers: 'reversed' })).toEqual(explore(options))
  })

  test('as many states as when counted naively, by nodes that share nothing', () => {
    const { uniqueStates, generatedStates, depth } = naiveExplore({
      nodeClass: nakamoto.node,
      nodes: 2,
      commands: [],
      timeouts: 0,
      crashes: 0,
      losses: 0,
      duplications: 0,
      blocks: 1,
      draws: [0],
      ignored: 'kept',
      disk: 'instant',
      positions: 'renewed',
      broken: (_nodes: ReadonlyMap<NodeId, unknown>) => false,
    })
    const counted = explore({ ...world, nodes: 2, bounds: { blocks: 1 }, opening: 'started' })
    expect(counted).toMatchObject({ uniqueStates, generatedStates, depth })
  })
})
