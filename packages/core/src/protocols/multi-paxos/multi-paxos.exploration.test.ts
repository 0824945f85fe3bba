import { describe, expect, test } from 'vitest'
import { explore, worldOptions } from '../../explorer/index.ts'
import {
  exploreWorld,
  shortestCounterexample,
  type WorldCounts,
} from '../../explorer/testing/small-worlds.ts'
import { multiPaxos } from './multi-paxos.protocol.ts'
import { multiPaxosWorlds } from './multi-paxos.worlds.ts'

// Exact counts: whoever changes what Multi-Paxos remembers or sends will see how the number of its
// states changes, and writes down the new one once sure that the change was meant.

const counts = [
  [
    'two nodes, two leaders, a write, a crash',
    { uniqueStates: 13_540, generatedStates: 27_092, depth: 21 },
  ],
  [
    'a leader, a write, a message lost and one repeated',
    { uniqueStates: 19_915, generatedStates: 87_338, depth: 15 },
  ],
  [
    'two leaders, one after the other or at once, and a write',
    { uniqueStates: 25_062, generatedStates: 70_141, depth: 20 },
  ],
  [
    'a leader, a write, a crash, disks that take their time',
    { uniqueStates: 108_954, generatedStates: 375_457, depth: 21 },
  ],
  [
    'a leader, a write, a heartbeat',
    { uniqueStates: 176_551, generatedStates: 676_100, depth: 22 },
  ],
  ['a leader, two writes', { uniqueStates: 245_651, generatedStates: 830_334, depth: 20 }],
] satisfies [string, WorldCounts][]

describe('Multi-Paxos, every order of events', () => {
  test.for(counts)('%s', ([name, expected]) => {
    expect(exploreWorld(multiPaxos, name)).toEqual(expected)
  })

  test('these are all its worlds', () => {
    expect(multiPaxosWorlds.map(({ name }) => name)).toEqual(counts.map(([name]) => name))
  })

  test('the order of insertion into its sets and maps makes no difference', () => {
    const [world] = multiPaxosWorlds
    if (!world) throw new Error('no such world')
    const options = worldOptions(multiPaxos, world)
    expect(explore({ ...options, containers: 'reversed' })).toEqual(explore(options))
  })
})

// Not among them: skipped gaps and acceptances counted across ballots, which take three writes or three
// leaders and more; acknowledgements before the disk, which no moment shows; reads, whose order against
// writes only clients can tell.
describe('a planted bug of Multi-Paxos is found by a shortest way', () => {
  test.for([
    ['promise-not-persisted', 'chosen values stay', 11],
    ['accept-below-promise', 'chosen values stay', 9],
    ['promises-ignored', 'chosen values stay', 10],
    ['lowest-ballot', 'chosen values stay', 14],
    ['half-is-enough', 'executed prefixes agree', 4],
    ['ballots-shared', 'assertion', 5],
    ['unwritten-slots-counted', 'what is counted is written', 6],
    ['snapshot-loses-sessions', 'exactly once', 15],
    ['retry-run-again', 'exactly once', 8],
  ] as const)('%s', ([name, property, steps]) => {
    expect(shortestCounterexample(multiPaxos, name)).toEqual({ property, steps })
  })
})
