import type { Protocol } from '../../model/index.ts'
import { logicalClocksBeyond } from './logical-clocks.beyond.ts'
import { logicalClocksVariety } from './logical-clocks.variety.ts'
import { clockWorlds } from './logical-clocks.worlds.ts'
import { vectorCheckers, vectorInvariants } from './vector-clocks.invariants.ts'
import { vectorMutants } from './vector-clocks.mutants.ts'
import { narrateVectorClocks } from './vector-clocks.narration.ts'
import { VectorClocks } from './vector-clocks.ts'

export const vectorClocks: Protocol<VectorClocks> = {
  name: 'vector-clocks',
  title: 'Vector clocks',
  summary: 'Stamps of one number a process, which tell ordered events from concurrent ones.',
  family: 'model',
  shape: 'none',
  faults: 'processes crash and recover; messages are lost, repeated, delayed and reordered',
  synchrony: 'asynchronous',
  channels: 'lossy',
  crashes: 'recover',
  resilience: { bound: 'n ≥ f', maximumFaulty: (nodes) => nodes },
  finality: 'immediate',
  roles: ['process'],
  paper: {
    authors: 'Friedemann Mattern',
    title: 'Virtual Time and Global States of Distributed Systems',
    year: 1989,
  },
  usualNodes: 4,
  node: VectorClocks,
  requests: {},
  clocks: { largestJumpMicros: 60_000_000, largestDriftPpm: 100_000 },
  roleOf: () => 'process',
  leader: undefined,
  checkers: vectorCheckers,
  invariants: vectorInvariants,
  worlds: clockWorlds,
  mutants: vectorMutants,
  attacks: [],
  beyond: logicalClocksBeyond,
  variety: logicalClocksVariety,
  narrate: narrateVectorClocks,
}
