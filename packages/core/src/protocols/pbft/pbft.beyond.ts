import type { Beyond } from '../../model/index.ts'

/** One step beyond what is promised. */
export const pbftBeyond: readonly Beyond[] = [
  {
    name: 'n = 3f',
    what: 'With one liar among three, two quorums share only him: he gives a batch to each of the two others, and both prepare and commit their own.',
    scenario: {
      nodes: 3,
      byzantine: ['0=equivocates'],
      allowExcessFaults: true,
      for: '3s',
      expect: { verdict: 'violated', property: 'prepared certificates agree' },
    },
    seeds: 1,
  },
  {
    name: 'f + 1 liars of 3f + 1',
    what: 'Two of four equivocate together: each of the two others prepares and commits a batch of its own.',
    scenario: {
      nodes: 4,
      byzantine: ['0=equivocates', '3=equivocates'],
      allowExcessFaults: true,
      for: '3s',
      expect: { verdict: 'violated', property: 'prepared certificates agree' },
    },
    seeds: 1,
  },
  {
    name: 'f + 1 silent of 3f + 1',
    what: 'Two of four say nothing: no quorum is left, and nothing is ever committed.',
    scenario: {
      nodes: 4,
      byzantine: ['0=silent', '3=silent'],
      allowExcessFaults: true,
      for: '3s',
      expect: { verdict: 'inconclusive', property: 'progress' },
    },
    seeds: 1,
  },
  {
    name: 'asynchrony for ever',
    what: 'Messages come when an adversary likes: views come and go, too little is executed, and nothing wrong is.',
    scenario: {
      nodes: 4,
      synchrony: 'partial:1h',
      for: '60s',
      expect: { verdict: 'inconclusive', property: 'progress' },
    },
    seeds: 1,
  },
]
