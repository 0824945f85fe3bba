import { expect, test } from 'vitest'
import { exploreWorld } from '../../../explorer/testing/small-worlds.ts'
import { pbft } from '../pbft.protocol.ts'
import { twoFacedBackup, twoFacedPrimary } from '../pbft.worlds.ts'

test.for([
  [twoFacedPrimary, { uniqueStates: 9_324_880, generatedStates: 57_268_727, depth: 34 }],
  [twoFacedBackup, { uniqueStates: 10_337_563, generatedStates: 42_420_479, depth: 30 }],
] as const)('PBFT, $0.name', ([{ name }, counts]) => {
  expect(exploreWorld(pbft, name)).toEqual(counts)
})
