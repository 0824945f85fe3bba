import type { NodeId } from '../../model/index.ts'
import { DetectorMachine, type DetectorMessage, tickMicros } from './failure-detector.schema.ts'

/**
 * What the two detectors share, as in figure 10 of the paper: a process says periodically that it is
 * alive (task 1), and suspects whom it has not heard for a time-out (task 2). They differ in what they
 * do when they hear of a suspect (task 3).
 *
 * Time is counted in ticks of the process's own clock, and no clock is read: a clock may be wrong by
 * any amount, as long as it ticks at a bounded rate.
 */
export abstract class Heartbeats extends DetectorMachine {
  /** Task 3: a message of q, which is suspected, has come. */
  abstract hearSuspect(q: NodeId): void

  start(): void {
    this.sendHeartbeats()
    this.host.setTimer('tick', tickMicros(this.parameters))
  }

  /** Nobody asks for anything: who needs a detector looks at `suspects`. */
  propose(_command: never): void {}

  /** It keeps nothing: a process that crashes does not come back. */
  apply(_record: never): void {}

  timeout(_timer: 'tick'): void {
    this.ticksToHeartbeat -= 1
    if (this.ticksToHeartbeat === 0) this.sendHeartbeats()
    this.suspectSilent()
    this.host.setTimer('tick', tickMicros(this.parameters))
  }

  /** Task 1. */
  sendHeartbeats(): void {
    this.ticksToHeartbeat = this.parameters.heartbeatTicks
    this.broadcast({ kind: 'alive' })
  }

  /** Task 2. */
  suspectSilent(): void {
    for (const q of this.host.peers) {
      const silent = (this.silentTicks.get(q) ?? 0) + 1
      this.silentTicks.set(q, silent)
      if (silent > this.timeoutOf(q)) this.suspects.add(q)
    }
  }

  /** Δ_p(q), in ticks. */
  timeoutOf(q: NodeId): number {
    return this.timeouts.get(q) ?? this.parameters.timeoutTicks
  }

  receive(from: NodeId, _message: DetectorMessage): void {
    this.silentTicks.set(from, 0)
    if (this.suspects.has(from)) this.hearSuspect(from)
  }
}
