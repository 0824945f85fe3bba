import { type Micros, microsPerMillisecond, type ParameterValues } from '../../model/index.ts'

/**
 * The defaults suit wide-area networks as they are: a round trip between ten cities takes up to
 * 0.3 s, and the broadcast time must be well below the election timeout (§3.9). On one site, all
 * four times can be ten times shorter.
 */
export const raftParameters = {
  electionTimeoutMs: {
    what: 'the minimum election timeout: so long a leader may be silent; as long voters are loyal',
    unit: 'ms',
    initial: 1_000,
    minimum: 1,
    maximum: 3_600_000,
  },
  electionSpreadMs: {
    what: 'the random part of the election timeout, so that servers rarely time out together (§3.4)',
    unit: 'ms',
    initial: 1_000,
    minimum: 1,
    maximum: 3_600_000,
  },
  heartbeatMs: {
    what: 'how often a leader makes itself heard; several times in a minimum election timeout',
    unit: 'ms',
    initial: 100,
    minimum: 0.1,
    maximum: 3_600_000,
  },
  maxEntriesPerAppend: {
    what: 'the most entries in one AppendEntries',
    unit: 'entries',
    initial: 256,
    minimum: 1,
    maximum: 65_536,
  },
  maxBytesPerAppend: {
    what: 'no entry is added to an AppendEntries that holds so many bytes',
    unit: 'bytes',
    initial: 131_072,
    minimum: 1,
    maximum: 16_777_216,
  },
  maxAppendsInFlight: {
    what: 'the most AppendEntries with entries on their way to one follower; further entries gather into batches',
    unit: 'messages',
    initial: 16,
    minimum: 1,
    maximum: 65_536,
  },
  maxBytesInFlight: {
    what: 'no more is sent to a follower that has so many bytes of entries or of a snapshot on their way',
    unit: 'bytes',
    initial: 1_048_576,
    minimum: 1,
    maximum: 1_073_741_824,
  },
  maxUncommittedEntries: {
    what: 'a leader with so many entries not yet committed refuses more',
    unit: 'entries',
    initial: 16_384,
    minimum: 1,
    maximum: 16_777_216,
  },
  maxPendingReads: {
    what: 'a server with so many reads not yet answered refuses more',
    unit: 'reads',
    initial: 16_384,
    minimum: 1,
    maximum: 16_777_216,
  },
  snapshotEntries: {
    what: 'a server takes a snapshot after it has applied so many entries since the last one',
    unit: 'entries',
    initial: 10_000,
    minimum: 1,
    maximum: 1_000_000_000,
  },
  trailingEntries: {
    what: 'so many entries before a snapshot stay in the log, for followers that are a little behind',
    unit: 'entries',
    initial: 1_000,
    minimum: 0,
    maximum: 1_000_000_000,
  },
  snapshotChunkBytes: {
    what: 'the size of the pieces in which a snapshot is sent',
    unit: 'bytes',
    initial: 65_536,
    minimum: 1,
    maximum: 16_777_216,
  },
  maxSessions: {
    what: 'the most clients that are remembered, more than ever act while one request is under way (§6.3)',
    unit: 'sessions',
    initial: 10_000,
    minimum: 1,
    maximum: 100_000_000,
  },
  clockDriftPpm: {
    what: 'no clock runs faster or slower than true time by more than this: lease reads depend on it (§6.4.1)',
    unit: 'parts in a million',
    initial: 1_000,
    minimum: 0,
    maximum: 500_000,
  },
  initialVoters: {
    what: 'so many nodes, the first ones, vote at the beginning; 0 for all',
    unit: 'nodes',
    initial: 0,
    minimum: 0,
    maximum: 1_000_000,
  },
  initialLearners: {
    what: 'so many nodes after the voters begin as learners; the others begin outside',
    unit: 'nodes',
    initial: 0,
    minimum: 0,
    maximum: 1_000_000,
  },
} as const

/** @throws RangeError for times that cannot work together */
export function checkRaftParameters({
  electionTimeoutMs,
  heartbeatMs,
}: ParameterValues<typeof raftParameters>): void {
  if (heartbeatMs < electionTimeoutMs) return
  throw new RangeError(
    `heartbeatMs is ${heartbeatMs}: it must be less than electionTimeoutMs, ${electionTimeoutMs} ms`,
  )
}

export function micros(milliseconds: number): Micros {
  return Math.round(milliseconds * microsPerMillisecond)
}
