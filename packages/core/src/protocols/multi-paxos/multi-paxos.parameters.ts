import { type Micros, microsPerMillisecond, type ParameterValues } from '../../model/index.ts'

/** The defaults suit wide-area networks as they are. On one site, all times can be ten times shorter. */
export const multiPaxosParameters = {
  leaderTimeoutMs: {
    what: 'a leader may be silent for so long; as long replicas promise nothing to others (Chandra et al. 2007, §5.2)',
    unit: 'ms',
    initial: 1_000,
    minimum: 1,
    maximum: 3_600_000,
  },
  leaderSpreadMs: {
    what: 'the random part of that time, so that replicas rarely stand together',
    unit: 'ms',
    initial: 1_000,
    minimum: 1,
    maximum: 3_600_000,
  },
  heartbeatMs: {
    what: 'how often a leader makes itself heard; several times in a leader timeout',
    unit: 'ms',
    initial: 100,
    minimum: 0.1,
    maximum: 3_600_000,
  },
  catchUpMs: {
    what: 'a replica that was not sent what it asked for asks again after this',
    unit: 'ms',
    initial: 500,
    minimum: 1,
    maximum: 3_600_000,
  },
  window: {
    what: 'a leader proposes up to so many slots that are not chosen, and refuses more (Lamport 2001, §3: α)',
    unit: 'slots',
    initial: 16_384,
    minimum: 1,
    maximum: 16_777_216,
  },
  maxSlotsPerAccept: {
    what: 'the most slots in one message of phase 2',
    unit: 'slots',
    initial: 256,
    minimum: 1,
    maximum: 65_536,
  },
  maxBytesPerAccept: {
    what: 'no value is added to a message of phase 2 that holds so many bytes',
    unit: 'bytes',
    initial: 131_072,
    minimum: 1,
    maximum: 16_777_216,
  },
  maxAcceptsInFlight: {
    what: 'the most messages of phase 2 whose slots are not all chosen; further values gather into batches',
    unit: 'messages',
    initial: 16,
    minimum: 1,
    maximum: 65_536,
  },
  maxSlotsAsked: {
    what: 'the most slots that a replica which lacks some asks for at once',
    unit: 'slots',
    initial: 4_096,
    minimum: 1,
    maximum: 16_777_216,
  },
  maxPendingReads: {
    what: 'a leader with so many reads not yet answered refuses more',
    unit: 'reads',
    initial: 16_384,
    minimum: 1,
    maximum: 16_777_216,
  },
  snapshotSlots: {
    what: 'a replica takes a snapshot after it has executed so many slots since the last one',
    unit: 'slots',
    initial: 10_000,
    minimum: 1,
    maximum: 1_000_000_000,
  },
  trailingSlots: {
    what: 'so many slots before a snapshot stay in the log, for replicas that are a little behind',
    unit: 'slots',
    initial: 1_000,
    minimum: 0,
    maximum: 1_000_000_000,
  },
  snapshotPieceBytes: {
    what: 'the size of the pieces in which a snapshot is sent',
    unit: 'bytes',
    initial: 65_536,
    minimum: 1,
    maximum: 16_777_216,
  },
  maxSnapshotBytesAsked: {
    what: 'so much of a snapshot is asked for at once',
    unit: 'bytes',
    initial: 1_048_576,
    minimum: 1,
    maximum: 1_073_741_824,
  },
  maxSessions: {
    what: 'the most clients that are remembered, more than ever act while one request is under way',
    unit: 'sessions',
    initial: 10_000,
    minimum: 1,
    maximum: 100_000_000,
  },
} as const

/** @throws RangeError for times that cannot work together */
export function checkMultiPaxosParameters({
  leaderTimeoutMs,
  heartbeatMs,
}: ParameterValues<typeof multiPaxosParameters>): void {
  if (heartbeatMs < leaderTimeoutMs) return
  throw new RangeError(
    `heartbeatMs is ${heartbeatMs}: it must be less than leaderTimeoutMs, ${leaderTimeoutMs} ms`,
  )
}

export function micros(milliseconds: number): Micros {
  return Math.round(milliseconds * microsPerMillisecond)
}
