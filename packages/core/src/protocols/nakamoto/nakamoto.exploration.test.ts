import { describe, expect, test } from 'vitest'
import {
  exploreWorld,
  shortestCounterexample,
  type WorldCounts,
} from '../../explorer/testing/small-worlds.ts'
import { nakamoto } from './nakamoto.protocol.ts'
import { nakamotoWorlds } from './nakamoto.worlds.ts'

// Exact counts: whoever changes what a node remembers or sends will see how the number of its states
// changes, and writes down the new one once sure that the change was meant.

const counts = [
  ['two nodes, two blocks', { uniqueStates: 113, generatedStates: 169, depth: 8 }],
  ['two nodes, two blocks, a crash', { uniqueStates: 4388, generatedStates: 8579, depth: 16 }],
  [
    'two nodes that do not know each other yet, two blocks',
    { uniqueStates: 4536, generatedStates: 9205, depth: 14 },
  ],
  ['three nodes, two blocks', { uniqueStates: 34645, generatedStates: 86446, depth: 20 }],
] satisfies [string, WorldCounts][]

describe('Nakamoto, every order of events', () => {
  test.for(counts)('%s', ([name, expected]) => {
    expect(exploreWorld(nakamoto, name)).toEqual(expected)
  })

  test('these are all its worlds', () => {
    expect(nakamotoWorlds.map(({ name }) => name)).toEqual(counts.map(([name]) => name))
  })
})

// Not among them: retargeting and medians of eleven blocks, payments and deep forks, which take more blocks
// than fit; and mutated blocks, which take an attack.
describe('a planted bug of Nakamoto is found by a shortest way', () => {
  test.for([['median-time-ignored', 'conservation of money', 1]] as const)(
    '%s',
    ([name, property, steps]) => {
      expect(shortestCounterexample(nakamoto, name)).toEqual({ property, steps })
    },
  )
})
