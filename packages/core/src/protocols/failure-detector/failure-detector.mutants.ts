import type { Mutant, NodeId } from '../../model/index.ts'
import type { DetectorMessage } from './failure-detector.schema.ts'
import { FailureDetector } from './failure-detector.ts'

class TimeoutNeverGrows extends FailureDetector {
  override hearSuspect(q: NodeId): void {
    this.suspects.delete(q)
  }
}

class NeverTrustsAgain extends FailureDetector {
  override hearSuspect(_q: NodeId): void {}
}

class NeverSuspects extends FailureDetector {
  override suspectSilent(): void {}
}

class HearsOneForAll extends FailureDetector {
  override receive(from: NodeId, message: DetectorMessage): void {
    for (const q of this.host.peers) this.silentTicks.set(q, 0)
    super.receive(from, message)
  }
}

class ShunsSuspects extends FailureDetector {
  override sendHeartbeats(): void {
    this.ticksToHeartbeat = this.parameters.heartbeatTicks
    for (const q of this.host.peers) {
      if (!this.suspects.has(q)) this.host.send(q, { kind: 'alive' })
    }
  }
}

export const detectorMutants: readonly Mutant<FailureDetector>[] = [
  {
    name: 'timeout-never-grows',
    bug: 'a mistake does not make the time-out longer, so a time-out that is too short makes mistakes for ever',
    breaks: ['eventual strong accuracy'],
    node: TimeoutNeverGrows,
    parameters: { timeoutTicks: 2 },
  },
  {
    name: 'never-trusts-again',
    bug: 'whoever was suspected once stays suspected, though it is heard again',
    breaks: ['eventual strong accuracy'],
    node: NeverTrustsAgain,
  },
  {
    name: 'never-suspects',
    bug: 'silence says nothing: accurate, and of no use',
    breaks: ['strong completeness'],
    node: NeverSuspects,
  },
  {
    name: 'one-heard-for-all',
    bug: 'a heartbeat ends the silence of every process, and not of its sender alone',
    breaks: ['strong completeness'],
    node: HearsOneForAll,
  },
  {
    name: 'suspects-shunned',
    bug: 'no heartbeats go to suspects, so two that suspect each other never hear that they are wrong',
    breaks: ['eventual strong accuracy'],
    node: ShunsSuspects,
  },
]
