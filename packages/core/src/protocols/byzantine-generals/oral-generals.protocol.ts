import type { Protocol } from '../../model/index.ts'
import { generalsInvariants } from './generals.invariants.ts'
import { commander, type GeneralsCommand } from './generals.messages.ts'
import { narrateGenerals } from './generals.narration.ts'
import { checkTraitors, largestDriftPpm, roundFor } from './generals.parameters.ts'
import { oralVariety } from './generals.variety.ts'
import { oralWorlds } from './generals.worlds.ts'
import { generalsCheckers } from './interactive-consistency.ts'
import { oralAttacks } from './oral-generals.attacks.ts'
import { oralMutants } from './oral-generals.mutants.ts'
import { OralGenerals } from './oral-generals.ts'
import { orders } from './order.ts'

/** What it costs a general to handle one message, at most. */
const perMessageMicros = 20

function maximumTraitors(nodes: number): number {
  return Math.max(0, Math.floor((nodes - 1) / 3))
}

/** More messages to one lieutenant in one round than any run can carry. */
const mostMessages = 1_000_000

/** How many messages reach a lieutenant in the last round: (n - 2)(n - 3)...(n - m - 1). */
function lastRoundMessages(nodes: number, traitors: number): number {
  let messages = 1
  for (let hands = 1; hands <= traitors; hands += 1) messages *= nodes - 1 - hands
  return Math.min(messages, mostMessages)
}

const resilience = { bound: 'n > 3m', maximumFaulty: maximumTraitors }

export const byzantineGenerals: Protocol<OralGenerals> = {
  name: 'byzantine-generals',
  title: 'Byzantine Generals',
  summary: 'A commander and lieutenants agree by word of mouth, though a third of them may lie.',
  family: 'byzantine',
  shape: 'decision',
  faults: 'generals are traitors: they say what they like, and nothing where they like',
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
  usualNodes: 7,
  node: OralGenerals,
  requests: { propose: (value): GeneralsCommand => ({ kind: 'propose', value }) },
  proposedValues: orders,
  usualParameters(nodes, boundMicros, given) {
    const traitors = given.traitors ?? maximumTraitors(nodes)
    const messages = lastRoundMessages(nodes, traitors)
    return { traitors, roundMs: roundFor(boundMicros, traitors, messages, perMessageMicros) }
  },
  checkParameters: ({ traitors = 0 }, nodes, allowExcessFaults) =>
    checkTraitors(traitors, nodes, resilience, allowExcessFaults),
  clocks: { largestJumpMicros: 0, largestDriftPpm },
  roleOf: (node) => (node.host.self === commander ? 'commander' : 'lieutenant'),
  leader: 'commander',
  checkers: generalsCheckers,
  invariants: generalsInvariants,
  worlds: oralWorlds,
  mutants: oralMutants,
  attacks: oralAttacks,
  beyond: [
    {
      name: 'three generals, one traitor',
      what: 'with n = 3 and m = 1 a lieutenant cannot tell a lying commander from a lying lieutenant (figures 1 and 2)',
      scenario: {
        nodes: 3,
        byzantine: ['2=relays-opposite'],
        allowExcessFaults: true,
        parameters: { traitors: 1 },
        expect: { verdict: 'violated', property: 'IC2' },
      },
      seeds: 10,
    },
    {
      name: 'n = 3m',
      what: 'two traitors among six generals: OM(2) is run, and has no majority to rest on',
      scenario: {
        nodes: 6,
        byzantine: ['4=relays-opposite', '5=relays-opposite'],
        allowExcessFaults: true,
        parameters: { traitors: 2 },
        expect: { verdict: 'violated', property: 'IC2' },
      },
      seeds: 10,
    },
    {
      name: 'messages later than Δ',
      what: 'messages that take longer than a round count as not sent, and the commander is not obeyed',
      scenario: {
        faults: ['delay:1s@5ms'],
        expect: { verdict: 'violated', property: 'IC2' },
      },
      seeds: 10,
    },
  ],
  variety: oralVariety,
  narrate: narrateGenerals,
}
