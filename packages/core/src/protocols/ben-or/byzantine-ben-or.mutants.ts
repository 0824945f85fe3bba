import type { Mutant, NodeId } from '../../model/index.ts'
import type { BenOrMessage } from './ben-or.messages.ts'
import { bits, coin } from './ben-or.worlds.ts'
import { ByzantineBenOr } from './byzantine-ben-or.ts'
import type { Tally } from './tally.ts'

class ProposesOnMajority extends ByzantineBenOr {
  override mayPropose(reports: number): boolean {
    return 2 * reports > this.host.nodes.length
  }
}

class BelievesOneProposal extends ByzantineBenOr {
  override mustAdopt(proposals: number): boolean {
    return proposals > 0
  }
}

class DecidesOnFewProposals extends ByzantineBenOr {
  override mayDecide(proposals: number): boolean {
    return proposals > this.faulty
  }
}

class CountsRepetitions extends ByzantineBenOr {
  override note(from: NodeId, message: BenOrMessage): void {
    const { reports, proposals } = this.arrivedIn(message.round)
    const tally = message.kind === 'report' ? reports : proposals
    tally.senders.delete(from)
    super.note(from, message)
  }
}

class WaitsForTooFew extends ByzantineBenOr {
  override isEnough(tally: Tally): boolean {
    return tally.senders.size >= this.host.nodes.length - 2 * this.faulty
  }
}

const asynchronous = { scenario: { network: 'zones', synchrony: 'async' } } as const

export const byzantineBenOrMutants: readonly Mutant<ByzantineBenOr>[] = [
  {
    name: 'majority-proposes',
    bug: 'more than half of the nodes are enough to propose, as where nobody lies; it must be more than (n + t)/2 (step 2)',
    breaks: ['one value a round', 'decision binds', 'agreement'],
    node: ProposesOnMajority,
    // Where n is even and one may lie, both bounds are the same number.
    scenario: { network: 'zones', synchrony: 'async', nodes: 7 },
  },
  {
    name: 'one-proposal-adopted',
    bug: 'a node makes a value its own for a single proposal, which may be a lie (step 3a)',
    breaks: ['decision binds', 'agreement', 'validity'],
    node: BelievesOneProposal,
    ...asynchronous,
  },
  {
    name: 'few-proposals-decide',
    bug: 'a node decides on t + 1 proposals, as where nobody lies; it must be more than (n + t)/2 (step 3b)',
    breaks: ['decision binds', 'agreement', 'validity'],
    node: DecidesOnFewProposals,
    ...asynchronous,
  },
  {
    name: 'repetitions-counted',
    bug: 'who says something twice counts twice',
    breaks: ['one value a round', 'decision binds', 'agreement', 'validity'],
    node: CountsRepetitions,
    scenario: { network: 'zones', synchrony: 'async', faults: ['duplicate:50%@0s'] },
    world: {
      name: 'two against one, a message repeated',
      nodes: 3,
      commands: bits('011'),
      draws: coin,
      atMost: { round: 2 },
      bounds: { duplications: 1 },
    },
  },
  {
    name: 'too-few-awaited',
    bug: 'a node goes on after n − 2t messages, and may miss what others decided by (step 3)',
    breaks: ['decision binds', 'agreement', 'termination'],
    node: WaitsForTooFew,
    ...asynchronous,
  },
]
