import { runAgain } from '../../machines/session.mutants.ts'
import type { Execution } from '../../machines/session.ts'
import type { Request } from '../../machines/signed-request.ts'
import type { LogPosition, Mutant } from '../../model/index.ts'
import type { PbftRecord, PrePrepare, PreparedCertificate } from './pbft.messages.ts'
import { Pbft } from './pbft.ts'
import {
  forgedCheckpoints,
  forgedNewView,
  forgedRequests,
  powerCut,
  reusedNumbers,
  swappedBatches,
  twoFacedPrimary,
} from './pbft.worlds.ts'

class QuorumOf2f extends Pbft {
  override get quorum(): number {
    return super.quorum - 1
  }
}

class SkipsPrepare extends Pbft {
  override get preparesNeeded(): number {
    return 0
  }
}

class ForgetsPrepared extends Pbft {
  override preparedCertificates(): PreparedCertificate[] {
    return []
  }
}

class BelievesNewView extends Pbft {
  override followsFrom(): boolean {
    return true
  }
}

class BelievesOneCheckpoint extends Pbft {
  override get stableQuorum(): number {
    return 1
  }
}

class IgnoresDigests extends Pbft {
  override isDigestOf(): boolean {
    return true
  }
}

class IgnoresClientSignatures extends Pbft {
  override isClientSigned(): boolean {
    return true
  }
}

class IgnoresWatermarks extends Pbft {
  override isInWindow(): boolean {
    return true
  }
}

class AcceptsFromMemory extends Pbft {
  override record(record: PbftRecord): LogPosition {
    if (record.kind !== 'prePrepare') return super.record(record)
    this.apply(record)
    return 0
  }

  override prepare(prePrepare: PrePrepare, position: LogPosition): void {
    super.prepare(prePrepare, position)
    this.ownVotesReached(position)
  }
}

class PreparesFromMemory extends Pbft {
  override record(record: PbftRecord): LogPosition {
    if (record.kind !== 'prepared') return super.record(record)
    this.apply(record)
    return 0
  }

  override commit(prePrepare: PrePrepare, position: LogPosition): void {
    super.commit(prePrepare, position)
    this.ownVotesReached(position)
  }
}

class RunsRetriesAgain extends Pbft {
  override execute(request: Request): Execution {
    const { maxSessions } = this.parameters
    const { application } = this.host
    return runAgain(application, this.sessions, request, request.body, this.index, maxSessions)
  }
}

/** Against the replica that is the first primary. */
const byzantinePrimary = (attack: string) => ({ nodes: 4, byzantine: [`0=${attack}`] })

/**
 * All replicas die again and again, with disks so slow that most of what they have executed is on
 * none as committed. What they had said is lost with the network, and sent again so late that the
 * view is left before: what is committed then rests on what the view changes show.
 */
export const powerCuts = {
  parameters: { viewChangeTimeoutMs: 250, longestTimeoutMs: 500, statusMs: 3_000, maxInFlight: 1 },
  scenario: {
    nodes: 4,
    network: 'lan',
    disk: '50ms',
    thinkTime: '2ms',
    for: '6s',
    byzantine: [],
    faults: Array.from({ length: 8 }, (_, cut) => 300 + 733 * cut).flatMap((atMs) => [
      `partition:0|1|2|3@${atMs - 1}ms+30ms`,
      `crash:all@${atMs}ms+5ms`,
    ]),
  },
} as const

