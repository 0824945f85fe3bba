import type { Beyond } from '../../model/index.ts'

/** One step outside of what Raft promises. */
export const raftBeyond: readonly Beyond[] = [
  {
    name: 'a majority down',
    what: 'Three of five servers are down for good: nothing is lost, and nothing goes on.',
    scenario: {
      nodes: 5,
      faults: ['crash:0,1,2@2s'],
      for: '10s',
      expect: { verdict: 'inconclusive', property: 'progress' },
    },
    seeds: 1,
  },
  {
    name: 'no bound on delays',
    what: 'On an asynchronous network, where messages take longer than any timeout, no progress is promised, and what is committed stays so.',
    scenario: {
      nodes: 5,
      synchrony: 'async',
      network: 'wan',
      parameters: { electionTimeoutMs: 40, electionSpreadMs: 20, heartbeatMs: 10 },
      for: '10s',
      expect: { verdict: 'inconclusive', property: 'progress' },
    },
    seeds: 5,
  },
  {
    name: 'a server that lies',
    what: 'One server of three is Byzantine, two copies of it each seen by some: two leaders of one term, and two logs.',
    scenario: {
      nodes: 3,
      byzantine: ['0=twins:2s'],
      clients: 3,
      thinkTime: '50ms',
      faults: ['pause:leader@2s+1s'],
      for: '5s',
      expect: { verdict: 'violated' },
    },
    seeds: 10,
  },
]
