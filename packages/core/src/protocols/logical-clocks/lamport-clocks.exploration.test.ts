import { describe, expect, test } from 'vitest'
import {
  exploreWorld,
  shortestCounterexample,
  type WorldCounts,
} from '../../explorer/testing/small-worlds.ts'
import { lamportClocks } from './lamport-clocks.protocol.ts'
import { clockWorlds } from './logical-clocks.worlds.ts'

// Exact counts: whoever changes what a node remembers or sends will see how the number of its states
// changes, and writes down the new one once sure that the change was meant.

const counts = [
  [
    'two processes, three steps, a message lost and one repeated',
    { uniqueStates: 1883, generatedStates: 4085, depth: 8 },
  ],
  [
    'two processes, three steps, a crash, a message lost and one repeated, disks that take their time',
    { uniqueStates: 100679, generatedStates: 287239, depth: 17 },
  ],
] satisfies [string, WorldCounts][]

describe('Lamport clocks, every order of events', () => {
  test.for(counts)('%s', ([name, expected]) => {
    expect(exploreWorld(lamportClocks, name)).toEqual(expected)
  })

  test('these are all its worlds', () => {
    expect(clockWorlds.map(({ name }) => name)).toEqual(counts.map(([name]) => name))
  })
})

describe('a planted bug of Lamport clocks is found by a shortest way', () => {
  test.for([
    ['copied-on-receipt', 'no stamp from the future', 4],
    ['no-maximum-on-receipt', 'clock condition', 2],
    ['no-tick-on-receipt', 'clock condition', 2],
    ['no-tick-on-sending', 'ticks between events', 1],
    ['clock-in-memory', 'ticks between events', 3],
    ['sent-before-written', 'no stamp from the future', 4],
    ['ties-unbroken', 'total order', 3],
  ] as const)('%s', ([name, property, steps]) => {
    expect(shortestCounterexample(lamportClocks, name)).toEqual({ property, steps })
  })
})
