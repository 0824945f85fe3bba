import type { Beyond } from '../../model/index.ts'

/** One step outside of what Multi-Paxos promises. */
export const multiPaxosBeyond: readonly Beyond[] = [
  {
    name: 'a majority down',
    what: 'Three of five nodes are down for good: nothing is lost, and nothing goes on.',
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
    what: 'On an asynchronous network, where messages take longer than any timeout, no progress is promised, and what is chosen stays so.',
    scenario: {
      nodes: 5,
      synchrony: 'async',
      network: 'wan',
      parameters: { leaderTimeoutMs: 40, leaderSpreadMs: 20, heartbeatMs: 10 },
      for: '10s',
      expect: { verdict: 'inconclusive', property: 'progress' },
    },
    seeds: 5,
  },
  {
    name: 'an acceptor that lies',
    what: 'One node of three is Byzantine, two copies of it each seen by some: two leaders find a majority each, and choose different values.',
    scenario: {
      nodes: 3,
      byzantine: ['0=twins:2s'],
      faults: ['cut:1>2@0s+4s', 'cut:2>1@0s+4s'],
      for: '5s',
      expect: { verdict: 'violated', property: 'state-machine safety' },
    },
    seeds: 10,
  },
  {
    name: 'a disk that lies',
    what: 'Disks acknowledge what they have not written, and a power cut takes it: promises and acceptances are forgotten.',
    scenario: {
      nodes: 3,
      faults: ['disk-lies:all@0s', 'crash:all@3s+100ms', 'crash:all@5s+100ms'],
      for: '8s',
      expect: { verdict: 'violated', property: 'state-machine safety' },
    },
    seeds: 10,
  },
]
