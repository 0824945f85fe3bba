import { equalBytes, type Mutant } from '../../model/index.ts'
import type { Announcement, Lock } from './dls.messages.ts'
import { Dls } from './dls.ts'
import { falseDecisions, twoPhases } from './dls.worlds.ts'
import type { Value } from './value-list.ts'

class IgnoresLocks extends Dls {
  override isAcceptable(_value: Value): boolean {
    return true
  }
}

class TrustsCoordinator extends Dls {
  override isProven(_lock: Lock): boolean {
    return true
  }
}

class NeedsFewLists extends Dls {
  override get listsNeeded(): number {
    return this.faulty + 1
  }
}

class NeedsFewAcknowledgements extends Dls {
  override get acknowledgementsNeeded(): number {
    return this.faulty + 1
  }
}

class ReleasesForAnyLock extends Dls {
  override yieldsTo(lock: Lock, other: Lock): boolean {
    return !equalBytes(lock.value, other.value)
  }
}

class LocksInMemory extends Dls {
  override lock(lock: Lock): number {
    this.apply({ kind: 'lock', lock })
    return 0
  }
}

class BelievesAnyClaimOfProper extends Dls {
  override claimants(value: Value | undefined): number {
    return super.claimants(value) > 0 ? this.faulty + 1 : 0
  }
}

class BelievesOneAnnouncement extends Dls {
  override isProof(announcements: readonly Announcement[]): boolean {
    return announcements.length > 0
  }
}

export const dlsMutants: readonly Mutant<Dls>[] = [
  {
    name: 'locks-ignored',
    bug: 'a processor finds values acceptable though it has locked another (§3.2.1)',
    breaks: ['agreement', 'locked decision'],
    node: IgnoresLocks,
  },
  {
    name: 'proof-unchecked',
    bug: 'a processor locks what the coordinator says, without the lists that prove it acceptable and proper (§3.2.2)',
    breaks: ['agreement', 'locked decision', 'validity'],
    node: TrustsCoordinator,
  },
  {
    name: 'too-few-lists',
    bug: 'a value is proposed and locked that t + 1 processors find acceptable and proper, not N - t (§3.2.2)',
    breaks: ['agreement', 'locked decision', 'validity'],
    node: NeedsFewLists,
    world: twoPhases,
  },
  {
    name: 'too-few-acknowledgements',
    bug: 'a coordinator decides when t + 1 processors have locked its value, not 2t + 1 (lemma 3.5)',
    breaks: ['agreement', 'locked decision'],
    node: NeedsFewAcknowledgements,
  },
  {
    name: 'released-too-eagerly',
    bug: 'a lock is released for one of an earlier phase (§3.2.2, the lock-release rule)',
    breaks: ['agreement', 'locked decision'],
    node: ReleasesForAnyLock,
  },
  {
    name: 'lock-not-persisted',
    bug: 'a processor acknowledges a lock that its disk does not hold',
    breaks: ['agreement', 'locked decision'],
    node: LocksInMemory,
  },
  {
    name: 'proper-by-hearsay',
    bug: 'a value is proper as soon as one other processor says so: the rule for crash faults (algorithm 1)',
    breaks: ['validity'],
    node: BelievesAnyClaimOfProper,
    // The value has to get about before another is locked: so the first phases must go wrong.
    parameters: { roundMs: 60, roundGrowthMs: 30 },
    scenario: { nodes: 4, network: 'wan', for: '30s', byzantine: ['2=invented-value'] },
  },
  {
    name: 'one-announcement-believed',
    bug: 'a processor decides what one other says it has decided, not t + 1 (§4.2, remark 2)',
    breaks: ['agreement', 'validity', 'locked decision'],
    node: BelievesOneAnnouncement,
    world: falseDecisions,
  },
]
