import type { Mutant } from '../../model/index.ts'
import type { Link } from './generals.messages.ts'
import { conspiracy, forger } from './generals.worlds.ts'
import type { Order } from './order.ts'
import { leadsTo } from './relay-path.ts'
import { signers } from './signature-chain.ts'
import { SignedGenerals } from './signed-generals.ts'

class StopsOneRoundEarly extends SignedGenerals {
  override get lastRound(): number {
    return this.parameters.traitors
  }
}

class TrustsSignatures extends SignedGenerals {
  override isGenuine(_order: Order, _chain: readonly Link[]): boolean {
    return true
  }
}

class ForgetsDeadline extends SignedGenerals {
  override inTime(_hands: number): boolean {
    return this.decision === undefined
  }
}

class ObeysFirstOrder extends SignedGenerals {
  override note(order: Order, chain: readonly Link[]): void {
    if (this.seen.size === 0) super.note(order, chain)
  }
}

class CountsNamesTwice extends SignedGenerals {
  override isInOrder(chain: readonly Link[]): boolean {
    return leadsTo(this.host.self, [...new Set(signers(chain))], this.host.nodes.length)
  }
}

class KeepsOrdersToItself extends SignedGenerals {
  override note(order: Order, _chain: readonly Link[]): void {
    this.seen.add(order)
  }
}

export const signedMutants: readonly Mutant<SignedGenerals>[] = [
  {
    name: 'one-round-fewer',
    bug: 'orders are passed on m - 1 times: SM(m - 1) against m traitors (§4)',
    breaks: ['IC1', 'agreement', 'IC2'],
    node: StopsOneRoundEarly,
  },
  {
    name: 'signatures-unchecked',
    bug: 'a lieutenant does not verify the signatures under an order (A4)',
    breaks: ['IC2', 'IC1', 'agreement'],
    node: TrustsSignatures,
    world: forger,
  },
  {
    name: 'deadline-forgotten',
    bug: 'an order counts however late it comes for the names under it (§6)',
    breaks: ['IC1', 'agreement'],
    node: ForgetsDeadline,
    // Where messages take long, an order may come too late to be passed on.
    scenario: {
      nodes: 4,
      network: 'wan',
      for: '10s',
      byzantine: ['0=reveals-too-late', '3=reveals-too-late'],
    },
    world: conspiracy('reveals-too-late'),
  },
  {
    name: 'first-order-obeyed',
    bug: 'a lieutenant obeys the first order that it sees, and ignores a second (§4)',
    breaks: ['IC1', 'agreement'],
    node: ObeysFirstOrder,
  },
  {
    name: 'names-counted-twice',
    bug: 'who signs an order twice counts as two through whose hands it went (§4)',
    breaks: ['IC1', 'agreement'],
    node: CountsNamesTwice,
    world: conspiracy('signs-many-times'),
  },
  {
    name: 'nothing-passed-on',
    bug: 'a lieutenant does not show the others what it has seen (§4, step 2)',
    breaks: ['IC1', 'agreement'],
    node: KeepsOrdersToItself,
  },
]
