import type { NodeId } from '../../model/index.ts'
import { Heartbeats } from './heartbeats.ts'

/**
 * The eventually perfect failure detector ◊P, as in Tushar Chandra and Sam Toueg, "Unreliable Failure
 * Detectors for Reliable Distributed Systems" (Journal of the ACM 43(2), 1996), section 9.1, figure 10.
 *
 * Model: processes crash for good, any number of them. There are bounds on how long messages take and
 * how fast clocks tick, but nobody knows them, and they hold only after some time GST, which nobody
 * knows either (partial synchrony). Until then messages may be late or lost.
 *
 *   Strong completeness: in the end every process that crashed is suspected for good by every process
 *   that did not.
 *   Eventual strong accuracy: there is a time after which nobody is suspected who has not crashed.
 *
 * Silence does not tell a crashed process from a slow one. So a time-out may be too short, and every
 * mistake makes it longer; after GST there is a bound to be reached, and then the mistakes end. Nobody
 * ever knows that they have. Where there is no bound, as in an asynchronous system, they need not end.
 */
export class FailureDetector extends Heartbeats {
  /** It was a mistake: q is trusted again, and given more time. */
  override hearSuspect(q: NodeId): void {
    this.suspects.delete(q)
    this.timeouts.set(q, this.timeoutOf(q) + 1)
  }
}
