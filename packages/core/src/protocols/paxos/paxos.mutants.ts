import type { CheckWorld, Mutant } from '../../model/index.ts'
import type { PaxosMessage, Proposal } from './paxos.messages.ts'
import { Paxos } from './paxos.ts'

class ForgetsItsPromise extends Paxos {
  override promise(ballot: number): void {
    this.apply({ kind: 'promise', ballot })
  }
}

class AcceptsBelowItsPromise extends Paxos {
  override mayAccept(_proposal: Proposal): boolean {
    return true
  }
}

class ProposesItsOwnValue extends Paxos {
  override valueToPropose(): Uint8Array {
    return this.ownValue as Uint8Array
  }
}

class TakesTheLowestBallot extends Paxos {
  override valueToPropose(): Uint8Array {
    let lowest: Proposal | undefined
    for (const accepted of this.promises.values()) {
      if (accepted === undefined) continue
      if (lowest === undefined || accepted.ballot < lowest.ballot) lowest = accepted
    }
    return lowest?.value ?? (this.ownValue as Uint8Array)
  }
}

class ContentWithHalf extends Paxos {
  override get majority(): number {
    return Math.ceil(this.host.nodes.length / 2)
  }
}

class SharesItsBallots extends Paxos {
  override nextBallot(): number {
    return Math.max(this.promised, this.highestSeen) + 1
  }
}

class CountsAcrossBallots extends Paxos {
  override isSame(_other: Proposal, _proposal: Proposal): boolean {
    return true
  }
}

class TellsBeforeWriting extends Paxos {
  override tellLearners(proposal: Proposal): void {
    const message: PaxosMessage = { kind: 'accepted', proposal }
    for (const peer of this.host.peers) this.host.sendEagerly(peer, message)
  }
}

/** Everybody is down for a moment, again and again, while ballots go on. */
const blackouts: readonly string[] = Array.from(
  { length: 12 },
  (_, i) => `crash:random@${40 + 170 * i}ms+60ms`,
)

/** Two proposers of two ballots each, and a crash: more than can be explored whole, but these bugs show early. */
const duel: CheckWorld = {
  name: 'two proposers of two ballots, a crash',
  nodes: 3,
  commands: [
    { propose: 'a', node: 0 },
    { propose: 'b', node: 1 },
  ],
  bounds: { timeouts: { ballot: 1 }, crashes: 1 },
}

/** The classic mistakes. */
export const paxosMutants: readonly Mutant<Paxos>[] = [
  {
    name: 'promise-not-persisted',
    bug: 'an acceptor forgets its promise when it crashes (§2.5)',
    breaks: ['promises kept', 'one value a ballot', 'agreement', 'assertion'],
    node: ForgetsItsPromise,
    world: duel,
  },
  {
    name: 'accept-below-promise',
    bug: 'an acceptor accepts a proposal below the ballot that it has promised (§2.2, P1a)',
    breaks: ['promises kept', 'agreement', 'assertion'],
    node: AcceptsBelowItsPromise,
    world: duel,
  },
  {
    name: 'own-value',
    bug: 'a proposer proposes its own value though an acceptor has told it of one (§2.2, P2c)',
    breaks: ['agreement', 'assertion'],
    node: ProposesItsOwnValue,
    world: duel,
  },
  {
    name: 'lowest-ballot',
    bug: 'a proposer takes over the lowest-numbered of the proposals that it is told of (§2.2, P2c)',
    breaks: ['agreement', 'assertion'],
    node: TakesTheLowestBallot,
    world: duel,
  },
  {
    name: 'half-is-enough',
    bug: 'half of an even number of acceptors counts as a majority, so that two need not meet (§2.2)',
    breaks: ['agreement', 'assertion'],
    node: ContentWithHalf,
    scenario: { nodes: 4 },
    world: { ...duel, name: 'two nodes, two proposers', nodes: 2 },
  },
  {
    name: 'ballots-shared',
    bug: 'proposers choose their ballots from the same numbers (§2.2, §2.5)',
    breaks: ['one value a ballot', 'agreement', 'assertion'],
    node: SharesItsBallots,
    world: duel,
  },
  {
    name: 'acceptances-across-ballots',
    bug: 'a learner counts acceptances of different ballots together (§2.3)',
    breaks: ['agreement', 'assertion'],
    node: CountsAcrossBallots,
    world: duel,
  },
  {
    name: 'told-before-written',
    bug: 'an acceptor tells learners what its disk does not hold yet (§2.5)',
    breaks: ['acceptances kept', 'agreement', 'assertion'],
    node: TellsBeforeWriting,
    scenario: { disk: '20ms', faults: blackouts },
    world: {
      name: 'one proposer, disks that take their time',
      nodes: 3,
      commands: [{ propose: 'a', node: 0 }],
      disk: 'asynchronous',
    },
  },
]
