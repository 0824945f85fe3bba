import type { Attack } from '../../model/index.ts'
import type { BenOrMessage, Bit } from './ben-or.messages.ts'
import { ByzantineBenOr } from './byzantine-ben-or.ts'
import { countOf } from './tally.ts'

/** Tells one half of the nodes 0 and the other half 1, and claims a majority for both. */
class Equivocates extends ByzantineBenOr {
  override tell(message: BenOrMessage): void {
    for (const to of this.host.peers) {
      const value: Bit = to % 2 === 0 ? '0' : '1'
      this.host.send(to, { ...message, value })
    }
    this.note(this.host.self, message)
  }
}

/** Waits to see what the others say, and then says the opposite of most, so that no majority comes about. */
class Balances extends ByzantineBenOr {
  override tell(message: BenOrMessage): void {
    this.note(this.host.self, message)
    const { reports } = this.arrivedIn(message.round)
    const value: Bit = countOf(reports, '1') > countOf(reports, '0') ? '0' : '1'
    for (const to of this.host.peers) this.host.send(to, { ...message, value })
  }
}

/** Reports honestly, and proposes what it did not report. */
class ClaimsAMajority extends ByzantineBenOr {
  override tell(message: BenOrMessage): void {
    const opposite: Bit = this.value === '0' ? '1' : '0'
    super.tell(message.kind === 'report' ? message : { ...message, value: opposite })
  }
}

export const byzantineBenOrAttacks: readonly Attack<ByzantineBenOr>[] = [
  {
    name: 'equivocates',
    what: 'reports and proposes 0 to the even nodes and 1 to the odd ones, in every round',
    node: Equivocates,
    inChaos: true,
  },
  {
    name: 'balances',
    what: 'says the opposite of what most have reported, so that fewer see a majority',
    node: Balances,
    inChaos: true,
  },
  {
    name: 'claims-a-majority',
    what: 'proposes in every round the value that it did not report, as if most had reported it',
    node: ClaimsAMajority,
    inChaos: true,
  },
]
