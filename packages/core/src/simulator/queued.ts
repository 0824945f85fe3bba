/** The kinds of events in a world's queue. */
export const queued = {
  deliver: 0,
  /** The turn of what found its node busy, and waits. */
  begin: 1,
  timeout: 2,
  sync: 3,
  request: 4,
  reply: 5,
  wake: 6,
  lottery: 7,
  action: 8,
  /** A delivery that says in which event it was sent, where causes are recorded. */
  letter: 9,
} as const
