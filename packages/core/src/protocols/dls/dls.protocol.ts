import type { Protocol } from '../../model/index.ts'
import { dlsAttacks } from './dls.attacks.ts'
import { dlsCheckers, dlsInvariants, dlsTermination } from './dls.invariants.ts'
import type { DlsCommand } from './dls.messages.ts'
import { dlsMutants } from './dls.mutants.ts'
import { narrateDls } from './dls.narration.ts'
import { largestDriftPpm, usualDlsParameters } from './dls.parameters.ts'
import { Dls } from './dls.ts'
import { dlsVariety } from './dls.variety.ts'
import { dlsWorlds } from './dls.worlds.ts'

export const dls: Protocol<Dls> = {
  name: 'dls',
  title: 'DLS',
  summary: 'Coordinators in turn, locks with proofs: safe always, live once the network is timely.',
  family: 'byzantine',
  shape: 'decision',
  faults:
    'processors lie; others crash and recover; messages are lost, repeated, delayed and reordered',
  synchrony: 'partially synchronous',
  channels: 'lossy',
  crashes: 'recover',
  resilience: {
    bound: 'n > 3f',
    maximumFaulty: (nodes) => Math.max(0, Math.floor((nodes - 1) / 3)),
  },
  finality: 'immediate',
  roles: ['coordinator', 'processor'],
  paper: {
    authors: 'Cynthia Dwork, Nancy Lynch and Larry Stockmeyer',
    title: 'Consensus in the Presence of Partial Synchrony',
    year: 1988,
  },
  usualNodes: 4,
  node: Dls,
  requests: { propose: (value): DlsCommand => ({ kind: 'propose', value }) },
  usualParameters: usualDlsParameters,
  clocks: { largestJumpMicros: 3_600_000_000, largestDriftPpm },
  roleOf: (node) => (node.isCoordinator ? 'coordinator' : 'processor'),
  leader: 'coordinator',
  checkers: dlsCheckers,
  invariants: dlsInvariants,
  eventually: dlsTermination,
  worlds: dlsWorlds,
  mutants: dlsMutants,
  attacks: dlsAttacks,
  beyond: [
    {
      name: 'n = 3f',
      what: 'two liars among six, where t is 1: two say "decide v" to some and "decide w" to others, and are believed',
      scenario: {
        nodes: 6,
        byzantine: ['4=false-decision', '5=false-decision'],
        allowExcessFaults: true,
        expect: { verdict: 'violated', property: 'agreement' },
      },
      seeds: 10,
    },
    {
      name: 'before GST for ever',
      what: 'an adversary holds messages up for the whole run: safety stays, a decision need not come',
      scenario: {
        synchrony: 'partial:1h',
        network: 'wan',
        for: '20s',
        expect: { verdict: 'inconclusive' },
      },
      seeds: 20,
    },
  ],
  variety: dlsVariety,
  narrate: narrateDls,
}
