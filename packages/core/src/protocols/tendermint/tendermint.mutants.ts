import type { Micros, Mutant } from '../../model/index.ts'
import type { Commit, TendermintRecord, Vote } from './tendermint.messages.ts'
import { micros } from './tendermint.parameters.ts'
import type { Round, Tally } from './tendermint.state.ts'
import { Tendermint } from './tendermint.ts'
import { forgedDecisions, forgedRequests, lockedBefore, rounds } from './tendermint.worlds.ts'
import { maximumFaulty } from './voting-power.ts'

class IgnoresLock extends Tendermint {
  override mayPrevoteNew(): boolean {
    return true
  }
}

class TakesPolkaOnTrust extends Tendermint {
  override hasPolka(): boolean {
    return true
  }
}

class QuorumOf2f extends Tendermint {
  override get quorum(): number {
    return Math.max(1, 2 * maximumFaulty(this.totalPower))
  }
}

class PrecommitsWithoutPolka extends Tendermint {
  override polkaOf({ prevotes }: Round): Tally | undefined {
    return prevotes.tallies.find(({ id, power }) => id !== undefined && power >= this.oneCorrect)
  }
}

class VotesFromMemory extends Tendermint {
  override recordVote(vote: Vote): void {
    this.apply({ kind: 'vote', vote })
    this.count(vote)
  }
}

class CountsOwnVoteEarly extends Tendermint {
  override recordVote(vote: Vote): void {
    this.record({ kind: 'vote', vote })
    this.count(vote)
  }
}

class LocksInMemory extends Tendermint {
  override recordLock(record: TendermintRecord): void {
    this.apply(record)
  }
}

class TimeoutsDoNotGrow extends Tendermint {
  override timeoutOf(initialMs: number): Micros {
    return micros(initialMs)
  }
}

class ProposesAfresh extends Tendermint {
  override get valueToRepeat(): undefined {
    return undefined
  }
}

class BelievesDecisions extends Tendermint {
  override isDecision(_commit: Commit): boolean {
    return true
  }
}

class BelievesRequests extends Tendermint {
  override isAuthentic(): boolean {
    return true
  }
}

const disagreement = [
  'agreement',
  'state-machine safety',
  'linearizability',
  'exactly once',
  'assertion',
]

/**
 * Where a lock matters: one validator has decided, and the others do not learn of it for a second, in
 * which there are many rounds. Now and then one is cut off, and another that may be locked crashes.
 */
const lonelyDecisions = {
  parameters: {
    timeoutProposeMs: 20,
    timeoutPrevoteMs: 10,
    timeoutPrecommitMs: 10,
    timeoutDeltaMs: 5,
    statusMs: 1_000,
    idleStatusMs: 1_000,
    heaviestWeight: 1,
  },
  scenario: {
    nodes: 4,
    network: 'lan',
    for: '10s',
    byzantine: ['3=leaves-one-decided'],
    faults: Array.from({ length: 12 }, (_, i) => [
      `isolate:${i % 3}@${400 * (i + 1)}ms+300ms`,
      `crash:${(i + 1) % 3}@${400 * (i + 1) + 50}ms+20ms`,
    ]).flat(),
  },
}

/** Disks are slow and power fails often: what a disk has not got yet is lost now and then. */
const powerCuts = {
  scenario: {
    nodes: 4,
    network: 'lan',
    for: '8s',
    disk: '20ms',
    faults: Array.from({ length: 60 }, (_, i) => `crash:${i % 4}@${130 * (i + 1)}ms+5ms`),
  },
}

/** The bug meets the attack that it should withstand. */
function against(attack: string) {
  return {
    parameters: { heaviestWeight: 1 },
    scenario: { nodes: 4, network: 'lan', for: '6s', byzantine: [`3=${attack}`] },
  }
}

/** The classic mistakes: of locking, of counting, of forgetting, of trusting. */
export const tendermintMutants: readonly Mutant<Tendermint>[] = [
  {
    name: 'lock-ignored',
    bug: 'a validator that is locked prevotes another proposal all the same (line 23)',
    breaks: disagreement,
    node: IgnoresLock,
    ...lonelyDecisions,
    world: rounds(3, 2),
  },
  {
    name: 'polka-on-trust',
    bug: 'a proposal that claims a polka in an earlier round is believed without its prevotes (line 28)',
    breaks: disagreement,
    node: TakesPolkaOnTrust,
    ...lonelyDecisions,
  },
  {
    name: 'quorum-of-2f',
    bug: 'a quorum is 2f votes rather than 2f+1, so that two of them may share Byzantine voters alone',
    breaks: [...disagreement, 'accountability'],
    node: QuorumOf2f,
    ...against('equivocates'),
    world: rounds(2, 1),
  },
  {
    name: 'precommit-without-polka',
    bug: 'a validator locks and precommits by f+1 prevotes (line 36)',
    breaks: [...disagreement, 'progress'],
    node: PrecommitsWithoutPolka,
    ...lonelyDecisions,
    world: rounds(3, 1),
  },
  {
    name: 'vote-not-persisted',
    bug: 'a validator votes without writing its vote to disk first, and votes otherwise after a crash',
    breaks: [...disagreement, 'accountability', 'vote durability'],
    node: VotesFromMemory,
  },
  {
    name: 'own-vote-counted-early',
    bug: 'a validator counts its own vote while its disk does not hold it, and decides by it',
    breaks: [...disagreement, 'vote durability'],
    node: CountsOwnVoteEarly,
    ...powerCuts,
    world: {
      name: 'one validator, a crash, disks that take their time',
      nodes: 1,
      commands: [
        { write: 'a', node: 0 },
        { write: 'b', node: 0 },
      ],
      opening: 'settled',
      positions: 'counted',
      disk: 'asynchronous',
      bounds: { crashes: 1 },
      atMost: { height: 1 },
    },
  },
  {
    name: 'lock-not-persisted',
    bug: 'a validator forgets its lock in a crash',
    breaks: disagreement,
    node: LocksInMemory,
    ...lonelyDecisions,
    world: lockedBefore,
  },
  {
    name: 'timeouts-do-not-grow',
    bug: 'timeouts are the same in all rounds, so that no round is ever long enough for a slow network',
    breaks: ['progress'],
    node: TimeoutsDoNotGrow,
    parameters: {
      timeoutProposeMs: 5,
      timeoutPrevoteMs: 5,
      timeoutPrecommitMs: 5,
      timeoutDeltaMs: 50,
      heaviestWeight: 1,
    },
    scenario: { nodes: 7, network: 'wan', for: '5s', clients: 2 },
  },
  {
    name: 'valid-value-forgotten',
    bug: 'a proposer makes a new block where an earlier one had a polka, which those locked on it refuse (line 16)',
    breaks: ['progress'],
    node: ProposesAfresh,
    ...against('leaves-some-locked'),
  },
  {
    name: 'decisions-on-trust',
    bug: 'a validator that is behind believes blocks without their certificates',
    breaks: [...disagreement, 'progress'],
    node: BelievesDecisions,
    world: forgedDecisions,
    ...against('forges-decisions'),
  },
  {
    name: 'requests-on-trust',
    bug: 'a block is valid though its requests are not signed by their clients',
    breaks: [...disagreement, 'validity'],
    node: BelievesRequests,
    world: forgedRequests,
    ...against('forges-requests'),
  },
]
