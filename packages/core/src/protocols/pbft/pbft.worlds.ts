import type { CheckWorld, NodeId, OpeningEvent } from '../../model/index.ts'

const two = {
  nodes: 2,
  commands: [
    { write: 'a', node: 0 },
    { write: 'b', node: 1 },
  ],
} as const

/**
 * The primary says one thing to replicas 1 and 2, and another to replica 3. All other ways to divide
 * them are this one with other names, or no division.
 */
export const twoFacedPrimary: CheckWorld = {
  name: 'four replicas, a primary with two faces: one for two of them, one for the third',
  nodes: 4,
  commands: [
    { write: 'a', node: 0, copy: 'first' },
    { write: 'b', node: 0, copy: 'second' },
  ],
  twins: [{ node: 0, second: [3], hears: 'at once' }],
}

/**
 * A backup says one thing to the primary and another to its fellows, who never hear it prepare: it has no
 * pre-prepare where they ask.
 */
export const twoFacedBackup: CheckWorld = {
  name: 'four replicas, a backup with two faces: one for the primary, one for the others',
  nodes: 4,
  commands: [{ write: 'a', node: 0 }],
  twins: [{ node: 3, second: [0], hears: 'at once' }],
}

/** A client's request, known to every backup, each of which waits for it. */
const asked = [
  { write: 'a', node: 0, client: 0 },
  { write: 'c', node: 1, client: 1 },
  { write: 'c', node: 2, client: 1 },
  { write: 'c', node: 3, client: 1 },
] as const
const backupsWait = [{ put: 1 }, { put: 2 }, { put: 3 }] as const

/**
 * A view change among four replicas, of which one is faulty: from the moment at which the primary of
 * view 0 falls silent on, every order of what the others do. Two of them run out of patience by themselves.
 */
function viewChange(name: string, before: readonly OpeningEvent[]): CheckWorld {
  return {
    name: `four replicas, a view change: ${name}`,
    nodes: 4,
    commands: asked,
    opening: [{ settle: 'all' }, ...before, { crash: 0 }, ...backupsWait],
    bounds: { restarts: 0, timeouts: { viewChange: 2 } },
    atMost: { view: 1 },
  }
}

export const twoHaveExecuted = viewChange('a primary that falls silent once two have executed', [
  { put: 0 },
  { settle: [0, 1, 2] },
])

/** A view change in which a replica that has executed denies it. It is the faulty one: the primary is slow. */
export const pastDenied: CheckWorld = {
  ...viewChange('one of two that have executed denies its past', [
    { put: 0 },
    { settle: [0, 2, 3] },
  ]),
  attackers: [{ node: 3, attack: 'denies-its-past', hears: 'at once' }],
}

/** Pre-prepares have reached two backups; their prepares have reached each other; nobody has committed. */
const twoHavePrepared = viewChange('a primary that falls silent once two have prepared', [
  { put: 0 },
  { deliver: [0, 1] },
  { deliver: [0, 2] },
  { deliver: [1, 2] },
  { deliver: [2, 1] },
  { lose: 'all' },
])

/** The three phases, view changes, and a replica that says different things to different others. */
export const pbftWorlds: readonly CheckWorld[] = [
  {
    name: 'two replicas, two requests and a view change',
    ...two,
    bounds: { timeouts: { viewChange: 1 } },
  },
  { name: 'three replicas and one request', nodes: 3, commands: [{ write: 'a', node: 0 }] },
  {
    name: 'two replicas, two requests, a view change and a crash',
    ...two,
    bounds: { timeouts: { viewChange: 1 }, crashes: 1 },
  },
  viewChange('a primary that is silent from the start', []),
  pastDenied,
  twoHavePrepared,
  twoHaveExecuted,
  twoFacedPrimary,
  twoFacedBackup,
]

/** Replica 3 is slow, and the three others are a quorum: one of them lies, and hears at once. */
function threeOfFour(node: NodeId, attack: string, world: Partial<CheckWorld>): CheckWorld {
  return {
    name: `four replicas, one of them slow, and replica ${node} ${attack}`,
    nodes: 4,
    commands: [{ write: 'a', node: 0 }],
    attackers: [{ node, attack, hears: 'at once' }],
    opening: [{ crash: 3 }],
    ...world,
    bounds: { restarts: 0, ...world.bounds },
  }
}

