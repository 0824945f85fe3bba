import { describe, expect, test } from 'vitest'
import { explore, worldOptions } from '../../explorer/index.ts'
import {
  exploreWorld,
  shortestCounterexample,
  type WorldCounts,
} from '../../explorer/testing/small-worlds.ts'
import { pbft } from './pbft.protocol.ts'
import { pastDenied, pbftWorlds, twoHaveExecuted } from './pbft.worlds.ts'

// Exact counts: whoever changes what PBFT remembers or sends will see how the number of its states
// changes, and writes down the new one once sure that the change was meant.

const counts = [
  [
    'two replicas, two requests and a view change',
    { uniqueStates: 7_478, generatedStates: 16_751, depth: 18 },
  ],
  ['three replicas and one request', { uniqueStates: 92_761, generatedStates: 271_118, depth: 16 }],
  [
    'two replicas, two requests, a view change and a crash',
    { uniqueStates: 495_838, generatedStates: 1_104_188, depth: 22 },
  ],
  [
    'four replicas, a view change: a primary that is silent from the start',
    { uniqueStates: 3_190, generatedStates: 9_808, depth: 22 },
  ],
  [
    'four replicas, a view change: one of two that have executed denies its past',
    { uniqueStates: 9_787, generatedStates: 33_318, depth: 28 },
  ],
  [
    'four replicas, a view change: a primary that falls silent once two have prepared',
    { uniqueStates: 515_926, generatedStates: 3_212_400, depth: 32 },
  ],
  [
    'four replicas, a view change: a primary that falls silent once two have executed',
    { uniqueStates: 89_046, generatedStates: 466_800, depth: 28 },
  ],
] satisfies [string, WorldCounts][]

describe('PBFT in every order of events', () => {
  test.for(counts)('%s', ([name, expected]) => {
    expect(exploreWorld(pbft, name)).toEqual(expected)
  })

  test('these are all its worlds, but for those with two faces, which take minutes', () => {
    const others = pbftWorlds.filter(({ twins }) => twins === undefined)
    expect(others.map(({ name }) => name)).toEqual(counts.map(([name]) => name))
  })

  test('the order of insertion into its maps makes no difference', () => {
    const [world] = pbftWorlds
    if (!world) throw new Error('no such world')
    const options = worldOptions(pbft, world)
    expect(explore({ ...options, containers: 'reversed' })).toEqual(explore(options))
  })
})

describe('a planted bug of PBFT is found by a shortest way', () => {
  test.for([
    ['quorum-of-2f', 'prepared certificates agree', 9],
    ['prepare-skipped', 'prepared certificates agree', 8],
    ['prepared-forgotten', 'committed certificates agree', 12],
    ['acceptance-not-persisted', 'prepared certificates agree', 6],
    ['retry-run-again', 'exactly once', 12],
    ['new-view-unverified', 'committed certificates agree', 12],
    ['one-checkpoint-believed', 'committed entries last', 10],
    ['digest-unchecked', 'committed entries last', 12],
    ['client-signature-unchecked', 'validity', 13],
    ['watermarks-ignored', 'prepared certificates agree', 5],
    ['prepared-not-persisted', 'committed entries last', 16],
  ] as const)('%s', ([name, property, steps]) => {
    expect(shortestCounterexample(pbft, name)).toEqual({ property, steps })
  })

  test.for([
    [twoHaveExecuted, 14],
    [pastDenied, 16],
  ] as const)('prepared-forgotten, also among four replicas: $0.name', ([world, steps]) => {
    const mutant = pbft.mutants.find(({ name }) => name === 'prepared-forgotten')
    const { violation } = explore(worldOptions(pbft, world, mutant?.node))
    expect(violation?.property).toBe('committed certificates agree')
    expect(violation?.path).toHaveLength(steps)
  })
})
