import { type Micros, microsPerMillisecond, type ParameterValues } from '../../model/index.ts'

/**
 * Timeouts grow with the round, timeoutX(r) = timeoutX + r × timeoutDelta: so whatever the network's
 * bound is after stabilisation, some round's timeouts exceed it. The defaults suit wide-area networks;
 * where Δ is known, `usualTendermintParameters` are better.
 */
export const tendermintParameters = {
  timeoutProposeMs: {
    what: 'how long a validator waits for the proposal of round 0 before it prevotes nil (line 21)',
    unit: 'ms',
    initial: 1_000,
    minimum: 1,
    maximum: 3_600_000,
  },
  timeoutPrevoteMs: {
    what: 'how long it waits for more prevotes after 2f+1 of round 0 that disagree (line 35)',
    unit: 'ms',
    initial: 500,
    minimum: 1,
    maximum: 3_600_000,
  },
  timeoutPrecommitMs: {
    what: 'how long it waits for more precommits after 2f+1 of round 0 that disagree (line 48)',
    unit: 'ms',
    initial: 500,
    minimum: 1,
    maximum: 3_600_000,
  },
  timeoutDeltaMs: {
    what: 'by how much the three timeouts grow with every round of a height',
    unit: 'ms',
    initial: 250,
    minimum: 1,
    maximum: 3_600_000,
  },
  emptyBlockMs: {
    what: 'after so long without any request a height begins all the same, and decides an empty block',
    unit: 'ms',
    initial: 60_000,
    minimum: 1,
    maximum: 3_600_000_000,
  },
  statusMs: {
    what: 'a validator that got nowhere for so long tells its peers what it holds, and gets what it lacks',
    unit: 'ms',
    initial: 500,
    minimum: 1,
    maximum: 3_600_000,
  },
  idleStatusMs: {
    what: 'so often a validator with nothing to commit tells its peers its height',
    unit: 'ms',
    initial: 5_000,
    minimum: 1,
    maximum: 3_600_000_000,
  },
  maxRequestsPerBlock: {
    what: 'the most requests in one block; a block with more is not valid',
    unit: 'requests',
    initial: 256,
    minimum: 1,
    maximum: 65_536,
  },
  maxPendingRequests: {
    what: 'a validator with so many requests not yet committed refuses more',
    unit: 'requests',
    initial: 16_384,
    minimum: 1,
    maximum: 16_777_216,
  },
  snapshotBlocks: {
    what: 'every so many blocks all validators take a snapshot, and the next block carries its hash',
    unit: 'blocks',
    initial: 1_000,
    minimum: 1,
    maximum: 1_000_000_000,
  },
  trailingBlocks: {
    what: 'so many blocks before a snapshot are kept, for validators that are a little behind',
    unit: 'blocks',
    initial: 100,
    minimum: 0,
    maximum: 1_000_000_000,
  },
  maxSessions: {
    what: 'the most clients that are remembered, more than ever act while one request is under way',
    unit: 'sessions',
    initial: 10_000,
    minimum: 1,
    maximum: 100_000_000,
  },
  heaviestWeight: {
    what: 'the voting power of node 0, where every other has 1: less than a third of all may be faulty, by power',
    unit: 'votes',
    initial: 1,
    minimum: 1,
    maximum: 1_000,
  },
} as const

/** What a validator may need to verify and write down what comes in one step. */
const handlingMicros: Micros = 40_000
/** What each validator adds to it: its vote. */
const handlingPerNodeMicros: Micros = 250

/**
 * Timeouts for a network that keeps Δ, so that a silent proposer costs little where messages are fast.
 * In round 0 they are less than the 2Δ that are always enough, for most messages take much less than
 * Δ; later rounds have much more, also where disks are slower than this reckons with.
 * @param given what was asked for: an idle validator is not to speak more often than one that is stuck
 */
export function usualTendermintParameters(
  nodes: number,
  boundMicros: Micros,
  given: { readonly [name: string]: number },
): { readonly [name: string]: number } {
  const handling = handlingMicros + nodes * handlingPerNodeMicros
  const vote = milliseconds(boundMicros / 2 + handling)
  const statusMs = milliseconds(boundMicros / 2 + 2 * handling)
  return {
    timeoutProposeMs: milliseconds(boundMicros + handling),
    timeoutPrevoteMs: vote,
    timeoutPrecommitMs: vote,
    timeoutDeltaMs: vote,
    statusMs: Math.min(statusMs, given.idleStatusMs ?? statusMs),
  }
}

function milliseconds(duration: Micros): number {
  return Math.ceil(duration / microsPerMillisecond)
}

/** @throws RangeError for times that do not go together */
export function checkTendermintParameters({
  statusMs,
  idleStatusMs,
}: ParameterValues<typeof tendermintParameters>): void {
  if (idleStatusMs >= statusMs) return
  throw new RangeError(
    `idleStatusMs is ${idleStatusMs}: it must be at least statusMs, ${statusMs} ms`,
  )
}

export function micros(milliseconds: number): Micros {
  return Math.round(milliseconds * microsPerMillisecond)
}