/** The classic mistakes, and some that are easy to make beside the paper. */
export const pbftMutants: readonly Mutant<Pbft>[] = [
  {
    name: 'quorum-of-2f',
    bug: 'a quorum is 2f replicas, so that two of them need not share a correct one (§4.2)',
    breaks: [
      'prepared certificates agree',
      'committed certificates agree',
      'state-machine safety',
      'linearizability',
      'assertion',
    ],
    node: QuorumOf2f,
    scenario: byzantinePrimary('equivocates'),
    world: twoFacedPrimary,
  },
  {
    name: 'prepare-skipped',
    bug: 'a backup commits what is pre-prepared, without prepares of others (§4.2)',
    breaks: [
      'prepared certificates agree',
      'committed certificates agree',
      'state-machine safety',
      'linearizability',
      'assertion',
    ],
    node: SkipsPrepare,
    scenario: byzantinePrimary('equivocates'),
    world: twoFacedPrimary,
  },
  {
    name: 'prepared-forgotten',
    bug: 'a view change says nothing of what was prepared in earlier views (§4.4)',
    breaks: [
      'committed certificates agree',
      'state-machine safety',
      'linearizability',
      'assertion',
      'progress',
    ],
    node: ForgetsPrepared,
  },
  {
    name: 'new-view-unverified',
    bug: 'backups take over what the new primary proposes again, without computing it from the view changes (§4.4)',
    breaks: [
      'committed certificates agree',
      'state-machine safety',
      'linearizability',
      'assertion',
    ],
    node: BelievesNewView,
    world: forgedNewView,
    scenario: { nodes: 4, byzantine: ['1=forges-new-view'] },
  },
  {
    name: 'one-checkpoint-believed',
    bug: 'a checkpoint is stable when one replica says so (§4.3)',
    breaks: [
      'state-machine safety',
      'prefix order',
      'exactly once',
      'linearizability',
      'assertion',
      'progress',
    ],
    node: BelievesOneCheckpoint,
    world: forgedCheckpoints,
    scenario: { nodes: 4, byzantine: ['3=forges-checkpoints'] },
  },
  {
    name: 'digest-unchecked',
    bug: 'a backup does not compare the digest of a pre-prepare with the requests beside it (§4.2)',
    breaks: ['state-machine safety', 'linearizability', 'assertion'],
    node: IgnoresDigests,
    world: swappedBatches,
    scenario: byzantinePrimary('swaps-batches'),
  },
  {
    name: 'client-signature-unchecked',
    bug: 'a backup accepts requests that their clients have not signed (§4.1)',
    breaks: ['linearizability', 'exactly once'],
    node: IgnoresClientSignatures,
    world: forgedRequests,
    scenario: byzantinePrimary('forges-requests'),
  },
  {
    name: 'watermarks-ignored',
    bug: 'a backup accepts sequence numbers below h, of which it has forgotten what it accepted (§4.3)',
    breaks: [
      'prepared certificates agree',
      'committed certificates agree',
      'state-machine safety',
      'assertion',
    ],
    node: IgnoresWatermarks,
    world: reusedNumbers,
    parameters: { checkpointInterval: 2, logWindow: 4 },
    scenario: byzantinePrimary('reuses-sequence-numbers'),
  },
  {
    name: 'acceptance-not-persisted',
    bug: 'a replica takes part in ordering what it has not written to its disk',
    breaks: [
      'prepared certificates agree',
      'committed certificates agree',
      'state-machine safety',
      'linearizability',
      'assertion',
      'progress',
    ],
    node: AcceptsFromMemory,
    world: {
      name: 'a primary that crashes, disks that take their time',
      nodes: 3,
      commands: [
        { write: 'a', node: 0 },
        { write: 'b', node: 0 },
      ],
      bounds: { crashes: 1 },
      disk: 'asynchronous',
    },
  },
  {
    name: 'prepared-not-persisted',
    bug: 'a replica commits without writing to its disk that it has prepared',
    breaks: [
      'committed certificates agree',
      'state-machine safety',
      'linearizability',
      'assertion',
      'progress',
    ],
    node: PreparesFromMemory,
    ...powerCuts,
    world: powerCut,
  },
  {
    name: 'retry-run-again',
    bug: 'a request that was ordered twice is run twice (§4.2)',
    breaks: ['exactly once', 'linearizability'],
    node: RunsRetriesAgain,
    world: {
      name: 'a request asked twice, two view changes',
      nodes: 2,
      commands: [
        { write: 'a', node: 0, client: 1 },
        { write: 'a', node: 1, client: 1 },
      ],
      bounds: { timeouts: { viewChange: 2 } },
    },
  },
]
