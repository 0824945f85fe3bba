import { describe, expect, test } from 'vitest'
import { explore, worldOptions } from '../../explorer/index.ts'
import {
  exploreWorld,
  shortestCounterexample,
  type WorldCounts,
} from '../../explorer/testing/small-worlds.ts'
import { oralWorlds, signedWorlds } from './generals.worlds.ts'
import { byzantineGenerals } from './oral-generals.protocol.ts'
import { signedGenerals } from './signed-generals.protocol.ts'

// Exact counts: whoever changes what a general remembers or says will see how the number of its states
// changes, and writes down the new one once sure that the change was meant.

const oralCounts = [
  ['four generals, all loyal', { uniqueStates: 888, generatedStates: 3_258, depth: 22 }],
  [
    'four generals, the commander a traitor who says anything',
    { uniqueStates: 2_632, generatedStates: 8_869, depth: 21 },
  ],
  [
    'four generals, a lieutenant a traitor who says anything',
    { uniqueStates: 22_023, generatedStates: 115_141, depth: 24 },
  ],
] satisfies [string, WorldCounts][]

const signedCounts = [
  [
    'three generals, the commander a traitor who signs anything',
    { uniqueStates: 1_728, generatedStates: 6_025, depth: 13 },
  ],
  [
    'three generals, a lieutenant a traitor who shows anything',
    { uniqueStates: 116, generatedStates: 245, depth: 13 },
  ],
  [
    'four generals, the commander a traitor who signs anything',
    { uniqueStates: 470_696, generatedStates: 3_318_217, depth: 22 },
  ],
  [
    'four generals, the commander and a lieutenant traitors who show anything',
    { uniqueStates: 501_881, generatedStates: 1_735_409, depth: 24 },
  ],
] satisfies [string, WorldCounts][]

describe('oral messages, whatever a traitor says, in every order', () => {
  test.for(oralCounts)('%s', ([name, expected]) => {
    expect(exploreWorld(byzantineGenerals, name)).toEqual(expected)
  })

  test('these are all its worlds', () => {
    expect(oralWorlds.map(({ name }) => name)).toEqual(oralCounts.map(([name]) => name))
  })

  test('of three generals one may not be a traitor', () => {
    const [, , liar] = oralWorlds
    if (!liar) throw new Error('no such world')
    const three = { ...liar, nodes: 3, attackers: [{ node: 2, attack: 'says-anything' }] }
    const { violation } = explore(worldOptions(byzantineGenerals, three))
    expect(violation).toMatchObject({
      property: 'IC2',
      message: "the commander obeys 'attack', and lieutenant 1 obeys 'retreat'",
    })
    expect(violation?.path).toHaveLength(13)
  })

  test('rounds that end before their messages come are no rounds', () => {
    const [loyal] = oralWorlds
    if (!loyal) throw new Error('no such world')
    const { violation } = explore(worldOptions(byzantineGenerals, { ...loyal, timing: 'free' }))
    expect(violation?.property).toBe('IC2')
  })
})

describe('signed messages, whatever traitors sign, in every order', () => {
  test.for(signedCounts)('%s', ([name, expected]) => {
    expect(exploreWorld(signedGenerals, name)).toEqual(expected)
  })

  test('these are all its worlds', () => {
    expect(signedWorlds.map(({ name }) => name)).toEqual(signedCounts.map(([name]) => name))
  })
})

describe('a planted bug is found by a shortest way', () => {
  test.for([
    ['one-round-fewer', 'IC1', 9],
    ['commander-believed', 'IC1', 19],
    ['tie-to-own-value', 'IC1', 28],
    ['own-value-left-out', 'IC1', 19],
    ['sender-unchecked', 'IC2', 18],
    ['one-attack-suffices', 'IC2', 18],
  ] as const)('oral: %s', ([name, property, steps]) => {
    expect(shortestCounterexample(byzantineGenerals, name)).toEqual({ property, steps })
  })

  test.for([
    ['one-round-fewer', 'IC1', 6],
    ['signatures-unchecked', 'IC2', 13],
    ['deadline-forgotten', 'IC1', 24],
    ['first-order-obeyed', 'IC1', 12],
    ['names-counted-twice', 'IC1', 23],
    ['nothing-passed-on', 'IC1', 9],
  ] as const)('signed: %s', ([name, property, steps]) => {
    expect(shortestCounterexample(signedGenerals, name)).toEqual({ property, steps })
  })
})
