import type { Beyond } from '../../model/index.ts'

/** One step outside of what Paxos promises. */
export const paxosBeyond: readonly Beyond[] = [
  {
    name: 'duelling proposers',
    what: 'Proposers that strike back at once outrun each other where all messages take equally long: no value is ever chosen, and no promise of safety breaks.',
    scenario: {
      nodes: 5,
      network: { regions: ['one'], oneWayLatencyMs: [[20]], jitter: 0 },
      parameters: { backoffMs: 0 },
      for: '61s',
      expect: { verdict: 'violated', property: 'termination' },
    },
    seeds: 1,
  },
  {
    name: 'a majority down',
    what: 'Three of five nodes are down for good: nothing wrong is decided, and nothing is.',
    scenario: {
      nodes: 5,
      network: 'wan',
      faults: ['crash:0,1,2@0s'],
      for: '10s',
      expect: { verdict: 'inconclusive', property: 'termination' },
    },
    seeds: 1,
  },
  {
    name: 'no bound on delays',
    what: 'On an asynchronous network, with ballots shorter than a round trip, no decision is promised by any time, and nothing wrong is decided.',
    scenario: {
      nodes: 5,
      network: 'wan',
      synchrony: 'async',
      parameters: { backoffMs: 1, ballotTimeoutMs: 1 },
      for: '1s',
      expect: { verdict: 'inconclusive', property: 'termination' },
    },
    seeds: 1,
  },
  {
    name: 'an acceptor that lies',
    what: 'One node of three is Byzantine, and the two others hear one copy of it each: both find a majority, and decide for themselves.',
    scenario: {
      nodes: 3,
      network: 'wan',
      byzantine: ['0=twins'],
      faults: ['cut:1>2@0s+8s', 'cut:2>1@0s+8s'],
      for: '10s',
      expect: { verdict: 'violated', property: 'agreement' },
    },
    seeds: 10,
  },
]
