import type { Protocol } from '../../model/index.ts'
import { benOrCheckers, benOrInvariants, benOrTermination } from './ben-or.invariants.ts'
import type { BenOrCommand } from './ben-or.messages.ts'
import { benOrMutants } from './ben-or.mutants.ts'
import { narrateBenOr } from './ben-or.narration.ts'
import { BenOr } from './ben-or.ts'
import { benOrVariety } from './ben-or.variety.ts'
import { benOrWorlds } from './ben-or.worlds.ts'

export const benOr: Protocol<BenOr> = {
  name: 'ben-or',
  title: 'Ben-Or',
  summary: 'Agrees on a bit without any clock: whoever sees no majority tosses a coin.',
  family: 'crash',
  shape: 'decision',
  faults: 'nodes crash for good; messages take as long as they like, but arrive',
  synchrony: 'asynchronous',
  channels: 'reliable',
  crashes: 'stop',
  resilience: { bound: 'n > 2f', maximumFaulty: (nodes) => Math.floor((nodes - 1) / 2) },
  finality: 'immediate',
  roles: ['waiting', 'reporting', 'proposing', 'decided'],
  paper: {
    authors: 'Michael Ben-Or',
    title: 'Another Advantage of Free Choice: Completely Asynchronous Agreement Protocols',
    year: 1983,
  },
  usualNodes: 5,
  node: BenOr,
  requests: { propose: (value): BenOrCommand => ({ kind: 'propose', value }) },
  proposedValues: ['0', '1'],
  // It never looks at a clock.
  clocks: { largestJumpMicros: 3_600_000_000, largestDriftPpm: 500_000 },
  roleOf,
  leader: undefined,
  checkers: benOrCheckers,
  invariants: benOrInvariants,
  eventually: benOrTermination,
  worlds: benOrWorlds,
  mutants: benOrMutants,
  attacks: [],
  beyond: [
    {
      name: 'n = 2f',
      what: 'half of the nodes crash: the others wait for one more, and never decide',
      scenario: {
        nodes: 4,
        faults: ['crash:0,1@0s'],
        for: '10s',
        expect: { verdict: 'inconclusive' },
      },
      seeds: 1,
    },
    {
      name: 'messages are lost',
      what: 'nothing is sent twice, so that lost messages leave everybody waiting',
      scenario: {
        nodes: 5,
        faults: ['loss:50%@0s'],
        for: '10s',
        expect: { verdict: 'inconclusive' },
      },
      seeds: 3,
    },
    {
      name: 'a node lies',
      what: 'the others believe a liar’s proposal, and decide what none of them proposed',
      scenario: {
        nodes: 4,
        synchrony: 'async',
        byzantine: ['3=twins'],
        expect: { verdict: 'violated', property: 'validity' },
      },
      seeds: 100,
    },
  ],
  variety: benOrVariety,
  narrate: narrateBenOr,
}

function roleOf(node: BenOr): string {
  if (node.decided !== undefined) return 'decided'
  switch (node.phase) {
    case 'waiting':
      return 'waiting'
    case 'report':
      return 'reporting'
    case 'proposal':
      return 'proposing'
    case 'stopped':
      throw new Error('a node stops only once it has decided')
  }
}
