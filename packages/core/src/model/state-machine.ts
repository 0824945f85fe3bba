/**
 * A replicated state machine: deterministic, told apart from the protocol that orders its commands.
 *
 * The same machine rides on any protocol. A log protocol only ever applies; a chain protocol may
 * have to take back what it applied, and asks for `undo`.
 */
export interface StateMachine {
  /** Applies one command and returns the client's result. A malformed command returns an error result; it never throws. */
  apply(command: Uint8Array): Uint8Array
  /** Answers a question without changing anything. */
  query(question: Uint8Array): Uint8Array
  /** The whole state as bytes, canonical: equal states give equal bytes. */
  snapshot(): Uint8Array
  /** Replaces the state by one that `snapshot` returned. */
  restore(snapshot: Uint8Array): void
  /** Reverts the latest command that has not been reverted yet. Only chains need it. */
  undo(): void
  /** Forgets the undo data of all but the latest `depth` commands. */
  forgetUndo(depth: number): void
}
