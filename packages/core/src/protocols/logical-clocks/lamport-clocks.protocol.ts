import type { Protocol } from '../../model/index.ts'
import { lamportCheckers, lamportInvariants } from './lamport-clocks.invariants.ts'
import { lamportMutants } from './lamport-clocks.mutants.ts'
import { narrateLamportClocks } from './lamport-clocks.narration.ts'
import { LamportClocks } from './lamport-clocks.ts'
import { logicalClocksBeyond } from './logical-clocks.beyond.ts'
import { logicalClocksVariety } from './logical-clocks.variety.ts'
import { clockWorlds } from './logical-clocks.worlds.ts'

export const lamportClocks: Protocol<LamportClocks> = {
  name: 'lamport-clocks',
  title: 'Lamport clocks',
  summary: 'Without a common clock, events are ordered by numbers that messages carry.',
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
    authors: 'Leslie Lamport',
    title: 'Time, Clocks, and the Ordering of Events in a Distributed System',
    year: 1978,
  },
  usualNodes: 4,
  node: LamportClocks,
  requests: {},
  clocks: { largestJumpMicros: 60_000_000, largestDriftPpm: 100_000 },
  roleOf: () => 'process',
  leader: undefined,
  checkers: lamportCheckers,
  invariants: lamportInvariants,
  worlds: clockWorlds,
  mutants: lamportMutants,
  attacks: [],
  beyond: logicalClocksBeyond,
  variety: logicalClocksVariety,
  narrate: narrateLamportClocks,
}
