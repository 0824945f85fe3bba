import type { Beyond } from '../../model/index.ts'

/** Constant difficulty, and no block final: so that only the shares of the hash power tell. */
const onlyShares = { chain: 1, targetSpacingSeconds: 10, confirmations: 10_000 } as const

/** What is lost one step outside of the promise: an honest majority, and a network that is timely. */
export const nakamotoBeyond: readonly Beyond[] = [
  {
    name: 'an attacker with most of the hash power',
    what: 'with 60% of the hash power every double spend succeeds, however many confirmations the merchant waits for',
    scenario: {
      nodes: 4,
      network: 'lan',
      byzantine: ['0=double-spend'],
      hashPower: [60, 20, 20, 0],
      parameters: { targetSpacingSeconds: 10 },
      until: 200,
      expect: { verdict: 'violated', property: 'common prefix' },
    },
    seeds: 1,
  },
  {
    name: 'final payments under a majority attack',
    what: 'payments that honest nodes called final are undone with the blocks that held them',
    scenario: {
      nodes: 4,
      network: 'lan',
      byzantine: ['0=double-spend'],
      hashPower: [70, 20, 10, 0],
      workload: 'payments',
      clients: 4,
      // The attacker's merchant waits longer than others do, so that what is final to them is undone too.
      parameters: { targetSpacingSeconds: 10, attackConfirmations: 12 },
      until: 200,
      expect: { verdict: 'violated', property: 'no double spend among final payments' },
    },
    seeds: 3,
  },
  {
    name: 'selfish mining with 45%',
    what: 'a minority that mines selfishly has found most of the blocks of the chain, once it has more than about two fifths',
    scenario: {
      nodes: 4,
      network: 'lan',
      byzantine: ['0=selfish-mining'],
      hashPower: [45, 20, 20, 15],
      parameters: onlyShares,
      until: 1_000,
      expect: { verdict: 'violated', property: 'chain quality' },
    },
    seeds: 1,
  },
  {
    name: 'an eclipsed node',
    what: 'a node whose links all end at an attacker takes a chain for final that nobody else has',
    scenario: {
      nodes: 6,
      network: 'lan',
      byzantine: ['0=eclipse'],
      faults: ['partition:5|1,2,3,4@0s'],
      parameters: { targetSpacingSeconds: 10 },
      for: '3000s',
      expect: { verdict: 'violated', property: 'common prefix' },
    },
    seeds: 1,
  },
  {
    name: 'delays as long as the time between blocks',
    what: 'miners work on old blocks most of the time: forks get deeper than what is called final',
    scenario: {
      nodes: 8,
      network: 'lan',
      faults: ['delay:1s@0s'],
      parameters: { targetSpacingSeconds: 1, confirmations: 6 },
      until: 2_000,
      expect: { verdict: 'violated', property: 'common prefix' },
    },
    seeds: 1,
  },
]
