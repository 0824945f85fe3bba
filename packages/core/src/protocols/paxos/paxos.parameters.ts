import { type Micros, microsPerMillisecond } from '../../model/index.ts'

/** The defaults suit any network whose round trips take less than half a second. */
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
    what: 'a proposer whose ballot has not come to a decision by then begins another',
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
