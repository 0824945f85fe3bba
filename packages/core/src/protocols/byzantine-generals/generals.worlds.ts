import type { CheckWorld } from '../../model/index.ts'

/** What a traitor draws before each thing that he says. */
const anything = [0, 0.5] as const

/** Rounds as the paper has them: what is sent in one arrives before it ends, in every order. */
const rounds = { timing: 'lockstep', bounds: { timeouts: 'any' } } as const

const ordered = [{ propose: 'attack', node: 0 }] as const

/** All that one traitor may say to anybody, wherever he is. */
export const oralWorlds: readonly CheckWorld[] = [
  { name: 'four generals, all loyal', nodes: 4, commands: ordered, ...rounds },
  {
    name: 'four generals, the commander a traitor who says anything',
    nodes: 4,
    attackers: [{ node: 0, attack: 'says-anything' }],
    draws: anything,
    ...rounds,
  },
  {
    name: 'four generals, a lieutenant a traitor who says anything',
    nodes: 4,
    commands: ordered,
    attackers: [{ node: 3, attack: 'says-anything' }],
    draws: anything,
    ...rounds,
  },
]

/** One traitor among three, or two among four, who sign what they like and show it to whom they like. */
export const signedWorlds: readonly CheckWorld[] = [
  {
    name: 'three generals, the commander a traitor who signs anything',
    nodes: 3,
    attackers: [{ node: 0, attack: 'shows-anything' }],
    draws: anything,
    ...rounds,
  },
  {
    name: 'three generals, a lieutenant a traitor who shows anything',
    nodes: 3,
    commands: ordered,
    attackers: [{ node: 2, attack: 'shows-anything' }],
    draws: anything,
    ...rounds,
  },
  {
    name: 'four generals, the commander a traitor who signs anything',
    nodes: 4,
    attackers: [{ node: 0, attack: 'shows-anything' }],
    draws: anything,
    ...rounds,
  },
  {
    name: 'four generals, the commander and a lieutenant traitors who show anything',
    nodes: 4,
    parameters: { traitors: 2 },
    attackers: [
      { node: 0, attack: 'shows-anything' },
      { node: 3, attack: 'shows-anything', hears: 'at once' },
    ],
    draws: anything,
    ...rounds,
  },
]

/** Five generals, so that half of what one has heard may be attacks. */
export const fiveGenerals: CheckWorld = {
  name: 'five generals, the commander a traitor who says anything',
  nodes: 5,
  attackers: [{ node: 0, attack: 'says-anything' }],
  draws: anything,
  ...rounds,
}

/** A lieutenant who shows what the commander never signed. */
export const forger: CheckWorld = {
  name: 'three generals, a lieutenant who forges',
  nodes: 3,
  commands: ordered,
  attackers: [{ node: 2, attack: 'forges-order' }],
  ...rounds,
}

/** Two traitors among four, who do what a single attack says. */
export function conspiracy(attack: string): CheckWorld {
  return {
    name: `four generals, two traitors: ${attack}`,
    nodes: 4,
    parameters: { traitors: 2 },
    commands: ordered,
    draws: [0, 0.9],
    attackers: [
      { node: 0, attack },
      { node: 3, attack },
    ],
    ...rounds,
  }
}
