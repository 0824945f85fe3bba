import { describe, expect, test } from 'vitest'
import {
  type CheckWorld,
  checkLiveness,
  describeStep,
  Exploration,
  explore,
  worldOptions,
} from '../../explorer/index.ts'
import { naiveExplore } from '../../explorer/testing/naive-explorer.ts'
import {
  exploreWorld,
  shortestCounterexample,
  type WorldCounts,
} from '../../explorer/testing/small-worlds.ts'
import { raftProgress } from './raft.invariants.ts'
import { raft } from './raft.protocol.ts'
import { Raft } from './raft.ts'
import { raftWorlds } from './raft.worlds.ts'

// Exact counts: whoever changes what Raft remembers or sends will see how the number of its states
// changes, and writes down the new one once sure that the change was meant.

const counts = [
  ['an election', { uniqueStates: 667, generatedStates: 1_126, depth: 11 }],
  ['an election, a write, a crash', { uniqueStates: 20_855, generatedStates: 46_327, depth: 18 }],
  [
    'an election in which one message is lost and one is duplicated',
    { uniqueStates: 23_368, generatedStates: 69_712, depth: 14 },
  ],
  ['two election timeouts', { uniqueStates: 287_995, generatedStates: 667_804, depth: 21 }],
  [
    'an election, a write, a crash, disks that take their time',
    { uniqueStates: 332_195, generatedStates: 959_623, depth: 29 },
  ],
  [
    'two election timeouts and a crash, in the first term',
    { uniqueStates: 368_573, generatedStates: 831_715, depth: 19 },
  ],
  [
    'the first server stands, a write, a heartbeat',
    { uniqueStates: 537_267, generatedStates: 1_737_052, depth: 29 },
  ],
  [
    'two leaders before, whose logs conflict, and two heartbeats',
    { uniqueStates: 2_078, generatedStates: 5_077, depth: 16 },
  ],
] satisfies [string, WorldCounts][]

describe('Raft with three servers, every order of events', () => {
  test.for(counts)('%s', ([name, expected]) => {
    expect(exploreWorld(raft, name)).toEqual(expected)
  })

  test('these are all its worlds', () => {
    expect(raftWorlds.map(({ name }) => name)).toEqual(counts.map(([name]) => name))
  })

  test('the order of insertion into its sets and maps makes no difference', () => {
    const world = raftWorlds.find(({ name }) => name === 'an election, a write, a crash')
    if (!world) throw new Error('no such world')
    const options = worldOptions(raft, world)
    expect(explore({ ...options, containers: 'reversed' })).toEqual(explore(options))
  })

  test('as many states as when counted naively', () => {
    const { uniqueStates, generatedStates, depth } = naiveExplore({
      nodeClass: raft.node,
      nodes: 3,
      commands: [],
      timeouts: 1,
      crashes: 0,
      losses: 0,
      duplications: 0,
      blocks: 0,
      draws: [0],
      ignored: 'kept',
      disk: 'instant',
      positions: 'renewed',
      broken: () => false,
    })
    expect(uniqueStates).toBe(667)
    const counted = explore({ protocol: raft, nodes: 3, bounds: { timeouts: 1 } })
    expect(counted).toMatchObject({ uniqueStates, generatedStates, depth })
  })
})

// Not among them: changes of members, which small worlds do not ask for; reads and leases, whose order
// against writes only clients and clocks can tell.
describe('a planted bug of Raft is found by a shortest way', () => {
  test.for([
    // Each candidate: a timeout, a pre-vote asked and granted, a vote asked and granted.
    ['two-votes-in-a-term', 'election safety', 2 * 5],
    // Beside the ten events of two elections: a crash, a restart, and the timeout that ends the
    // restarted server's loyalty to a leader that it may have heard.
    ['vote-not-persisted', 'election safety', 2 * 5 + 3],
    ['stale-log-elected', 'assertion', 15],
    ['truncate-on-matching-append', 'assertion', 12],
    ['accepted-before-written', 'what is counted is written', 10],
    ['commit-beyond-append', 'committed prefixes agree', 14],
    ['unwritten-entries-counted', 'what is counted is written', 8],
    ['retry-run-again', 'exactly once', 11],
    ['snapshot-loses-sessions', 'exactly once', 7],
    // After an opening: the leaders of earlier terms have been elected.
    ['commit-earlier-term', 'assertion', 15],
    ['consistency-check-skipped', 'committed prefixes agree', 9],
  ] as const)('%s', ([name, property, steps]) => {
    expect(shortestCounterexample(raft, name)).toEqual({ property, steps })
  })

  test('a vote that is not on disk when a crash comes, step by step', () => {
    const mutant = raft.mutants.find(({ name }) => name === 'vote-not-persisted')
    if (!mutant?.world) throw new Error('no such planted bug')
    const { violation } = explore(worldOptions(raft, mutant.world, mutant.node))
    const lines = violation?.path.map(describeStep) ?? []
    expect(lines).toEqual(
      expect.arrayContaining([
        'node 2 crashes',
        'node 2 restarts',
        "node 2's election timer fires",
      ]),
    )
  })

  test('a leader that never steps back sends the same for ever, and a follower rejects it for ever', () => {
    const mutant = raft.mutants.find(({ name }) => name === 'never-steps-back')
    if (!mutant?.world) throw new Error('no such planted bug')
    const livenessOf = (node: typeof mutant.node) => {
      const exploration = new Exploration(worldOptions(raft, mutant.world as CheckWorld, node))
      exploration.advance(Number.POSITIVE_INFINITY)
      return checkLiveness(exploration, raftProgress)
    }
    const { verdict, violation } = livenessOf(mutant.node)
    expect(verdict).toBe('violated')
    // Two elections with their first append, a crash, a restart, and the end of the loyalty.
    expect(violation?.path).toHaveLength(2 * 5 + 6)
    expect(violation?.cycle.map(({ kind }) => kind)).toEqual(['deliver', 'deliver'])
    expect(livenessOf(Raft).verdict).toBe('held')
  })
})
