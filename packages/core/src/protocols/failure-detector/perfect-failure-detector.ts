import type { NodeId } from '../../model/index.ts'
import { Heartbeats } from './heartbeats.ts'

/**
 * The perfect failure detector P of Chandra and Toueg (1996), section 2: in a synchronous system.
 *
 * Model: processes crash for good, any number of them. No message is lost, none takes longer than a
 * known bound Δ, and clocks drift apart by a known rate at most. So who has been silent for a period of
 * heartbeats and Δ has crashed, and a suspicion is knowledge.
 *
 *   Strong completeness: in the end every process that crashed is suspected for good by every process
 *   that did not.
 *   Strong accuracy: nobody is suspected before it crashes.
 *
 * One message later than Δ is enough to make a suspicion wrong, and it is never taken back.
 */
export class PerfectFailureDetector extends Heartbeats {
  override hearSuspect(_q: NodeId): void {}
}

/**
 * The time-out that tells for certain, in ticks: no two heartbeats of a process are further apart than
 * their period and Δ; two ticks beside for where the ticks fall, and for the drift of clocks.
 */
export function certainTimeoutTicks(
  heartbeatTicks: number,
  boundMicros: number,
  tickMicros: number,
): number {
  return heartbeatTicks + Math.ceil(boundMicros / tickMicros) + 2
}
