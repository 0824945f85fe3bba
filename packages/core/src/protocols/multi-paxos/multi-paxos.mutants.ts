import { runAgain } from '../../machines/session.mutants.ts'
import type { Execution, Session } from '../../machines/session.ts'
import type { CheckWorld, Mutant, NodeId, RequestId } from '../../model/index.ts'
import type { PValue } from './multi-paxos.messages.ts'
import { MultiPaxos } from './multi-paxos.ts'

class ForgetsItsPromise extends MultiPaxos {
  override recordPromise(ballot: number): void {
    this.apply({ kind: 'promise', ballot })
  }
}

class AcceptsBelowItsPromise extends MultiPaxos {
  override mayAccept(_ballot: number): boolean {
    return true
  }
}

class IgnoresWhatWasAccepted extends MultiPaxos {
  override recover(pvalues: readonly (PValue | undefined)[]): void {
    if (this.promisers.size === 1) super.recover(pvalues)
  }
}

class TakesTheLowestBallot extends MultiPaxos {
  override isBetter(told: PValue, known: PValue | undefined): boolean {
    return known === undefined || told.ballot < known.ballot
  }
}

class SkipsGaps extends MultiPaxos {
  override learnChosen(slot: number): void {
    this.chosenThrough = Math.max(this.chosenThrough, slot)
    const last = Math.min(this.chosenThrough, this.lastSlot)
    if (last > this.executedSlot) this.executeThrough(last)
    this.acceptedThrough = Math.max(this.acceptedThrough, this.executedSlot)
  }

  override gapReached(_slot: number): void {}
}

class ContentWithHalf extends MultiPaxos {
  override get majority(): number {
    return Math.ceil(this.host.nodes.length / 2)
  }
}

class SharesItsBallots extends MultiPaxos {
  override nextBallot(): number {
    return Math.max(this.promised, this.highestSeen) + 1
  }
}

class CountsAcrossBallots extends MultiPaxos {
  override isCurrent(_pvalue: PValue): boolean {
    return true
  }
}

class AcceptsBeforeWriting extends MultiPaxos {
  override tellAccepted(leader: NodeId, ballot: number, round: number): void {
    const { acceptedThrough: through } = this
    this.host.sendEagerly(leader, { kind: 'accepted', ballot, through, round })
  }
}

class CountsUnwrittenSlots extends MultiPaxos {
  override accept(slot: number, pvalues: readonly PValue[]): number {
    const position = super.accept(slot, pvalues)
    if (this.role === 'leader') this.accepted[this.host.self] = slot + pvalues.length - 1
    return position
  }
}

class ReadsWithoutRound extends MultiPaxos {
  override isConfirmed(): boolean {
    return true
  }

  override confirmReads(): void {
    super.confirmReads()
    this.roundConfirmed()
  }
}

class ReadsBeforeRecovering extends MultiPaxos {
  override mayRead(): boolean {
    return true
  }
}

class LosesSessions extends MultiPaxos {
  override sessionsToSave(): Map<number, Session> {
    return new Map()
  }
}

class RunsRetriesAgain extends MultiPaxos {
  override execute(slot: number, request: RequestId, body: Uint8Array): Execution {
    const { application } = this.host
    return runAgain(application, this.sessions, request, body, slot, this.parameters.maxSessions)
  }
}

/** One node after the other is cut off from the others, but not from the clients. */
const partitions: readonly string[] = Array.from({ length: 6 }, (_, i) => {
  const alone = i % 3
  const others = [0, 1, 2].filter((node) => node !== alone)
  return `partition:${alone}|${others.join(',')}@${5 + 9 * i}s+7s`
})

/**
 * A leader is cut off with what it alone has accepted; when it is back, the one that took its place
 * crashes, and the first may lead again.
 */
const comebacks: readonly string[] = Array.from({ length: 12 }, (_, i) => [
  `isolate:leader@${1_000 * (i + 1)}ms+500ms`,
  `crash:leader@${1_000 * (i + 1) + 502}ms+300ms`,
]).flat()

/**
 * Node 0 has a slow disk. What it proposes while node 1 is cut off, node 2 alone has on disk; then
 * node 0 crashes for a moment, and node 2 is cut off in its turn.
 */
const lostTails: readonly string[] = [
  'disk-slow:0:50x@0s+20s',
  ...Array.from({ length: 6 }, (_, i) => [
    `isolate:1@${1 + 2 * i}s+500ms`,
    `crash:0@${1_500 + 2_000 * i}ms+20ms`,
    `isolate:2@${1_500 + 2_000 * i}ms+900ms`,
  ]).flat(),
]

/** Two candidates that take over from each other, each with a write of its own, and a crash. */
const rivals: CheckWorld = {
  name: 'two candidates, three elections, a crash',
  nodes: 3,
  commands: [
    { write: 'a', node: 0 },
    { write: 'b', node: 1 },
  ],
  bounds: { timeouts: { leader: 3 }, crashes: 1 },
  only: [{ field: 'role', is: ['replica'], nodes: [2] }],
}

/** One client's one request, asked twice. */
const twice = [
  { write: 'a', node: 0, client: 1 },
  { write: 'a', node: 0, client: 1 },
] as const

