import type { CheckWorld } from '../../model/index.ts'

/** What the nodes send when they start has arrived; votes count once their positions are durable. */
const started = { opening: 'settled', positions: 'counted' } as const

/** A request's blocks, votes and certificates, views that are given up, and a leader with two faces. */
export const hotStuffWorlds: readonly CheckWorld[] = [
  {
    name: 'four nodes, the first leader with two faces, two requests',
    nodes: 4,
    commands: [
      { write: 'a', node: 1, copy: 'first' },
      { write: 'b', node: 1, copy: 'second' },
    ],
    twins: [{ node: 1, second: [2, 3], hears: 'at once' }],
    ...started,
  },
  {
    name: 'four nodes, a request, no view given up',
    nodes: 4,
    commands: [{ write: 'a', node: 1 }],
    ...started,
  },
  {
    name: 'two nodes, two requests, two timeouts, five views',
    nodes: 2,
    commands: [
      { write: 'a', node: 0 },
      { write: 'b', node: 1 },
    ],
    ...started,
    bounds: { timeouts: { view: 2 } },
    atMost: { curView: 5 },
  },
]

/** The first leader proposes in the name of a client what that did not ask for. */
export const forgedRequests: CheckWorld = {
  name: 'four nodes, a leader that forges requests',
  nodes: 4,
  commands: [{ write: 'ab', node: 1 }],
  attackers: [{ node: 1, attack: 'forges-requests', hears: 'at once' }],
  ...started,
}

/** Everybody waits for the same request. */
const allAsked = {
  nodes: 4,
  commands: [0, 1, 2, 3].map((node) => ({ write: 'a', node, client: 0 })),
  positions: 'counted',
  opening: [{ settle: 'all' }, { put: 0 }, { put: 2 }, { put: 3 }, { put: 1 }],
} as const

/** The first leader proposes two blocks; who gives up shows its vote to all. */
export const equivocation: CheckWorld = {
  ...allAsked,
  name: 'four nodes, a leader that equivocates, two timeouts',
  attackers: [{ node: 1, attack: 'equivocates', hears: 'at once' }],
  bounds: { timeouts: { view: 2 } },
  atMost: { curView: 2 },
}

/** The second leader writes down its own vote for a hidden block as often as it takes. */
export const paddedCertificates: CheckWorld = {
  ...allAsked,
  name: 'four nodes, a leader that pads certificates, three timeouts',
  attackers: [{ node: 2, attack: 'pads-certificates', hears: 'at once' }],
  bounds: { timeouts: { view: 3 } },
  atMost: { curView: 3 },
}
