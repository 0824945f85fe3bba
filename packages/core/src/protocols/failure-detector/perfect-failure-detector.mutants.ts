import type { Mutant, NodeId } from '../../model/index.ts'
import type { DetectorMessage } from './failure-detector.schema.ts'
import { PerfectFailureDetector } from './perfect-failure-detector.ts'

class BoundForgotten extends PerfectFailureDetector {
  override timeoutOf(_q: NodeId): number {
    return this.parameters.heartbeatTicks
  }
}

class SuspectsUnheard extends PerfectFailureDetector {
  override start(): void {
    for (const q of this.host.peers) this.suspects.add(q)
    super.start()
  }

  override hearSuspect(q: NodeId): void {
    this.suspects.delete(q)
  }
}

class NeverSuspects extends PerfectFailureDetector {
  override suspectSilent(): void {}
}

class HearsOneForAll extends PerfectFailureDetector {
  override receive(from: NodeId, message: DetectorMessage): void {
    for (const q of this.host.peers) this.silentTicks.set(q, 0)
    super.receive(from, message)
  }
}

class MissesFirstCrash extends PerfectFailureDetector {
  override suspectSilent(): void {
    const known = this.suspects.size
    super.suspectSilent()
    if (known === 0 && this.suspects.size === 1) this.suspects.clear()
  }
}

export const perfectDetectorMutants: readonly Mutant<PerfectFailureDetector>[] = [
  {
    name: 'bound-forgotten',
    bug: 'the time-out is the period of the heartbeats, without Δ: the first late one is a mistake',
    breaks: ['strong accuracy'],
    node: BoundForgotten,
  },
  {
    name: 'suspected-until-heard',
    bug: 'a process begins by suspecting everybody, until it hears of them',
    breaks: ['strong accuracy'],
    node: SuspectsUnheard,
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
    name: 'one-always-forgiven',
    bug: 'while nobody else is suspected, the one that is silent is taken for slow',
    breaks: ['strong completeness'],
    node: MissesFirstCrash,
  },
]
