import type { CheckWorld, WorldCommand } from '../../model/index.ts'

/** Node 0 is asked to propose the first bit, node 1 the second, and so on. */
export function bits(values: string): WorldCommand[] {
  return [...values].map((propose, node) => ({ propose, node }))
}

/** Both sides of the coin, wherever one is tossed. */
export const coin = [0, 0.75] as const

/** Coins show whatever they like, and messages come in every order. */
export const benOrWorlds: readonly CheckWorld[] = [
  {
    name: 'two nodes of different minds, four rounds',
    nodes: 2,
    commands: bits('01'),
    draws: coin,
    atMost: { round: 4 },
  },
  {
    name: 'three of one mind, the first round',
    nodes: 3,
    commands: bits('111'),
    draws: coin,
    atMost: { round: 1 },
  },
  {
    name: 'two against one, the first round, a crash',
    nodes: 3,
    commands: bits('011'),
    draws: coin,
    bounds: { crashes: 1 },
    atMost: { round: 1 },
  },
  {
    name: 'two against one, two rounds, one node the first alone',
    nodes: 3,
    commands: bits('011'),
    draws: coin,
    only: [{ field: 'round', is: [0, 1], nodes: [0] }],
    atMost: { round: 2 },
  },
]

/** The same for the protocol that withstands liars, where everybody may be heard. */
export const byzantineBenOrWorlds: readonly CheckWorld[] = [
  {
    name: 'two nodes of different minds, four rounds',
    nodes: 2,
    commands: bits('01'),
    draws: coin,
    atMost: { round: 4 },
  },
  {
    name: 'two against one, two rounds, a crash',
    nodes: 3,
    commands: bits('011'),
    draws: coin,
    bounds: { crashes: 1 },
    atMost: { round: 2 },
    liveness: false,
  },
]
