import type { Beyond } from '../../model/index.ts'

/** One validator after the other loses power for a moment. */
const powerCuts = Array.from({ length: 8 }, (_, i) => `crash:${i % 4}@${1_000 + 500 * i}ms+50ms`)

/** What is lost one step outside of n > 3f by power, timeliness, and disks that keep what they acknowledge. */
export const tendermintBeyond: readonly Beyond[] = [
  {
    name: 'n = 3f',
    what: 'one of three validators shows a block to each of the others, and both decide',
    scenario: {
      nodes: 3,
      byzantine: ['2=equivocates'],
      allowExcessFaults: true,
      for: '10s',
      expect: { verdict: 'violated', property: 'agreement' },
    },
    seeds: 3,
  },
  {
    name: 'f + 1 Byzantine validators',
    what: 'two of four make a quorum with either of the others, and so two blocks are decided',
    scenario: {
      nodes: 4,
      byzantine: ['2=equivocates', '3=equivocates'],
      allowExcessFaults: true,
      for: '10s',
      expect: { verdict: 'violated', property: 'agreement' },
    },
    seeds: 3,
  },
  {
    name: 'a third of the voting power in one hand',
    what: 'one of four validators has three votes of six: to be few is not enough',
    scenario: {
      nodes: 4,
      parameters: { heaviestWeight: 3 },
      byzantine: ['0=equivocates'],
      for: '10s',
      expect: { verdict: 'violated', property: 'agreement' },
    },
    seeds: 3,
  },
  {
    name: 'f + 1 silent validators',
    what: 'two of four are no quorum: nothing is ever decided, and nothing is decided twice',
    scenario: {
      nodes: 4,
      byzantine: ['2=silent', '3=silent'],
      allowExcessFaults: true,
      for: '10s',
      expect: { verdict: 'inconclusive', property: 'progress' },
    },
    seeds: 1,
  },
  {
    name: 'asynchrony',
    what: 'every message comes later than the timeouts expect it: round follows round without a decision',
    scenario: {
      network: 'wan',
      synchrony: 'async',
      faults: ['delay:5s@0s'],
      parameters: { timeoutDeltaMs: 1 },
      for: '60s',
      expect: { verdict: 'inconclusive', property: 'progress' },
    },
    seeds: 1,
  },
  {
    name: 'a disk that lies',
    what: 'disks acknowledge what they lose in a power cut: a validator comes back without votes that others have counted',
    scenario: {
      network: 'zones',
      disk: '20ms',
      faults: ['disk-lies:all@0s', ...powerCuts],
      for: '10s',
      expect: { verdict: 'violated', property: 'vote durability' },
    },
    seeds: 20,
  },
]
