import type { CheckWorld } from '../../model/index.ts'

const three = { nodes: 3, commands: [] } as const
const write = [{ write: 'a' }] as const
/** The first server alone stands for leader. */
const firstStands = [{ field: 'role', is: ['follower'], nodes: [1, 2] }] as const

/** Elections, and replication by the leader that they bring: every order of it. */
export const raftWorlds: readonly CheckWorld[] = [
  { name: 'an election', ...three, bounds: { timeouts: { election: 1 } } },
  {
    name: 'an election, a write, a crash',
    ...three,
    commands: write,
    bounds: { timeouts: { election: 1 }, crashes: 1 },
  },
  {
    name: 'an election in which one message is lost and one is duplicated',
    ...three,
    bounds: { timeouts: { election: 1 }, losses: 1, duplications: 1 },
  },
  { name: 'two election timeouts', ...three, bounds: { timeouts: { election: 2 } } },
  {
    name: 'an election, a write, a crash, disks that take their time',
    ...three,
    commands: write,
    bounds: { timeouts: { election: 1 }, crashes: 1 },
    disk: 'asynchronous',
  },
  {
    name: 'two election timeouts and a crash, in the first term',
    ...three,
    bounds: { timeouts: { election: 2 }, crashes: 1 },
    atMost: { currentTerm: 1 },
  },
  {
    name: 'the first server stands, a write, a heartbeat',
    ...three,
    commands: write,
    bounds: { timeouts: { election: 1, heartbeat: 1 } },
    only: firstStands,
  },
]
