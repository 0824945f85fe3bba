import type { Request } from '../../machines/signed-request.ts'
import type { Mutant, NodeId } from '../../model/index.ts'
import type { Block, Certificate } from './hotstuff.messages.ts'
import { HotStuff } from './hotstuff.ts'
import { equivocation, forgedRequests, paddedCertificates } from './hotstuff.worlds.ts'
import { maximumFaulty } from './quorum.ts'

class IgnoresLock extends HotStuff {
  override safeNode(_block: Block): boolean {
    return true
  }
}

class NeverUnlocks extends HotStuff {
  override isUnlockedBy(_justify: Certificate): boolean {
    return false
  }
}

class CommitsTwoChains extends HotStuff {
  override decidedBy(certificate: Certificate): Block | undefined {
    const second = this.blockOf(certificate)
    const first = second && this.blockOf(second.justify)
    return first !== undefined && second?.view === first.view + 1 ? first : undefined
  }
}

class SkipsDummyNodes extends HotStuff {
  override areDirect(_first: Block, _second: Block, _third: Block): boolean {
    return true
  }
}

class VotesFromMemory extends HotStuff {
  override recordVote({ view, id: block }: Block): number {
    this.apply({ kind: 'vote', view, block })
    return 0
  }
}

class LocksInMemory extends HotStuff {
  override recordLock(certificate: Certificate): void {
    this.apply({ kind: 'lock', certificate })
  }
}

class QuorumOf2f extends HotStuff {
  override get quorum(): number {
    return Math.max(1, 2 * maximumFaulty(this.host.nodes.length))
  }
}

class CountsVotesTwice extends HotStuff {
  override mayFollow(node: NodeId, last: NodeId): boolean {
    return node >= last
  }
}

class BelievesLeaders extends HotStuff {
  override isGenuine(_request: Request): boolean {
    return true
  }
}

class TimeoutsDoNotGrow extends HotStuff {
  override get viewsGivenUp(): number {
    return 0
  }
}

const forks = ['committed branch', 'state-machine safety', 'linearizability', 'assertion']

/** The classic mistakes: of locking, of committing, of counting, of forgetting, of trusting. */
export const hotStuffMutants: readonly Mutant<HotStuff>[] = [
  {
    name: 'lock-ignored',
    bug: 'a node votes for blocks that conflict with its lock (algorithm 1, safeNode)',
    breaks: forks,
    node: IgnoresLock,
  },
  {
    name: 'liveness-rule-removed',
    bug: 'a node that is locked votes for no other branch, whatever the certificate that justifies it (algorithm 1, line 27)',
    breaks: ['progress'],
    node: NeverUnlocks,
    scenario: { nodes: 7, byzantine: ['0=strands', '1=strands'] },
  },
  {
    name: 'two-chain-commit',
    bug: 'two certified blocks in a row decide, while nodes lock as late as for three (algorithm 6 done by half)',
    breaks: forks,
    node: CommitsTwoChains,
  },
  {
    name: 'dummy-nodes-skipped',
    bug: 'three certified blocks decide though views without a block lie between them (section 5, dummy nodes)',
    breaks: forks,
    node: SkipsDummyNodes,
    scenario: {
      nodes: 4,
      byzantine: ['0=revives-hidden'],
      faults: ['crash:3@1s+1s', 'crash:3@3s+1s'],
    },
  },
  {
    name: 'vote-not-persisted',
    bug: 'a node votes without writing to disk that it did',
    breaks: ['vote durability', 'certificate uniqueness', ...forks],
    node: VotesFromMemory,
  },
  {
    name: 'lock-not-persisted',
    bug: 'a node forgets its lock in a crash',
    breaks: ['vote durability', ...forks],
    node: LocksInMemory,
  },
  {
    name: 'quorum-of-2f',
    bug: 'a quorum is 2f votes, so that two of them may share Byzantine voters alone',
    breaks: ['certificate uniqueness', ...forks],
    node: QuorumOf2f,
    world: equivocation,
    scenario: { byzantine: ['0=twins'] },
  },
  {
    name: 'votes-counted-twice',
    bug: 'a certificate is believed that lists the vote of one node many times',
    breaks: ['certificate uniqueness', 'progress', ...forks],
    node: CountsVotesTwice,
    world: paddedCertificates,
    scenario: { byzantine: ['0=pads-certificates'] },
  },
  {
    name: 'requests-on-trust',
    bug: 'a node votes for requests that their clients did not sign',
    breaks: ['linearizability', 'exactly once'],
    node: BelievesLeaders,
    world: forgedRequests,
    scenario: { byzantine: ['0=forges-requests'] },
  },
  {
    name: 'timeouts-do-not-grow',
    bug: 'all views are equally long, so that none is ever long enough for a slow network (algorithm 5)',
    breaks: ['progress'],
    node: TimeoutsDoNotGrow,
    parameters: { viewTimeoutMs: 20 },
    scenario: { network: 'wan', for: '10s' },
  },
]
