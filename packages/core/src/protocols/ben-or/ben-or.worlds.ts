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
    name: 'all of one mind, two rounds',
    nodes: 3,
    commands: bits('111'),
    draws: coin,
    atMost: { round: 1 },
  },
  {
    name: 'two against one, the first round',
    nodes: 3,
    commands: bits('011'),
    draws: coin,
    atMost: { round: 1 },
  },
  {
    name: 'two against one, the first round, a crash',
    nodes: 3,
    commands: bits('011'),
    draws: coin,
    atMost: { round: 1 },
    bounds: { crashes: 1 },
  },
]
