import {
  type Attack,
  type AttackerHost,
  list,
  microsPerMillisecond,
  type NodeId,
  struct,
  withFields,
} from '../../model/index.ts'
import { commander, type GeneralsMessage, type GeneralsRecord, Link } from './generals.messages.ts'
import { Order, opposite, orders } from './order.ts'
import { signers } from './signature-chain.ts'
import { SignedGenerals } from './signed-generals.ts'

/** The commander that signs two orders, one for each half of the lieutenants (figure 5). */
class SignsTwoOrders extends SignedGenerals {
  override command(order: Order): void {
    const one = this.signedOrder(order)
    const other = this.signedOrder(opposite(order))
    for (const to of this.host.peers) {
      this.host.send(to, to <= this.host.nodes.length / 2 ? one : other)
    }
  }

  private signedOrder(order: Order): GeneralsMessage {
    return { kind: 'written', order, chain: this.signedChain(order, []) }
  }
}

/** The lieutenant that shows an order which the commander never signed. */
class ForgesOrder extends SignedGenerals {
  override note(order: Order, chain: readonly Link[]): void {
    super.note(order, chain)
    const forged: Link[] = [{ signer: commander, signature: (chain[0] as Link).signature }]
    this.passOn(opposite(order), forged)
  }
}

/**
 * Traitors, the commander among them, who keep a second order to themselves until it is too late to
 * be passed on: then they show it to one loyal lieutenant alone.
 */
abstract class Conspires extends withFields(SignedGenerals, {
  /** The second order, under the names of those through whose hands it went, this one's last. */
  secret: list(Link),
  secretOrder: Order,
}) {
  get accomplices(): readonly NodeId[] {
    return (this.host as AttackerHost<GeneralsMessage, GeneralsRecord, 'round'>).accomplices
  }

  get victim(): NodeId | undefined {
    return this.host.peers.find((node) => node !== commander && !this.accomplices.includes(node))
  }

  override command(order: Order): void {
    super.command(order)
    const chain = this.signedChain(opposite(order), [])
    for (const to of this.accomplices) {
      if (to !== commander) this.host.send(to, { kind: 'written', order: opposite(order), chain })
    }
  }

  /** What the commander says to an accomplice a second time is the secret. */
  override receive(from: NodeId, message: GeneralsMessage): void {
    const isSecret =
      message.kind === 'written' && this.accomplices.includes(from) && this.seen.size > 0
    if (!isSecret) return super.receive(from, message)
    if (this.secret.length > 0 || this.seen.has(message.order)) return
    this.secretOrder = message.order
    this.keep(message.chain)
  }

  keep(chain: readonly Link[]): void {
    this.secret = [...this.signedChain(this.secretOrder, chain)]
  }

  override relay(round: number): void {
    if (this.secret.length > 0 && round === this.secret.length - 1) this.reveal()
  }

  reveal(): void {
    if (this.victim === undefined) return
    this.host.send(this.victim, {
      kind: 'written',
      order: this.secretOrder,
      chain: this.secret,
    })
  }
}

/** Each traitor signs in turn; the last shows it as late as so many names allow. */
class RevealsLate extends Conspires {
  override keep(chain: readonly Link[]): void {
    const turn = this.accomplices.indexOf(this.host.self)
    if (chain.length !== turn) return
    super.keep(chain)
    const next = this.accomplices[turn + 1]
    if (next === undefined) return
    this.host.send(next, { kind: 'written', order: this.secretOrder, chain: this.secret })
    this.secret = []
  }
}

/** Shows the order under two names only, when the last round is about to end: too late for whoever sees it to pass it on. */
class RevealsTooLate extends Conspires {
  override relay(_round: number): void {}

  override startRound(): void {
    if (this.secret.length === 0 || this.round !== this.lastRound) return super.startRound()
    // It guesses how long its message takes.
    const share = 1 - this.host.random() / 4
    const roundMicros = this.parameters.roundMs * microsPerMillisecond
    this.host.setTimer('round', Math.round(roundMicros * share))
  }

  override endRound(round: number): void {
    if (round === this.lastRound && this.secret.length > 0) this.reveal()
    super.endRound(round)
  }
}

/** Signs again and again, until the order has as many names as the last round asks for. */
class SignsManyTimes extends Conspires {
  override keep(chain: readonly Link[]): void {
    super.keep(chain)
    while (this.secret.length < this.lastRound) super.keep(this.secret)
  }
}

/** An order that a traitor has signed, or was shown and has signed. */
const Kept = struct({ order: Order, chain: list(Link) })

/** Draws at the end of each round which of the orders that it has it shows to whom, under its name. */
class ShowsAnything extends withFields(SignedGenerals, { kept: list(Kept) }) {
  override start(): void {
    if (this.isCommander) for (const order of orders) this.note(order, [])
    super.start()
  }

  override note(order: Order, chain: readonly Link[]): void {
    this.seen.add(order)
    this.kept.push({ order, chain: [...this.signedChain(order, chain)] })
  }

  override endRound(round: number): void {
    for (const { order, chain } of this.kept) {
      // Who sees it later than that does not believe it.
      if (chain.length >= round) this.show(order, chain)
    }
    super.endRound(round)
  }

  override command(_order: Order): void {}

  private show(order: Order, chain: readonly Link[]): void {
    const names = signers(chain)
    for (const to of this.host.peers) {
      if (to === commander || names.includes(to) || this.host.random() < 0.5) continue
      this.host.send(to, { kind: 'written', order, chain })
    }
  }
}

export const signedAttacks: readonly Attack<SignedGenerals>[] = [
  {
    name: 'two-orders',
    what: 'as the commander, signs one order for half of the lieutenants and the opposite for the others (figure 5)',
    node: SignsTwoOrders,
    inChaos: true,
  },
  {
    name: 'forges-order',
    what: 'shows the opposite order under the signature that the commander gave for another',
    node: ForgesOrder,
    inChaos: true,
  },
  {
    name: 'reveals-late',
    what: 'traitors sign a second order in turn, and show it to one lieutenant at the last moment',
    node: RevealsLate,
    inChaos: true,
  },
  {
    name: 'reveals-too-late',
    what: 'shows one lieutenant a second order under two names when the last round is nearly over',
    node: RevealsTooLate,
    inChaos: true,
  },
  {
    name: 'signs-many-times',
    what: 'signs a second order as often as it takes to show it to one lieutenant in the last round',
    node: SignsManyTimes,
    inChaos: true,
  },
  {
    name: 'shows-anything',
    what: 'draws which orders it signs and shows to whom, and when: where every draw is tried, all that a traitor may do but forge',
    node: ShowsAnything,
    inChaos: false,
  },
]