/** The classic mistakes, and some that are easy to make beside the papers. */
export const multiPaxosMutants: readonly Mutant<MultiPaxos>[] = [
  {
    name: 'promise-not-persisted',
    bug: 'an acceptor forgets its promise when it crashes (Lamport 2001, §2.5)',
    breaks: ['promises kept', 'one value a ballot', 'state-machine safety', 'assertion'],
    node: ForgetsItsPromise,
    world: rivals,
  },
  {
    name: 'accept-below-promise',
    bug: 'an acceptor accepts in a ballot below the one that it has promised (Lamport 2001, P1a)',
    breaks: ['promises kept', 'state-machine safety', 'linearizability', 'assertion'],
    node: AcceptsBelowItsPromise,
    world: rivals,
  },
  {
    name: 'promises-ignored',
    bug: 'a new leader proposes what its own log holds, whatever the promises tell (Lamport 2001, P2c)',
    breaks: ['state-machine safety', 'exactly once', 'linearizability', 'assertion'],
    node: IgnoresWhatWasAccepted,
    world: rivals,
  },
  {
    name: 'lowest-ballot',
    bug: 'a new leader takes over the pvalue of the lowest ballot told (Lamport 2001, P2c)',
    breaks: ['state-machine safety', 'exactly once', 'linearizability', 'assertion'],
    node: TakesTheLowestBallot,
    parameters: { leaderTimeoutMs: 150, leaderSpreadMs: 150, heartbeatMs: 30 },
    scenario: { network: 'lan', nodes: 3, for: '16s', thinkTime: '20ms', faults: comebacks },
    world: { ...rivals, bounds: { timeouts: { leader: 3 } } },
  },
  {
    name: 'gaps-skipped',
    bug: 'a replica executes what it has of the chosen slots, and passes over gaps (Lamport 2001, §3)',
    breaks: ['prefix order', 'state-machine safety', 'exactly once', 'linearizability'],
    node: SkipsGaps,
  },
  {
    name: 'half-is-enough',
    bug: 'half of an even number of acceptors counts as a majority, so that two need not meet (Lamport 2001, §2.2)',
    breaks: ['state-machine safety', 'exactly once', 'linearizability', 'assertion'],
    node: ContentWithHalf,
    scenario: { nodes: 4 },
    world: { ...rivals, name: 'two nodes, two leaders', nodes: 2 },
  },
  {
    name: 'ballots-shared',
    bug: 'nodes choose their ballots from the same numbers (Lamport 2001, §2.5)',
    breaks: ['one value a ballot', 'state-machine safety', 'assertion'],
    node: SharesItsBallots,
    world: rivals,
  },
  {
    name: 'acceptances-across-ballots',
    bug: 'slots that were accepted in earlier ballots count as accepted in this one (Lamport 2001, §2.3)',
    breaks: ['state-machine safety', 'exactly once', 'linearizability', 'assertion'],
    node: CountsAcrossBallots,
  },
  {
    name: 'accepted-before-written',
    bug: 'an acceptor tells the leader of slots that its disk does not hold yet (Lamport 2001, §2.5)',
    breaks: ['state-machine safety', 'exactly once', 'linearizability', 'assertion'],
    node: AcceptsBeforeWriting,
    scenario: { disk: '20ms' },
  },
  {
    name: 'unwritten-slots-counted',
    bug: 'a leader counts itself for slots that its disk does not hold yet (Lamport 2001, §2.5)',
    breaks: ['state-machine safety', 'exactly once', 'linearizability', 'assertion'],
    node: CountsUnwrittenSlots,
    parameters: { leaderTimeoutMs: 150, leaderSpreadMs: 150, heartbeatMs: 30 },
    scenario: { network: 'lan', nodes: 3, for: '16s', disk: '2ms', faults: lostTails },
    world: {
      name: 'a leader, a write, disks that take their time',
      nodes: 3,
      commands: [{ write: 'a' }],
      bounds: { timeouts: { leader: 1 } },
      disk: 'asynchronous',
    },
  },
  {
    name: 'read-without-round',
    bug: 'a leader answers reads without making sure that it still leads (Chandra et al. 2007, §5.2)',
    breaks: ['linearizability'],
    node: ReadsWithoutRound,
    // Between the election of another leader and the moment when the old one finds that it has no
    // majority, there must be clients that have not given up the old one yet.
    parameters: { leaderTimeoutMs: 3_000, leaderSpreadMs: 100, heartbeatMs: 300 },
    scenario: {
      network: 'lan',
      nodes: 3,
      for: '80s',
      clients: 50,
      thinkTime: '4s',
      faults: partitions,
    },
  },
  {
    name: 'read-before-recovery',
    bug: 'a new leader answers reads before it has executed what earlier ballots chose (Lamport 2001, §3)',
    breaks: ['linearizability'],
    node: ReadsBeforeRecovering,
    parameters: { leaderTimeoutMs: 600, leaderSpreadMs: 600, heartbeatMs: 150 },
    scenario: { network: 'wan', for: '16s', clients: 20, thinkTime: '100ms', reads: 0.7 },
  },
  {
    name: 'snapshot-loses-sessions',
    bug: 'a snapshot holds the machine but not the sessions, so that a retry runs again (Ongaro 2014, §6.3)',
    breaks: ['exactly once', 'state-machine safety', 'linearizability'],
    node: LosesSessions,
    parameters: { snapshotSlots: 10, trailingSlots: 0 },
    world: {
      name: 'a request asked twice, a crash between',
      nodes: 2,
      parameters: { snapshotSlots: 1, trailingSlots: 0 },
      commands: twice,
      bounds: { timeouts: { leader: 2 }, crashes: 1 },
      only: [{ field: 'role', is: ['replica'], nodes: [1] }],
    },
  },
  {
    name: 'retry-run-again',
    bug: 'a request that a client repeats is run again (van Renesse and Altinbuken 2015, §2.1)',
    breaks: ['exactly once', 'linearizability'],
    node: RunsRetriesAgain,
    world: {
      name: 'a request asked twice',
      nodes: 2,
      commands: twice,
      bounds: { timeouts: { leader: 1 } },
    },
  },
]
