/** The kinds of events in a world's queue. */
export const queued = {
  deliver: 0,
  /** A message that found its node busy, and waited for its turn. */
  begin: 1,
  timeout: 2,
  sync: 3,
  request: 4,
  reply: 5,
  wake: 6,
  lottery: 7,
  action: 8,
} as const
