import type { RequestId, StateMachine } from '../model/index.ts'
import { type Execution, noteRun, type runOnce, type Session } from './session.ts'

/** `runOnce` without its check, for planted bugs: whatever is repeated runs again. */
export const runAgain: typeof runOnce = (
  machine: StateMachine,
  sessions: Map<number, Session>,
  { client, sequence }: RequestId,
  body: Uint8Array,
  index: number,
  maxSessions: number,
): Execution => {
  const result = machine.apply(body)
  noteRun(sessions, client, { sequence, result, lastUsed: index }, maxSessions)
  return { kind: 'ran', result }
}
