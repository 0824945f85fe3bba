import type { Attack, NodeId } from '../../model/index.ts'
import type { GeneralsMessage } from './generals.messages.ts'
import { OralGenerals } from './oral-generals.ts'
import { type Order, opposite } from './order.ts'
import { nextHands, pathsTo, type RelayPath } from './relay-path.ts'

/** The traitor that tells one half of the others the one order, and the other half the other. */
class TellsTwoOrders extends OralGenerals {
  override say(path: RelayPath, order: Order): void {
    for (const to of this.host.peers) {
      if (path.includes(to)) continue
      const told = to <= this.host.nodes.length / 2 ? order : opposite(order)
      this.host.send(to, { kind: 'oral', path, order: told })
    }
  }
}

/** The traitor of figure 1: "he said 'retreat'", when he said 'attack'. */
class RelaysOpposite extends OralGenerals {
  override say(path: RelayPath, order: Order): void {
    super.say(path, this.isCommander ? order : opposite(order))
  }
}

/** The traitor that says in the names of others the opposite of what they will say. */
class SpeaksForOthers extends OralGenerals {
  override receive(from: NodeId, message: GeneralsMessage): void {
    super.receive(from, message)
    if (message.kind !== 'oral' || message.path.length >= this.lastRound) return
    for (const other of this.host.peers) {
      if (message.path.includes(other)) continue
      this.say([...message.path, other], opposite(message.order))
    }
  }
}

/**
 * Draws what it says to each, wherever it has something to say, in its own name and in others'. Silence
 * would be heard as 'retreat'.
 */
class SaysAnything extends OralGenerals {
  override endRound(round: number): void {
    if (this.isCommander && round === 0) this.command('retreat')
    else super.endRound(round)
  }

  override relay(round: number): void {
    super.relay(round)
    const { self, nodes } = this.host
    for (const path of pathsTo(self, nodes.length, round)) {
      for (const other of nextHands(path, self, nodes.length)) this.say([...path, other], 'retreat')
    }
  }

  override say(path: RelayPath, _order: Order): void {
    for (const to of this.host.peers) {
      if (path.includes(to)) continue
      const order: Order = this.host.random() < 0.5 ? 'retreat' : 'attack'
      this.host.send(to, { kind: 'oral', path, order })
    }
  }
}

export const oralAttacks: readonly Attack<OralGenerals>[] = [
  {
    name: 'two-orders',
    what: 'tells the first half of the generals the order, and the others the opposite (figure 2)',
    node: TellsTwoOrders,
    inChaos: true,
  },
  {
    name: 'relays-opposite',
    what: 'passes on the opposite of what it has heard (figure 1)',
    node: RelaysOpposite,
    inChaos: true,
  },
  {
    name: 'speaks-for-others',
    what: 'passes on orders in the names of other generals, against A2',
    node: SpeaksForOthers,
    inChaos: true,
  },
  {
    name: 'says-anything',
    what: 'draws what it says to each: where every draw is tried, all that a traitor may say',
    node: SaysAnything,
    inChaos: false,
  },
]
