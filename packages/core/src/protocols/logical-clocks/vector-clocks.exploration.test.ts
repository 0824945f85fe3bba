import { describe, expect, test } from 'vitest'
import {
  exploreWorld,
  shortestCounterexample,
  type WorldCounts,
} from '../../explorer/testing/small-worlds.ts'
import { clockWorlds } from './logical-clocks.worlds.ts'
import { vectorClocks } from './vector-clocks.protocol.ts'

// Exact counts: whoever changes what a node remembers or sends will see how the number of its states
// changes, and writes down the new one once sure that the change was meant.

const counts = [
  [
    'two processes, three steps, a message lost and one repeated',
    { uniqueStates: 1751, generatedStates: 3903, depth: 8 },
  ],
  [
    'two processes, three steps, a crash, a message lost and one repeated, disks that take their time',
    { uniqueStates: 51207, generatedStates: 184527, depth: 16 },
  ],
] satisfies [string, WorldCounts][]

describe('Vector clocks, every order of events', () => {
  test.for(counts)('%s', ([name, expected]) => {
    expect(exploreWorld(vectorClocks, name)).toEqual(expected)
  })

  test('these are all its worlds', () => {
    expect(clockWorlds.map(({ name }) => name)).toEqual(counts.map(([name]) => name))
  })
})

// Not among them: stamps that are copied or wrongly compared, which no moment shows: it takes the order of
// the run.
describe('a planted bug of Vector clocks is found by a shortest way', () => {
  test.for([
    ['no-maximum-on-receipt', 'clock condition', 2],
    ['no-tick-on-receipt', 'ticks between events', 2],
    ['clock-in-memory', 'ticks between events', 3],
    ['ticks-for-sender', 'nobody counts more events of a process than itself', 2],
    ['sent-before-written', 'nobody counts more events of a process than itself', 4],
  ] as const)('%s', ([name, property, steps]) => {
    expect(shortestCounterexample(vectorClocks, name)).toEqual({ property, steps })
  })
})
