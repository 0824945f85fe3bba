import type { Protocol } from '../../model/index.ts'
import { perfectDetectorInvariants, suspectsTheCrashed } from './failure-detector.invariants.ts'
import { narrateDetector } from './failure-detector.narration.ts'
import { chandraToueg } from './failure-detector.protocol.ts'
import {
  type DetectorParameters,
  detectorParameters,
  tickMicros,
} from './failure-detector.schema.ts'
import { perfectDetectorVariety } from './failure-detector.variety.ts'
import { perfectDetectorWorlds } from './failure-detector.worlds.ts'
import { perfectDetectorMutants } from './perfect-failure-detector.mutants.ts'
import { certainTimeoutTicks, PerfectFailureDetector } from './perfect-failure-detector.ts'
import { StrongAccuracy } from './strong-accuracy.ts'
import { StrongCompleteness } from './strong-completeness.ts'

export const perfectFailureDetector: Protocol<PerfectFailureDetector> = {
  name: 'perfect-failure-detector',
  title: 'Failure detector P',
  summary:
    'Where every message comes in time, who is silent has crashed: a suspicion is knowledge.',
  family: 'model',
  shape: 'none',
  faults: 'processes crash for good',
  synchrony: 'synchronous',
  channels: 'reliable',
  crashes: 'stop',
  resilience: { bound: 'n > f', maximumFaulty: (nodes) => nodes - 1 },
  finality: 'immediate',
  roles: ['trusting', 'suspecting'],
  paper: chandraToueg,
  usualNodes: 5,
  node: PerfectFailureDetector,
  usualParameters: (_nodes, boundMicros) => ({
    timeoutTicks: certainTimeoutTicks(
      detectorParameters.heartbeatTicks.initial,
      boundMicros,
      tickMicros({ tickMs: detectorParameters.tickMs.initial } as DetectorParameters),
    ),
  }),
  checkParameters(parameters) {
    const { heartbeatTicks, timeoutTicks } = parameters as DetectorParameters
    if (timeoutTicks > heartbeatTicks) return
    throw new RangeError(
      `timeoutTicks is ${timeoutTicks}: it must be more than heartbeatTicks, ${heartbeatTicks} ticks, and by more than Δ`,
    )
  },
  requests: {},
  // No clock is read. In a period of heartbeats they must not drift apart by as much as a tick.
  clocks: { largestJumpMicros: 60_000_000, largestDriftPpm: 1_000 },
  roleOf: (node) => (node.suspects.size > 0 ? 'suspecting' : 'trusting'),
  leader: undefined,
  checkers: (context) => [new StrongCompleteness(context), new StrongAccuracy(context)],
  invariants: perfectDetectorInvariants,
  eventually: suspectsTheCrashed,
  worlds: perfectDetectorWorlds,
  mutants: perfectDetectorMutants,
  attacks: [],
  beyond: [
    {
      name: 'messages later than Δ',
      what: 'One delay beyond the bound, and who is late is taken for dead.',
      scenario: {
        faults: ['delay:500ms@3s+1s'],
        for: '10s',
        expect: { verdict: 'violated', property: 'strong accuracy' },
      },
      seeds: 1,
    },
    {
      name: 'a partition',
      what: 'Each side takes the other for dead, and never takes it back.',
      scenario: {
        faults: ['partition:0,1|2,3,4@3s+1s'],
        for: '10s',
        expect: { verdict: 'violated', property: 'strong accuracy' },
      },
      seeds: 1,
    },
    {
      name: 'an asynchronous network',
      what: 'Without a bound there is no time-out that is long enough.',
      scenario: {
        synchrony: 'async',
        network: 'wan',
        // A second and Δ of this network, were it synchronous.
        parameters: { heartbeatTicks: 50, timeoutTicks: 85 },
        expect: { verdict: 'violated', property: 'strong accuracy' },
      },
      seeds: 3,
    },
  ],
  variety: perfectDetectorVariety,
  narrate: narrateDetector,
}