export const forgedRequests = threeOfFour(0, 'forges-requests', {})

/** One batch is being ordered, and two requests gather into the next one. */
export const swappedBatches = threeOfFour(0, 'swaps-batches', {
  parameters: { maxInFlight: 1 },
  commands: [
    { write: 'a', node: 0 },
    { write: 'b', node: 0 },
    { write: 'c', node: 0 },
  ],
  opening: [
    { crash: 3 },
    { put: 0 },
    { put: 1 },
    { put: 2 },
    { settle: [0, 1], others: 'late' },
    { settle: [0, 2], others: 'late' },
    { settle: [1, 2], others: 'late' },
    { settle: [0, 2], others: 'late' },
  ],
})

/** Two of the three others have executed a request in view 0, whose primary is slow. */
export const forgedNewView: CheckWorld = {
  name: 'four replicas, a view change whose primary forges the new view',
  nodes: 4,
  commands: [
    { write: 'a', node: 0 },
    { write: 'b', node: 2, client: 5 },
    { write: 'b', node: 3, client: 5 },
  ],
  attackers: [{ node: 1, attack: 'forges-new-view', hears: 'at once' }],
  opening: [{ put: 0 }, { settle: [0, 1, 2] }, { crash: 0 }, { put: 1 }, { put: 2 }],
  bounds: { restarts: 0, timeouts: { viewChange: 2 } },
}

/** Replica 2 has heard nothing but what replica 3 says to be a checkpoint. */
export const forgedCheckpoints: CheckWorld = {
  name: 'four replicas, one of which forges a checkpoint',
  nodes: 4,
  parameters: { checkpointInterval: 2, logWindow: 4, maxInFlight: 1 },
  commands: [
    { write: 'a', node: 0 },
    { write: 'b', node: 0 },
    { write: 'c', node: 0 },
  ],
  attackers: [{ node: 3, attack: 'forges-checkpoints', hears: 'at once' }],
  opening: [
    { settle: [2, 3] },
    { put: 0 },
    { settle: [0, 1, 3] },
    { put: 1 },
    { settle: [0, 1, 3] },
  ],
}

/** A checkpoint is stable at three, and all that replica 3 was sent is late. */
export const reusedNumbers: CheckWorld = {
  name: 'four replicas, a primary that reuses sequence numbers',
  nodes: 4,
  parameters: { checkpointInterval: 1, logWindow: 2, maxInFlight: 1 },
  commands: [
    { write: 'a', node: 0 },
    { write: 'b', node: 0 },
  ],
  attackers: [{ node: 0, attack: 'reuses-sequence-numbers', hears: 'at once' }],
  opening: [{ settle: [0, 1, 2] }, { put: 0 }, { settle: [0, 1, 2], others: 'late' }, { put: 1 }],
}

/**
 * Replica 3 alone has committed, and is slow from then on. The two that prepared with it have lost power
 * and are back: what they show in the view change is what their disks hold.
 */
export const powerCut: CheckWorld = {
  name: 'four replicas, one has committed, and two lose power before a view change',
  nodes: 4,
  commands: [
    { write: 'a', node: 0, client: 0 },
    { write: 'c', node: 0, client: 1 },
    { write: 'c', node: 1, client: 1 },
    { write: 'c', node: 2, client: 1 },
  ],
  opening: [
    { settle: 'all' },
    { put: 0 },
    { deliver: [0, 1] },
    { deliver: [0, 3] },
    { deliver: [1, 0] },
    { deliver: [3, 0] },
    { deliver: [1, 3] },
    { deliver: [3, 1] },
    { deliver: [0, 3] },
    { deliver: [1, 3] },
    { crash: 3 },
    { crash: 0 },
    { restart: 0 },
    { crash: 1 },
    { restart: 1 },
    { lose: 'all' },
    { put: 1 },
    { put: 2 },
    { put: 3 },
  ],
  bounds: { restarts: 0, timeouts: { viewChange: 2 } },
  atMost: { view: 1 },
}
