import type { CheckWorld, NodeId, OpeningEvent } from '../../model/index.ts'

const three = { nodes: 3, commands: [] } as const
const write = [{ write: 'a' }] as const
/** The first server alone stands for leader. */
const firstStands = [{ field: 'role', is: ['follower'], nodes: [1, 2] }] as const

/** So many times a question of one and the answer of another. */
function exchanges(one: NodeId, other: NodeId, times: number): OpeningEvent[] {
  return Array.from({ length: times }, (): OpeningEvent[] => [
    { deliver: [one, other] },
    { deliver: [other, one] },
  ]).flat()
}

/** A server's patience ends, and another's pre-vote and vote make it leader. */
function elected(server: NodeId, by: NodeId): OpeningEvent[] {
  return [{ timeout: 'election', node: server }, ...exchanges(server, by, 2)]
}

/** The same for one that first has to learn which term it is. */
function electedLate(server: NodeId, by: NodeId): OpeningEvent[] {
  const learns: OpeningEvent[] = [
    { timeout: 'election', node: server },
    ...exchanges(server, by, 1),
  ]
  return [...learns, ...elected(server, by)]
}

/** Server 0 led term 1 and server 1 term 2, each elected by server 2 alone, and no entry has left them. */
const twoLeaders: readonly OpeningEvent[] = [
  ...elected(0, 2),
  { lose: 'all' },
  { crash: 0 },
  ...electedLate(1, 2),
  { lose: 'all' },
]

/** Figure 3.7 with three servers: the leader of term 1 leads again, in term 3, and its first entry is on its way. */
export const figure37: CheckWorld = {
  name: 'figure 3.7: three leaders before, and three timeouts more',
  ...three,
  parameters: { maxEntriesPerAppend: 1, maxAppendsInFlight: 1 },
  opening: [
    ...twoLeaders,
    { crash: 1 },
    { restart: 0 },
    // The first one ends its loyalty to a leader that it may have heard.
    { timeout: 'election', node: 0 },
    ...electedLate(0, 2),
    { restart: 1 },
  ],
  bounds: { timeouts: { election: 3 } },
  atMost: { currentTerm: 4 },
}

/** The leader of term 2 sends heartbeats to a server with an entry of term 1 in the same place. */
export const conflictingLogs: CheckWorld = {
  name: 'two leaders before, whose logs conflict, and two heartbeats',
  ...three,
  opening: [...twoLeaders, { restart: 0 }],
  bounds: { timeouts: { heartbeat: 2 } },
  atMost: { currentTerm: 2 },
}

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
  conflictingLogs,
]
