import { describe, expect, test } from 'vitest'
import {
  exploreWorld,
  shortestCounterexample,
  stepsToHopeless,
  type WorldCounts,
} from '../../explorer/testing/small-worlds.ts'
import { benOr } from './ben-or.protocol.ts'
import { benOrWorlds } from './ben-or.worlds.ts'
import { byzantineBenOr } from './byzantine-ben-or.protocol.ts'

// Exact counts: whoever changes what a node remembers or sends will see how the number of its states
// changes, and writes down the new one once sure that the change was meant.

const counts = [
  [
    'two nodes of different minds, four rounds',
    { uniqueStates: 187, generatedStates: 339, depth: 18 },
  ],
  ['three of one mind, the first round', { uniqueStates: 872, generatedStates: 1822, depth: 10 }],
  [
    'two against one, the first round, a crash',
    { uniqueStates: 5805, generatedStates: 10744, depth: 11 },
  ],
  [
    'two against one, two rounds, one node the first alone',
    { uniqueStates: 222519, generatedStates: 377924, depth: 20 },
  ],
] satisfies [string, WorldCounts][]

describe('Ben-Or, every order of events', () => {
  test.for(counts)('%s', ([name, expected]) => {
    expect(exploreWorld(benOr, name)).toEqual(expected)
  })

  test('these are all its worlds', () => {
    expect(benOrWorlds.map(({ name }) => name)).toEqual(counts.map(([name]) => name))
  })
})

describe('a planted bug of Ben-Or is found by a shortest way', () => {
  test.for([
    ['reports-decide', 'decision binds', 7],
    ['majority-of-those-heard', 'one value a round', 8],
    ['coin-despite-proposal', 'decision binds', 8],
    ['one-proposal-decides', 'decision binds', 8],
    ['too-few-awaited', 'decision binds', 7],
    ['repetitions-counted', 'one value a round', 7],
    ['rounds-confused', 'one value a round', 11],
  ] as const)('%s', ([name, property, steps]) => {
    expect(shortestCounterexample(benOr, name)).toEqual({ property, steps })
  })
})

test.for([
  ['early-messages-dropped', 5],
  ['stops-at-once', 9],
] as const)('%s keeps others from deciding, whatever the coins show', ([name, steps]) => {
  expect(stepsToHopeless(benOr, name)).toBe(steps)
})

describe('the protocol that withstands liars', () => {
  test.for([
    [
      'two nodes of different minds, four rounds',
      { uniqueStates: 187, generatedStates: 339, depth: 18 },
    ],
    [
      'two against one, two rounds, a crash',
      { uniqueStates: 3_848, generatedStates: 12_868, depth: 28 },
    ],
  ] satisfies [string, WorldCounts][])('%s', ([name, expected]) => {
    expect(exploreWorld(byzantineBenOr, name)).toEqual(expected)
  })

  test('who says something twice counts twice', () => {
    expect(shortestCounterexample(byzantineBenOr, 'repetitions-counted')).toEqual({
      property: 'one value a round',
      steps: 9,
    })
  })
})
