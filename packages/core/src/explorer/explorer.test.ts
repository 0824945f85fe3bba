import { expect, test } from 'vitest'
import type { AnyNode } from '../model/index.ts'
import { type ExploreOptions, explore } from './index.ts'
import { GossipChain } from './testing/gossip-chain.ts'
import { type NaiveOptions, naiveExplore } from './testing/naive-explorer.ts'
import { atMostOneElected, Vote } from './testing/vote.ts'

const anyTime = Number.POSITIVE_INFINITY
const vote = { nodeClass: Vote, invariants: [atMostOneElected] }

test('an election of two nodes has the states that one counts by hand', () => {
  // With I idle, C candidate, V voted (v once its timer has fired too), E elected, and A, G for what
  // is in flight: II; CI+A and its mirror image; CC+AA; and of each side CV+G, Cv+G, EV, Ev.
  const kept = explore({ ...vote, nodes: 2, bounds: { timeouts: anyTime } })
  expect(kept).toMatchObject({
    verdict: 'held',
    complete: true,
    uniqueStates: 1 + 2 + 1 + 2 * 4,
    // Ways out: of II two, of each CI two, of CC none, and of CV, Cv, EV two, one, one.
    generatedStates: 1 + 2 + 2 * 2 + 2 * (2 + 1 + 1),
    depth: 4,
  })
  // Consuming the two requests that candidates ignore: CC+A, CC+A and CC.
  const consumed = explore({
    ...vote,
    nodes: 2,
    bounds: { timeouts: anyTime },
    ignored: 'consumed',
  })
  expect(consumed).toMatchObject({
    verdict: 'held',
    uniqueStates: kept.uniqueStates + 3,
    generatedStates: kept.generatedStates + 4,
  })
})

const plain = {
  parameters: {},
  commands: [],
  timeouts: 0,
  crashes: 0,
  losses: 0,
  duplications: 0,
  blocks: 0,
  draws: [0],
  disk: 'instant',
  positions: 'renewed',
} as const
const voting = {
  ...plain,
  nodeClass: Vote,
  broken: (nodes) => atMostOneElected.broken(nodes as ReadonlyMap<number, Vote>) !== undefined,
} satisfies Partial<NaiveOptions>
const chaining = {
  ...plain,
  nodeClass: GossipChain,
  positions: 'counted',
  broken: () => false,
} satisfies Partial<NaiveOptions>

const worlds: [string, Omit<NaiveOptions, 'ignored'>][] = [
  ['three candidates', { ...voting, nodes: 3, timeouts: 3 }],
  ['any number of timeouts', { ...voting, nodes: 3, timeouts: anyTime }],
  ['a crash', { ...voting, nodes: 3, timeouts: 2, crashes: 1 }],
  [
    'a crash before the disk',
    { ...voting, nodes: 2, timeouts: 2, crashes: 2, disk: 'asynchronous' },
  ],
  ['a loss and a duplicate', { ...voting, nodes: 3, timeouts: 1, losses: 1, duplications: 1 }],
  [
    'commands',
    { ...voting, nodes: 3, timeouts: 1, commands: [{ kind: 'stand' }, { kind: 'stand' }] },
  ],
  ['a fork', { ...chaining, nodes: 2, blocks: 3 }],
  ['a fork and a crash', { ...chaining, nodes: 2, blocks: 2, crashes: 1 }],
  [
    'a fork and a crash before the disk',
    { ...chaining, nodes: 2, blocks: 2, crashes: 1, disk: 'asynchronous' },
  ],
  [
    'coins',
    {
      ...chaining,
      nodes: 2,
      blocks: 1,
      commands: [{ kind: 'toss' }, { kind: 'toss' }],
      draws: [0.25, 0.75],
    },
  ],
]

for (const ignored of ['kept', 'consumed'] as const) {
  test.for(worlds)(
    `%s, ignored messages ${ignored}: as many states as when counted naively`,
    ([, world]) => {
      const counted = explore(optionsOf({ ...world, ignored }))
      const { uniqueStates, generatedStates, depth } = naiveExplore({ ...world, ignored })
      expect(counted).toMatchObject({ verdict: 'held', uniqueStates, generatedStates, depth })
    },
  )
}

function optionsOf(world: NaiveOptions): ExploreOptions {
  const { timeouts, crashes, losses, duplications, blocks } = world
  return {
    nodeClass: world.nodeClass,
    nodes: world.nodes,
    commands: world.commands.map((command) => ({ command })),
    bounds: { timeouts, crashes, losses, duplications, blocks },
    invariants: [
      {
        property: 'as the naive explorer has it',
        broken: (nodes: ReadonlyMap<number, AnyNode>) =>
          world.broken(nodes) ? { nodes: [], message: 'broken' } : undefined,
      },
    ],
    draws: world.draws,
    ignored: world.ignored,
    disk: world.disk,
    positions: world.positions,
  }
}
