import type { CheckWorld } from '../../model/index.ts'

const commands = [
  { write: 'a', node: 0 },
  { write: 'b', node: 1 },
] as const

/** One height, whose proposals, prevotes and precommits may all be timed out twice, up to this round. */
export function rounds(nodes: number, last: number): CheckWorld {
  return {
    name: `${nodes} validators, two requests, one height in rounds 0 to ${last}`,
    nodes,
    commands,
    opening: 'settled',
    bounds: { timeouts: { propose: 2, prevote: 2, precommit: 2 } },
    atMost: { height: 1, round: last },
  }
}

/** The first proposer forges what it proposes; one of the three others is slow. */
export const forgedRequests: CheckWorld = {
  name: 'four validators, one of them slow, and a proposer that forges requests',
  nodes: 4,
  commands: [{ write: 'a', node: 0 }],
  attackers: [{ node: 0, attack: 'forges-requests', hears: 'at once' }],
  opening: [{ settle: 'all' }, { crash: 3 }],
  bounds: { restarts: 0 },
  atMost: { height: 1 },
}

/** Whoever says at which height it is, is told of a decision that nobody took. */
export const forgedDecisions: CheckWorld = {
  name: 'four validators, one of which forges decisions',
  nodes: 4,
  commands: [{ write: 'a', node: 0 }],
  attackers: [{ node: 3, attack: 'forges-decisions', hears: 'at once' }],
  atMost: { height: 1 },
}

/** Validators 0 and 2 are locked, and 2 has lost power since. */
export const lockedBefore: CheckWorld = {
  name: 'three validators, of which a locked one has crashed and is back, and a precommit timeout',
  nodes: 3,
  commands: [{ write: 'a', node: 0 }],
  opening: [
    { settle: 'all' },
    { put: 0 },
    { deliver: [0, 2] },
    { deliver: [0, 2] },
    { deliver: [2, 0] },
    { crash: 2 },
    { restart: 2 },
  ],
  bounds: { restarts: 0, timeouts: { precommit: 1 } },
  atMost: { height: 0, round: 1 },
}

/** Heights and rounds: every order of votes and timeouts. */
export const tendermintWorlds: readonly CheckWorld[] = [
  {
    name: 'three validators, a request, one height without timeouts',
    nodes: 3,
    commands: [{ write: 'a', node: 0 }],
    opening: 'settled',
    atMost: { height: 1 },
  },
  rounds(2, 1),
]
