import type { Protocol } from '../../model/index.ts'
import { generalsInvariants } from './generals.invariants.ts'
import { commander, type GeneralsCommand } from './generals.messages.ts'
import { narrateGenerals } from './generals.narration.ts'
import { checkTraitors, largestDriftPpm, roundFor } from './generals.parameters.ts'
import { signedVariety } from './generals.variety.ts'
import { signedWorlds } from './generals.worlds.ts'
import { generalsCheckers } from './interactive-consistency.ts'
import { orders } from './order.ts'
import { signedAttacks } from './signed-generals.attacks.ts'
import { signedMutants } from './signed-generals.mutants.ts'
import { SignedGenerals } from './signed-generals.ts'

/** What it costs a lieutenant to verify one signature, at most. */
const perSignatureMicros = 200

/** With fewer than two loyal generals nothing is asked (§4). */
function maximumTraitors(nodes: number): number {
  return Math.max(0, nodes - 2)
}

const resilience = { bound: 'n > m + 1', maximumFaulty: maximumTraitors }

export const signedGenerals: Protocol<SignedGenerals> = {
  name: 'signed-generals',
  title: 'Byzantine Generals with signed messages',
  summary: 'A commander and lieutenants agree in writing, however many of them are traitors.',
  family: 'byzantine',
  shape: 'decision',
  faults: 'generals are traitors: they sign what they like, but cannot sign for the loyal',
  synchrony: 'synchronous',
  channels: 'reliable',
  crashes: 'stop',
  resilience,
  finality: 'immediate',
  roles: ['commander', 'lieutenant'],
  paper: {
    authors: 'Leslie Lamport, Robert Shostak and Marshall Pease',
    title: 'The Byzantine Generals Problem',
    year: 1982,
  },
  usualNodes: 4,
  node: SignedGenerals,
  requests: { propose: (value): GeneralsCommand => ({ kind: 'propose', value }) },
  proposedValues: orders,
  usualParameters(nodes, boundMicros, given) {
    const traitors = given.traitors ?? maximumTraitors(nodes)
    // Everyone may send two orders, each under up to m + 1 names.
    const signatures = 2 * nodes * (traitors + 1)
    return { traitors, roundMs: roundFor(boundMicros, traitors, signatures, perSignatureMicros) }
  },
  checkParameters: ({ traitors = 0 }, nodes, allowExcessFaults) =>
    checkTraitors(traitors, nodes, resilience, allowExcessFaults),
  clocks: { largestJumpMicros: 0, largestDriftPpm },
  roleOf: (node) => (node.host.self === commander ? 'commander' : 'lieutenant'),
  leader: 'commander',
  checkers: generalsCheckers,
  invariants: generalsInvariants,
  worlds: signedWorlds,
  mutants: signedMutants,
  attacks: signedAttacks,
  beyond: [
    {
      name: 'more traitors than m',
      what: 'SM(1) against two traitors: they show a second order in the last round, to one lieutenant alone',
      scenario: {
        nodes: 4,
        byzantine: ['0=reveals-late', '3=reveals-late'],
        parameters: { traitors: 1 },
        expect: { verdict: 'violated', property: 'IC1' },
      },
      seeds: 10,
    },
    {
      name: 'messages later than Δ',
      what: 'messages that take longer than a round come after the deadline, and the commander is not obeyed',
      scenario: {
        faults: ['delay:1s@5ms'],
        expect: { verdict: 'violated', property: 'IC2' },
      },
      seeds: 10,
    },
  ],
  variety: signedVariety,
  narrate: narrateGenerals,
}
