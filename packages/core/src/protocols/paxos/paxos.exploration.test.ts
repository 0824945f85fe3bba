import { describe, expect, test } from 'vitest'
import { explore, worldOptions } from '../../explorer/index.ts'
import {
  exploreWorld,
  shortestCounterexample,
  type WorldCounts,
} from '../../explorer/testing/small-worlds.ts'
import { paxos } from './paxos.protocol.ts'
import { paxosWorlds } from './paxos.worlds.ts'

// Exact counts: whoever changes what Paxos remembers or sends will see how the number of its states
// changes, and writes down the new one once sure that the change was meant.

const counts = [
  ['one proposer', { uniqueStates: 503, generatedStates: 1_260, depth: 10 }],
  [
    'one proposer, a crash, a message lost',
    { uniqueStates: 20_613, generatedStates: 77_819, depth: 13 },
  ],
  [
    'one proposer, a crash, a message repeated',
    { uniqueStates: 72_416, generatedStates: 236_271, depth: 15 },
  ],
  [
    'two nodes, two proposers with another ballot, a crash',
    { uniqueStates: 82_328, generatedStates: 182_587, depth: 20 },
  ],
  [
    'one proposer, a crash, disks that take their time',
    { uniqueStates: 93_960, generatedStates: 299_975, depth: 22 },
  ],
  [
    'one proposer that begins two ballots',
    { uniqueStates: 713_450, generatedStates: 2_344_022, depth: 20 },
  ],
  ['two proposers', { uniqueStates: 1_810_302, generatedStates: 5_742_747, depth: 21 }],
] satisfies [string, WorldCounts][]

describe('Paxos decides one value, and in the end, in every order of events', () => {
  test.for(counts)('%s', ([name, expected]) => {
    expect(exploreWorld(paxos, name)).toEqual(expected)
  })

  test('these are all its worlds', () => {
    expect(paxosWorlds.map(({ name }) => name)).toEqual(counts.map(([name]) => name))
  })

  test('the order of insertion into its maps makes no difference', () => {
    const world = paxosWorlds.find(({ name }) => name === 'one proposer, a crash, a message lost')
    if (!world) throw new Error('no such world')
    const options = worldOptions(paxos, world)
    expect(explore({ ...options, containers: 'reversed' })).toEqual(explore(options))
  })
})

describe('a planted bug of Paxos is found by a shortest way', () => {
  test.for([
    ['promise-not-persisted', 'chosen values stay', 9],
    ['accept-below-promise', 'promises kept', 5],
    ['own-value', 'chosen values stay', 7],
    ['lowest-ballot', 'chosen values stay', 10],
    ['half-is-enough', 'agreement', 2],
    ['ballots-shared', 'one value a ballot', 6],
    ['acceptances-across-ballots', 'chosen values stay', 8],
    ['told-before-written', 'acceptances kept', 6],
  ] as const)('%s', ([name, property, steps]) => {
    expect(shortestCounterexample(paxos, name)).toEqual({ property, steps })
  })
})
