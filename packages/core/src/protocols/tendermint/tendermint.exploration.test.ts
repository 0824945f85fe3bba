import { describe, expect, test } from 'vitest'
import {
  exploreWorld,
  shortestCounterexample,
  type WorldCounts,
} from '../../explorer/testing/small-worlds.ts'
import { tendermint } from './tendermint.protocol.ts'
import { tendermintWorlds } from './tendermint.worlds.ts'

// Exact counts: whoever changes what a node remembers or sends will see how the number of its states
// changes, and writes down the new one once sure that the change was meant.

const counts = [
  [
    'three validators, a request, one height without timeouts',
    { uniqueStates: 4464, generatedStates: 17946, depth: 13 },
  ],
  [
    '2 validators, two requests, one height in rounds 0 to 1',
    { uniqueStates: 6381, generatedStates: 16309, depth: 22 },
  ],
] satisfies [string, WorldCounts][]

describe('Tendermint, every order of events', () => {
  test.for(counts)('%s', ([name, expected]) => {
    expect(exploreWorld(tendermint, name)).toEqual(expected)
  })

  test('these are all its worlds', () => {
    expect(tendermintWorlds.map(({ name }) => name)).toEqual(counts.map(([name]) => name))
  })
})

// Not among them: what takes several rounds of four validators (polkas that are believed, votes in
// memory), and what only time shows (timeouts, values that are not repeated).
describe('a planted bug of Tendermint is found by a shortest way', () => {
  test.for([
    ['lock-ignored', 'one precommitted value a height', 11],
    ['quorum-of-2f', 'decisions agree', 3],
    ['precommit-without-polka', 'one precommitted value a height', 8],
    ['own-vote-counted-early', 'committed entries last', 4],
    ['lock-not-persisted', 'one precommitted value a height', 7],
    ['requests-on-trust', 'validity', 12],
    ['decisions-on-trust', 'decisions agree', 6],
  ] as const)('%s', ([name, property, steps]) => {
    expect(shortestCounterexample(tendermint, name)).toEqual({ property, steps })
  })
})
