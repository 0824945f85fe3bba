import type { Beyond } from '../../model/index.ts'

/** What is lost one step outside of n > 3f, signatures and partial synchrony. */
export const hotStuffBeyond: readonly Beyond[] = [
  {
    name: 'n = 3f',
    what: 'with one silent node of three no quorum can do without it: nothing is ever committed',
    scenario: {
      nodes: 3,
      byzantine: ['2=silent'],
      allowExcessFaults: true,
      for: '10s',
      expect: { verdict: 'inconclusive', property: 'progress' },
    },
    seeds: 1,
  },
  {
    name: 'f + 1 Byzantine nodes',
    what: 'two twins of four make a quorum with either of the others, and so two of them in one view',
    scenario: {
      nodes: 4,
      byzantine: ['2=twins:1min', '3=twins:1min'],
      allowExcessFaults: true,
      for: '10s',
      expect: { verdict: 'violated', property: 'certificate uniqueness' },
    },
    seeds: 20,
  },
  {
    name: 'asynchrony for ever',
    what: 'messages come when an adversary likes: nodes give up on view after view, and disagree on nothing',
    scenario: {
      nodes: 4,
      synchrony: 'partial:1h',
      for: '60s',
      expect: { verdict: 'inconclusive', property: 'progress' },
    },
    seeds: 3,
  },
]
