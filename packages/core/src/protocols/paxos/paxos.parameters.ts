import { type Micros, microsPerMillisecond } from '../../model/index.ts'

export const paxosParameters = {
  proposers: {
    what: 'so many nodes, the first ones, make proposals; 0 for all; 1 for a distinguished proposer (§2.4)',
    unit: 'nodes',
    initial: 0,
    minimum: 0,
    maximum: 1_000_000,
  },
  backoffMs: {
    what: 'a proposer that was outrun waits at random up to this, twice as long each time; 0: it strikes back at once',
    unit: 'ms',
    initial: 10,
    minimum: 0,
    maximum: 3_600_000,
  },
  ballotTimeoutMs: {
    what: 'a proposer whose first ballot has not ended in a decision by then begins another, which has that much more time, and so on',
    unit: 'ms',
    initial: 1_000,
    minimum: 1,
    maximum: 3_600_000,
  },
  enquiryMs: {
    what: 'so often a learner that knows of no decision asks the acceptors',
    unit: 'ms',
    initial: 1_000,
    minimum: 1,
    maximum: 3_600_000,
  },
} as const

export function micros(milliseconds: number): Micros {
  return Math.round(milliseconds * microsPerMillisecond)
}
