import { describe, expect, test } from 'vitest'
import {
  exploreWorld,
  shortestCounterexample,
  stepsToHopeless,
  type WorldCounts,
} from '../../explorer/testing/small-worlds.ts'
import { failureDetector } from './failure-detector.protocol.ts'
import { detectorWorlds, perfectDetectorWorlds } from './failure-detector.worlds.ts'
import { perfectFailureDetector } from './perfect-failure-detector.protocol.ts'

// Exact counts: whoever changes what a node remembers or sends will see how the number of its states
// changes, and writes down the new one once sure that the change was meant.

const counts = [
  ['two processes, a crash, five ticks', { uniqueStates: 759, generatedStates: 1_785, depth: 10 }],
  [
    'two processes, eight ticks, a message lost',
    { uniqueStates: 3_862, generatedStates: 10_655, depth: 14 },
  ],
  [
    'two processes, a time-out shorter than the period of heartbeats, six ticks',
    { uniqueStates: 456, generatedStates: 825, depth: 9 },
  ],
  [
    'three processes, a crash, three ticks',
    { uniqueStates: 25_213, generatedStates: 87_658, depth: 11 },
  ],
] satisfies [string, WorldCounts][]

const perfectCounts = [
  [
    'three processes, a crash before the first tick',
    { uniqueStates: 256, generatedStates: 769, depth: 7 },
  ],
  [
    'two processes in lockstep, a crash, sixteen ticks',
    { uniqueStates: 578, generatedStates: 861, depth: 27 },
  ],
  [
    'three processes in lockstep, two crashes, twelve ticks',
    { uniqueStates: 18_623, generatedStates: 75_412, depth: 32 },
  ],
] satisfies [string, WorldCounts][]

describe('◊P suspects those who crashed, and nobody else, in the end, in every order of events', () => {
  test.for(counts)('%s', ([name, expected]) => {
    expect(exploreWorld(failureDetector, name)).toEqual(expected)
  })

  test('these are all its worlds', () => {
    expect(detectorWorlds.map(({ name }) => name)).toEqual(counts.map(([name]) => name))
  })
})

describe('P is never wrong where messages come in time, in every order of events', () => {
  test.for(perfectCounts)('%s', ([name, expected]) => {
    expect(exploreWorld(perfectFailureDetector, name)).toEqual(expected)
  })

  test('these are all its worlds', () => {
    const names = perfectDetectorWorlds.map(({ name }) => name)
    expect(names).toEqual(perfectCounts.map(([name]) => name))
  })

  test.for([
    ['bound-forgotten', 11],
    ['suspected-until-heard', 0],
  ] as const)(
    'unless its time-out is too short, or it begins with suspicion: %s',
    ([name, steps]) => {
      const found = shortestCounterexample(perfectFailureDetector, name)
      expect(found).toEqual({ property: 'strong accuracy', steps })
    },
  )
})

// Not among them: time-outs that never grow, with which suspicions come and go for ever: what is reached
// now and then counts as reached.
describe('a planted bug keeps the truth out of reach', () => {
  test.for([
    ['never-trusts-again', 10],
    ['never-suspects', 7],
    ['one-heard-for-all', 6],
    ['suspects-shunned', 8],
  ] as const)('◊P: %s', ([name, steps]) => {
    expect(stepsToHopeless(failureDetector, name)).toBe(steps)
  })

  test.for([
    ['never-suspects', 5],
    ['one-heard-for-all', 3],
    ['one-always-forgiven', 5],
  ] as const)('P: %s', ([name, steps]) => {
    expect(stepsToHopeless(perfectFailureDetector, name)).toBe(steps)
  })
})
