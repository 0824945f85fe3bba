import { describe, expect, test } from 'vitest'
import { explore, worldOptions } from '../../explorer/index.ts'
import {
  exploreWorld,
  shortestCounterexample,
  type WorldCounts,
} from '../../explorer/testing/small-worlds.ts'
import { pbft } from './pbft.protocol.ts'
import { pbftWorlds } from './pbft.worlds.ts'

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
] satisfies [string, WorldCounts][]

describe('PBFT in every order of events', () => {
  test.for(counts)('%s', ([name, expected]) => {
    expect(exploreWorld(pbft, name)).toEqual(expected)
  })

  test('these are all its worlds, but for those with liars, which take minutes', () => {
    const honest = pbftWorlds.filter(({ twins }) => twins === undefined)
    expect(honest.map(({ name }) => name)).toEqual(counts.map(([name]) => name))
  })

  test('the order of insertion into its maps makes no difference', () => {
    const [world] = pbftWorlds
    if (!world) throw new Error('no such world')
    const options = worldOptions(pbft, world)
    expect(explore({ ...options, containers: 'reversed' })).toEqual(explore(options))
  })
})

// Not among them: what only an attack that lies in its own words can bring out (new views, checkpoints,
// digests and client signatures that are not believed); and prepared-not-persisted, which takes a power
// cut of all replicas and two view changes.
describe('a planted bug of PBFT is found by a shortest way', () => {
  test.for([
    ['quorum-of-2f', 'prepared certificates agree', 9],
    ['prepare-skipped', 'prepared certificates agree', 8],
    ['prepared-forgotten', 'committed certificates agree', 12],
    ['acceptance-not-persisted', 'prepared certificates agree', 6],
    ['retry-run-again', 'exactly once', 12],
  ] as const)('%s', ([name, property, steps]) => {
    expect(shortestCounterexample(pbft, name)).toEqual({ property, steps })
  })
})
