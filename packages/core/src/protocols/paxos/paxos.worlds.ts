import type { CheckWorld } from '../../model/index.ts'

const one = { nodes: 3, commands: [{ propose: 'a', node: 0 }] } as const
const two = {
  commands: [
    { propose: 'a', node: 0 },
    { propose: 'b', node: 1 },
  ],
} as const

/** Proposers that duel, crash, are not heard, and begin again: every order of it. */
export const paxosWorlds: readonly CheckWorld[] = [
  { name: 'one proposer', ...one },
  {
    name: 'one proposer, a crash, a message lost',
    ...one,
    bounds: { crashes: 1, losses: 1 },
  },
  {
    name: 'one proposer, a crash, a message repeated',
    ...one,
    bounds: { crashes: 1, duplications: 1 },
  },
  {
    name: 'two nodes, two proposers with another ballot, a crash',
    nodes: 2,
    ...two,
    bounds: { timeouts: { ballot: 1 }, crashes: 1 },
  },
  {
    name: 'one proposer, a crash, disks that take their time',
    ...one,
    bounds: { crashes: 1 },
    disk: 'asynchronous',
  },
  {
    name: 'one proposer that begins two ballots',
    ...one,
    bounds: { timeouts: { ballot: 1 } },
  },
  { name: 'two proposers', nodes: 3, ...two },
]
