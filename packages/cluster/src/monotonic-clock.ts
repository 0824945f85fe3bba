import type { Micros } from '@quorate/core/model'

/**
 * Microseconds since 1970 by a clock that never goes back: the machine's time when the process
 * started, and a monotonic count from there. A later step of the machine's time does not move it.
 */
export function monotonicMicros(): Micros {
  return Math.floor((performance.timeOrigin + performance.now()) * 1_000)
}
