import { type Micros, microsPerMillisecond } from '../../model/index.ts'

/** The times suit wide-area networks as they are; where Δ is known, `usualHotStuffParameters` are better. */
export const hotStuffParameters = {
  viewTimeoutMs: {
    what: 'so long a node waits in a view before it gives up; as much longer for every f + 1 views given up since the last commit',
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
    what: 'a checkpoint is taken whenever the branch has grown by so many blocks; the signatures of one are collected before the next is due',
    unit: 'blocks',
    initial: 256,
    minimum: 4,
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

/** What a node may need to verify and write down what comes in one view, apart from its certificates. */
const handlingMicros: Micros = 20_000
/** What each node adds to it: its signature in a certificate, its new-view message. */
const handlingPerNodeMicros: Micros = 250

/**
 * Timeouts for a network that keeps Δ: a view takes a block and the votes for it, 2Δ, if all are in
 * it at once. They may not be, and Δ may not hold: each view given up leaves as much more to the next.
 */
export function usualHotStuffParameters(
  nodes: number,
  boundMicros: Micros,
): { readonly viewTimeoutMs: number; readonly fetchTimeoutMs: number } {
  const view = 2 * boundMicros + handlingMicros + nodes * handlingPerNodeMicros
  const viewTimeoutMs = Math.ceil(view / microsPerMillisecond)
  // Whoever lacks a block can ask two nodes before the view is over.
  return { viewTimeoutMs, fetchTimeoutMs: viewTimeoutMs / 2 }
}

export function micros(milliseconds: number): Micros {
  return Math.round(milliseconds * microsPerMillisecond)
}
