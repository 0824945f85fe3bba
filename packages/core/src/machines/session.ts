import {
  bytes,
  type Infer,
  map,
  natural,
  type RequestId,
  type StateMachine,
  struct,
} from '../model/index.ts'

/** What the replicated state holds of one client, so that a retry is not run twice (Ongaro 2014, §6.3). */
export const Session = struct({
  /** The latest request of the client that was run, and its result. */
  sequence: natural,
  result: bytes,
  /** The index of the client's latest entry: the session unused for longest expires first. */
  lastUsed: natural,
})
export type Session = Infer<typeof Session>

/** Sessions by client: part of the replicated state, and so of a protocol's state and its snapshots. */
export const Sessions = map(natural, Session)

/** What became of a committed command. */
export type Execution =
  /** The machine ran it. */
  | { readonly kind: 'ran'; readonly result: Uint8Array }
  /** It ran before. Of requests before the client's latest the result is gone, and nobody waits for it. */
  | { readonly kind: 'repeated'; readonly result: Uint8Array | undefined }
  /** Its session was forgotten, so it cannot be known whether this is a retry: it was not run. */
  | { readonly kind: 'expired' }

/**
 * Runs a committed command on the machine, unless its client's session has seen it. Every replica
 * that applies the same log gets the same sessions.
 *
 * A client's requests are numbered from 1 and run one after the other. Clients choose their own
 * numbers, so a first request that is repeated after its session was forgotten cannot be told from a
 * new client's, and runs again: more sessions must fit than clients can become active while one
 * request is under way.
 * @param index the entry's place in the log
 * @param maxSessions the most clients that are remembered
 */
export function runOnce(
  machine: StateMachine,
  sessions: Map<number, Session>,
  { client, sequence }: RequestId,
  body: Uint8Array,
  index: number,
  maxSessions: number,
): Execution {
  const session = sessions.get(client)
  if (session === undefined && sequence !== 1) return { kind: 'expired' }
  if (session !== undefined) {
    session.lastUsed = index
    if (sequence <= session.sequence) {
      return {
        kind: 'repeated',
        result: sequence === session.sequence ? session.result : undefined,
      }
    }
  }
  const result = machine.apply(body)
  if (session !== undefined) {
    session.sequence = sequence
    session.result = result
  } else noteRun(sessions, client, { sequence, result, lastUsed: index }, maxSessions)
  return { kind: 'ran', result }
}

/** Notes that a client's request has run, and forgets other clients where they are too many. */
export function noteRun(
  sessions: Map<number, Session>,
  client: number,
  session: Session,
  maxSessions: number,
): void {
  sessions.set(client, session)
  if (sessions.size > maxSessions) expireSessions(sessions, maxSessions)
}

/**
 * Forgets the sessions unused for longest, by their place in the log, so that every replica forgets
 * the same. An eighth at once, so that the sort is paid for by many new sessions.
 */
function expireSessions(sessions: Map<number, Session>, maxSessions: number): void {
  const uses = Float64Array.from(sessions.values(), ({ lastUsed }) => lastUsed).sort()
  const excess = sessions.size - maxSessions
  const expired = Math.max(excess, Math.floor(maxSessions / 8))
  const latestExpired = uses[expired - 1] as number
  for (const [client, { lastUsed }] of sessions) {
    if (lastUsed <= latestExpired) sessions.delete(client)
  }
}
