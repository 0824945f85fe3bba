import { describe, expect, test } from 'vitest'
import {
  exploreWorld,
  shortestCounterexample,
  type WorldCounts,
} from '../../explorer/testing/small-worlds.ts'
import { hotstuff } from './hotstuff.protocol.ts'
import { hotStuffWorlds } from './hotstuff.worlds.ts'

// Exact counts: whoever changes what a node remembers or sends will see how the number of its states
// changes, and writes down the new one once sure that the change was meant.

const counts = [
  [
    'four nodes, the first leader with two faces, two requests',
    { uniqueStates: 268, generatedStates: 634, depth: 18 },
  ],
  [
    'four nodes, a request, no view given up',
    { uniqueStates: 69_738, generatedStates: 210_401, depth: 29 },
  ],
  [
    'two nodes, two requests, two timeouts, five views',
    { uniqueStates: 93_141, generatedStates: 163_797, depth: 21 },
  ],
] satisfies [string, WorldCounts][]

describe('HotStuff, every order of events', () => {
  test.for(counts)('%s', ([name, expected]) => {
    expect(exploreWorld(hotstuff, name)).toEqual(expected)
  })

  test('these are all its worlds', () => {
    expect(hotStuffWorlds.map(({ name }) => name)).toEqual(counts.map(([name]) => name))
  })
})

// Not among them: locks, commits by three in a row and votes in memory, which take several views of four
// nodes; and what only keeps it from going on.
describe('a planted bug of HotStuff is found by a shortest way', () => {
  test.for([
    ['requests-on-trust', 'validity', 15],
    ['votes-counted-twice', 'certificates of one view are for one block', 9],
    ['quorum-of-2f', 'certificates of one view are for one block', 7],
  ] as const)('%s', ([name, property, steps]) => {
    expect(shortestCounterexample(hotstuff, name)).toEqual({ property, steps })
  })
})
