import type { CheckWorld } from '../../model/index.ts'

const one = { nodes: 3, commands: [{ write: 'a' }] } as const
/** These nodes do not stand for leader. */
const neverStand = (...nodes: number[]) => [{ field: 'role', is: ['replica'], nodes }] as const

/** Leaders that take over from each other, and what they write: every order of it. */
export const multiPaxosWorlds: readonly CheckWorld[] = [
  {
    name: 'two nodes, two leaders, a write, a crash',
    ...one,
    nodes: 2,
    bounds: { timeouts: { leader: 2 }, crashes: 1 },
  },
  {
    name: 'a leader, a write, a message lost and one repeated',
    ...one,
    bounds: { timeouts: { leader: 1 }, losses: 1, duplications: 1 },
    only: neverStand(1, 2),
  },
  {
    name: 'two leaders, one after the other or at once, and a write',
    ...one,
    bounds: { timeouts: { leader: 2 } },
    only: neverStand(2),
    atMost: { promised: 4 },
  },
  {
    name: 'a leader, a write, a crash, disks that take their time',
    ...one,
    bounds: { timeouts: { leader: 1 }, crashes: 1 },
    disk: 'asynchronous',
  },
  {
    name: 'a leader, a write, a heartbeat',
    ...one,
    bounds: { timeouts: { leader: 1, heartbeat: 1 } },
    only: neverStand(1, 2),
  },
  {
    name: 'a leader, two writes',
    ...one,
    commands: [
      { write: 'a', node: 0 },
      { write: 'b', node: 0 },
    ],
    bounds: { timeouts: { leader: 1 } },
    only: neverStand(1, 2),
  },
]
