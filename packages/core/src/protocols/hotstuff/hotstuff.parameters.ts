import { type Micros, microsPerMillisecond } from '../../model/index.ts'

/** The defaults suit wide-area networks as they are. On one site both times can be ten times shorter. */
export const hotStuffParameters = {
  viewTimeoutMs: {
    what: 'so long a node waits in a view before it gives up; as much longer for every view given up since the last commit',
    unit: 'ms',
    initial: 1_000,
    minimum: 1,
    maximum: 3_600_000,
  },
  fetchTimeoutMs: {
    what: 'so long a node waits for missing blocks before it asks another one',
    unit: 'ms',
    initial: 500,
    minimum: 1,
    maximum: 3_600_000,
  },
  maxRequestsPerBlock: {
    what: 'the most requests in one block',
    unit: 'requests',
    initial: 256,
    minimum: 1,
    maximum: 65_536,
  },
  maxPendingRequests: {
    what: 'a node that knows of so many requests not yet executed ignores more',
    unit: 'requests',
    initial: 65_536,
    minimum: 1,
    maximum: 100_000_000,
  },
  maxBlocksPerReply: {
    what: 'the most blocks sent at once to a node that lacks them',
    unit: 'blocks',
    initial: 64,
    minimum: 1,
    maximum: 65_536,
  },
  checkpointBlocks: {
    what: 'a checkpoint is taken whenever the branch has grown by so many blocks',
    unit: 'blocks',
    initial: 256,
    minimum: 1,
    maximum: 1_000_000_000,
  },
  maxSessions: {
    what: 'the most clients that are remembered, more than ever act while one request is under way',
    unit: 'sessions',
    initial: 10_000,
    minimum: 1,
    maximum: 100_000_000,
  },
} as const

export function micros(milliseconds: number): Micros {
  return Math.round(milliseconds * microsPerMillisecond)
}
