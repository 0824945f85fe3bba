import { describe, expect, test } from 'vitest'
import {
  exploreWorld,
  shortestCounterexample,
  type WorldCounts,
} from '../../explorer/testing/small-worlds.ts'
import { dls } from './dls.protocol.ts'
import { dlsWorlds } from './dls.worlds.ts'

// Exact counts: whoever changes what a node remembers or sends will see how the number of its states
// changes, and writes down the new one once sure that the change was meant.

const counts = [
  [
    'two processors of different minds, four rounds',
    { uniqueStates: 24503, generatedStates: 30693, depth: 14 },
  ],
] satisfies [string, WorldCounts][]

describe('DLS, every order of events', () => {
  test.for(counts)('%s', ([name, expected]) => {
    expect(exploreWorld(dls, name)).toEqual(expected)
  })

  test('these are all its worlds', () => {
    expect(dlsWorlds.map(({ name }) => name)).toEqual(counts.map(([name]) => name))
  })
})

// Not among them: locks, their proofs and their acknowledgements, which take four processors of whom one may
// lie, and two phases of four rounds each.
describe('a planted bug of DLS is found by a shortest way', () => {
  test.for([
    ['too-few-lists', 'consistency', 8],
    ['one-announcement-believed', 'consistency', 4],
  ] as const)('%s', ([name, property, steps]) => {
    expect(shortestCounterexample(dls, name)).toEqual({ property, steps })
  })
})
