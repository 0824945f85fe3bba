import { type Micros, microsPerMillisecond, type ParameterValues } from '../../model/index.ts'

/** The times suit wide-area networks as they are; where Δ is known, `usualPbftParameters` are better. */
export const pbftParameters = {
  viewChangeTimeoutMs: {
    what: 'so long a backup waits for a request to be executed before it leaves the view; doubled with every further view that executes nothing (§4.5.2)',
    unit: 'ms',
    initial: 2_000,
    minimum: 1,
    maximum: 3_600_000,
  },
  longestTimeoutMs: {
    what: 'the timeout is doubled up to this',
    unit: 'ms',
    initial: 30_000,
    minimum: 1,
    maximum: 86_400_000,
  },
  statusMs: {
    what: 'a replica that waits for something and gets no further asks for it every so often',
    unit: 'ms',
    initial: 200,
    minimum: 0.1,
    maximum: 3_600_000,
  },
  maxBatch: {
    what: 'the most requests under one sequence number',
    unit: 'requests',
    initial: 256,
    minimum: 1,
    maximum: 65_536,
  },
  maxInFlight: {
    what: 'the most batches that the primary has proposed and not executed; further requests gather into larger ones',
    unit: 'batches',
    initial: 2,
    minimum: 1,
    maximum: 65_536,
  },
  checkpointInterval: {
    what: 'a checkpoint is taken after every so many sequence numbers (§4.3)',
    unit: 'sequence numbers',
    initial: 128,
    minimum: 1,
    maximum: 1_000_000,
  },
  logWindow: {
    what: 'H - h: how far sequence numbers may run ahead of the latest stable checkpoint; two checkpoint intervals or more, so that nobody has to wait (§4.3)',
    unit: 'sequence numbers',
    initial: 256,
    minimum: 1,
    maximum: 4_000_000,
  },
  maxWaiting: {
    what: 'a replica with so many requests waiting refuses more',
    unit: 'requests',
    initial: 16_384,
    minimum: 1,
    maximum: 16_777_216,
  },
  statePartBytes: {
    what: 'the size of the parts in which a state is fetched, each with a digest of its own',
    unit: 'bytes',
    initial: 65_536,
    minimum: 1,
    maximum: 16_777_216,
  },
  maxSessions: {
    what: 'the most clients that are remembered, more than there are: of one that is forgotten a liar can have its first request run again',
    unit: 'sessions',
    initial: 10_000,
    minimum: 1,
    maximum: 100_000_000,
  },
} as const

/** What requests wait for beside messages: their turn under load, disks, what is lost and sent again. */
const servingMs = 250
const shortestStatusMs = 25

/**
 * Times for a network in which no message takes longer than Δ: a request that the primary missed can
 * be passed on to it, and go through the three phases.
 */
export function usualPbftParameters(
  _nodes: number,
  boundMicros: Micros,
  given: { readonly [name: string]: number },
): {
  readonly viewChangeTimeoutMs: number
  readonly longestTimeoutMs: number
  readonly statusMs: number
} {
  const boundMs = boundMicros / microsPerMillisecond
  const { viewChangeTimeoutMs = Math.ceil(4 * boundMs + servingMs) } = given
  return {
    viewChangeTimeoutMs,
    longestTimeoutMs: Math.max(pbftParameters.longestTimeoutMs.initial, viewChangeTimeoutMs),
    statusMs: Math.ceil(boundMs / 4 + shortestStatusMs),
  }
}

/** @throws RangeError for a window in which no checkpoint fits, or times that cannot work together */
export function checkPbftParameters(parameters: ParameterValues<typeof pbftParameters>): void {
  const { checkpointInterval, logWindow, viewChangeTimeoutMs, longestTimeoutMs } = parameters
  if (logWindow < checkpointInterval) {
    throw new RangeError(
      `logWindow is ${logWindow}: it must be at least checkpointInterval, ${checkpointInterval}, or the log fills before a checkpoint is due`,
    )
  }
  if (longestTimeoutMs < viewChangeTimeoutMs) {
    throw new RangeError(
      `longestTimeoutMs is ${longestTimeoutMs}: it must be at least viewChangeTimeoutMs, ${viewChangeTimeoutMs} ms`,
    )
  }
}

export function micros(milliseconds: number): Micros {
  return Math.round(milliseconds * microsPerMillisecond)
}
