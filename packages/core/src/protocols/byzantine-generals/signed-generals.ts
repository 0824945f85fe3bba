import type { NodeId } from '../../model/index.ts'
import { commander, type GeneralsMessage, type Link } from './generals.messages.ts'
import { Generals } from './generals.ts'
import { defaultOrder, type Order } from './order.ts'
import { leadsTo } from './relay-path.ts'
import { signedText, signers } from './signature-chain.ts'

/**
 * The signed message algorithm SM(m), from Leslie Lamport, Robert Shostak and Marshall Pease, "The
 * Byzantine Generals Problem" (ACM Transactions on Programming Languages and Systems, 1982), §4.
 *
 * Model: synchronous and reliable as for OM(m); besides, a loyal general's signature cannot be forged,
 * and anyone can verify it (A4). Then a traitor can no longer lie about what he was told, and any
 * number of traitors m is tolerated (of n generals; with fewer than two loyal ones nothing is asked).
 *
 * The commander signs his order. A lieutenant who sees an order for the first time notes it in V, adds
 * his name and passes it on, unless m lieutenants have signed it already: one of these is loyal, and
 * has shown it to all. So all loyal lieutenants end with the same set V, and obey the same choice.
 *
 * That takes a deadline, which the paper leaves to timeouts (§6): an order under k signatures
 * counts only until round k ends. Else a traitor could show one lieutenant an order so late that it
 * reaches no other. The signatures are what makes late orders harmless, m + 1 rounds are what they take.
 */
export class SignedGenerals extends Generals {
  command(order: Order): void {
    this.passOn(order, [])
  }

  /** Orders are passed on as they come. */
  relay(_round: number): void {}

  receive(from: NodeId, message: GeneralsMessage): void {
    if (message.kind !== 'written' || this.isCommander) return
    const { order, chain } = message
    if (this.seen.has(order) || chain.at(-1)?.signer !== from) return
    if (chain.length > this.lastRound || !this.inTime(chain.length)) return
    if (!this.isInOrder(chain) || !this.isGenuine(order, chain)) return
    this.note(order, chain)
  }

  note(order: Order, chain: readonly Link[]): void {
    this.seen.add(order)
    if (chain.length < this.lastRound) this.passOn(order, chain)
  }

  /** Signs below the others, and sends it to every lieutenant that has not signed. */
  passOn(order: Order, chain: readonly Link[]): void {
    const signed = this.signedChain(order, chain)
    const message: GeneralsMessage = { kind: 'written', order, chain: signed }
    const names = signers(signed)
    for (const to of this.host.peers) {
      if (to !== commander && !names.includes(to)) this.host.send(to, message)
    }
  }

  signedChain(order: Order, chain: readonly Link[]): readonly Link[] {
    const signature = this.host.sign(signedText(order, chain))
    return [...chain, { signer: this.host.self, signature }]
  }

  /** Signed first by the commander, by nobody twice, and not yet by this lieutenant. */
  isInOrder(chain: readonly Link[]): boolean {
    return leadsTo(this.host.self, signers(chain), this.host.nodes.length)
  }

  isGenuine(order: Order, chain: readonly Link[]): boolean {
    return chain.every(({ signer, signature }, place) =>
      this.host.verify(signer, signedText(order, chain.slice(0, place)), signature),
    )
  }

  /** choice(V): the only order that was seen; none or both mean retreat. */
  verdict(): Order {
    return this.seen.size === 1 && this.seen.has('attack') ? 'attack' : defaultOrder
  }
}
