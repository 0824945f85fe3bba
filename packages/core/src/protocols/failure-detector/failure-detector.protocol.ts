import type { Protocol } from '../../model/index.ts'
import { EventualStrongAccuracy } from './eventual-strong-accuracy.ts'
import { detectorInvariants, suspectsTheCrashed } from './failure-detector.invariants.ts'
import { detectorMutants } from './failure-detector.mutants.ts'
import { narrateDetector } from './failure-detector.narration.ts'
import { FailureDetector } from './failure-detector.ts'
import { detectorVariety } from './failure-detector.variety.ts'
import { detectorWorlds } from './failure-detector.worlds.ts'
import { StrongCompleteness } from './strong-completeness.ts'

export const chandraToueg = {
  authors: 'Tushar Deepak Chandra and Sam Toueg',
  title: 'Unreliable Failure Detectors for Reliable Distributed Systems',
  year: 1996,
} as const

export const failureDetector: Protocol<FailureDetector> = {
  name: 'failure-detector',
  title: 'Failure detector ◊P',
  summary: 'Suspects the silent, is wrong at times, and in the end about nobody.',
  family: 'model',
  shape: 'none',
  faults: 'processes crash for good; until the network is stable, messages are late or lost',
  synchrony: 'partially synchronous',
  channels: 'lossy',
  crashes: 'stop',
  resilience: { bound: 'n > f', maximumFaulty: (nodes) => nodes - 1 },
  finality: 'immediate',
  roles: ['trusting', 'suspecting'],
  paper: chandraToueg,
  usualNodes: 5,
  node: FailureDetector,
  requests: {},
  // No clock is read. That they tick at a bounded rate is all that is asked.
  clocks: { largestJumpMicros: 60_000_000, largestDriftPpm: 10_000 },
  roleOf: (node) => (node.suspects.size > 0 ? 'suspecting' : 'trusting'),
  leader: undefined,
  checkers: (context) => [new StrongCompleteness(context), new EventualStrongAccuracy(context)],
  invariants: detectorInvariants,
  eventually: suspectsTheCrashed,
  worlds: detectorWorlds,
  mutants: detectorMutants,
  attacks: [],
  beyond: [
    {
      name: 'no bound on delays',
      what: 'In an asynchronous network a delay longer than any before comes ever again, and so do the mistakes.',
      scenario: {
        synchrony: 'async',
        faults: ['delay:1s@2s+3s', 'delay:4s@8s+8s', 'delay:16s@20s'],
        for: '30s',
        expect: { verdict: 'inconclusive', property: 'eventual strong accuracy' },
      },
      seeds: 3,
    },
    {
      name: 'a link that is never whole again',
      what: 'Who cannot be heard for good is suspected for good, though it has not crashed.',
      scenario: {
        faults: ['cut:0>1@5s'],
        for: '20s',
        expect: { verdict: 'inconclusive', property: 'eventual strong accuracy' },
      },
      seeds: 1,
    },
  ],
  variety: detectorVariety,
  narrate: narrateDetector,
}
