import type { CheckWorld, Mutant, NodeId } from '../../model/index.ts'
import type { BenOrMessage, Bit } from './ben-or.messages.ts'
import { BenOr } from './ben-or.ts'
import { bits, coin } from './ben-or.worlds.ts'
import type { Tally } from './tally.ts'

class DecidesOnReports extends BenOr {
  override endReports(reports: Tally): void {
    super.endReports(reports)
    if (this.proposed !== undefined && this.decided === undefined) this.decide(this.proposed)
  }

  override endRound(proposals: Tally): void {
    if (this.round === this.decidedRound) this.beginRound(this.round + 1)
    else super.endRound(proposals)
  }
}

class MajorityOfThoseHeard extends BenOr {
  override mayPropose(reports: number): boolean {
    return 2 * reports > this.host.nodes.length - this.faulty
  }
}

class TossesDespiteProposal extends BenOr {
  override mustAdopt(proposals: number): boolean {
    return this.mayDecide(proposals)
  }
}

class DecidesOnOneProposal extends BenOr {
  override mayDecide(proposals: number): boolean {
    return proposals > 0
  }
}

class WaitsForTooFew extends BenOr {
  override isEnough(tally: Tally): boolean {
    const missing = this.phase === 'proposal' ? 1 : 0
    return tally.senders.size >= this.host.nodes.length - this.faulty - missing
  }
}

class CountsRepetitions extends BenOr {
  override note(from: NodeId, message: BenOrMessage): void {
    const { reports, proposals } = this.arrivedIn(message.round)
    const tally = message.kind === 'report' ? reports : proposals
    tally.senders.delete(from)
    super.note(from, message)
  }
}

class ConfusesRounds extends BenOr {
  override receive(from: NodeId, message: BenOrMessage): void {
    super.receive(from, message.round < this.round ? { ...message, round: this.round } : message)
  }
}

class DropsEarlyMessages extends BenOr {
  override receive(from: NodeId, message: BenOrMessage): void {
    if (message.round <= this.round) super.receive(from, message)
  }
}

class StopsAtOnce extends BenOr {
  override decide(value: Bit): void {
    super.decide(value)
    this.stop()
  }

  override beginRound(round: number): void {
    if (this.phase !== 'stopped') super.beginRound(round)
  }
}

/** All of these need nodes that see different messages, as they do where delays have no bound. */
const asynchronous = { scenario: { network: 'zones', synchrony: 'async' } } as const

const twoAgainstOne: CheckWorld = {
  name: 'two against one, two rounds',
  nodes: 3,
  commands: bits('011'),
  draws: coin,
  atMost: { round: 2 },
}

export const benOrMutants: readonly Mutant<BenOr>[] = [
  {
    name: 'reports-decide',
    bug: 'a node decides what a majority reports, which others may not see (step 2 for step 3)',
    breaks: ['agreement', 'decision binds'],
    node: DecidesOnReports,
    ...asynchronous,
    world: twoAgainstOne,
  },
  {
    name: 'majority-of-those-heard',
    bug: 'more than half of the reports that came are enough to propose, where more than half of all nodes must be (step 2)',
    breaks: ['one value a round', 'agreement', 'decision binds'],
    node: MajorityOfThoseHeard,
    ...asynchronous,
    world: {
      name: 'two against two, the first round',
      nodes: 4,
      commands: bits('0011'),
      draws: coin,
      atMost: { round: 1 },
    },
  },
  {
    name: 'coin-despite-proposal',
    bug: 'a node that saw a proposal, but too few to decide, tosses a coin (step 3a)',
    breaks: ['decision binds', 'agreement'],
    node: TossesDespiteProposal,
    ...asynchronous,
    world: twoAgainstOne,
  },
  {
    name: 'one-proposal-decides',
    bug: 'a node decides on a single proposal, which others may not see (step 3b)',
    breaks: ['decision binds', 'agreement'],
    node: DecidesOnOneProposal,
    ...asynchronous,
    world: twoAgainstOne,
  },
  {
    name: 'too-few-awaited',
    bug: 'a node goes on after n − t − 1 proposals, and may miss all by which another decided (step 3)',
    breaks: ['decision binds', 'agreement'],
    node: WaitsForTooFew,
    // Where n is odd, so few proposals are too few to decide by as well.
    scenario: { network: 'zones', synchrony: 'async', nodes: 4 },
    world: twoAgainstOne,
  },
  {
    name: 'repetitions-counted',
    bug: 'a message that the network repeats counts twice',
    breaks: ['one value a round', 'decision binds', 'agreement'],
    node: CountsRepetitions,
    scenario: { network: 'zones', synchrony: 'async', faults: ['duplicate:50%@0s'] },
    world: {
      ...twoAgainstOne,
      name: 'two against one, a message repeated',
      bounds: { duplications: 1 },
    },
  },
  {
    name: 'rounds-confused',
    bug: 'messages of earlier rounds count in the present one',
    breaks: ['one value a round', 'decision binds', 'agreement', 'termination'],
    node: ConfusesRounds,
    ...asynchronous,
    world: twoAgainstOne,
  },
  {
    name: 'early-messages-dropped',
    bug: 'messages of rounds that the node has not reached are thrown away',
    breaks: ['termination'],
    node: DropsEarlyMessages,
    ...asynchronous,
  },
  {
    name: 'stops-at-once',
    bug: 'a node that has decided says no more, and the others wait for it (step 4)',
    breaks: ['termination'],
    node: StopsAtOnce,
    ...asynchronous,
  },
]
