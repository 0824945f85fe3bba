import type { Protocol } from '../../model/index.ts'
import { logicalClocksVariety } from './logical-clocks.variety.ts'
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
  mutants: vectorMutants,
  attacks: [],
  beyond: [
    {
      name: 'a disk that is lost',
      what: 'A process that comes back with an empty disk counts its events again, and others have counted them.',
      scenario: {
        faults: ['disk-loss:1@1s+100ms'],
        for: '3s',
        expect: { verdict: 'violated', property: 'event durability' },
      },
      seeds: 3,
    },
    {
      name: 'a disk that lies',
      what: 'A disk that says it has written, and has not, lets messages leave whose sending a crash undoes.',
      scenario: {
        faults: ['disk-lies:1@500ms', 'crash:1@1s+100ms'],
        for: '3s',
        expect: { verdict: 'violated', property: 'event durability' },
      },
      seeds: 3,
    },
  ],
  variety: logicalClocksVariety,
  narrate: narrateVectorClocks,
}
