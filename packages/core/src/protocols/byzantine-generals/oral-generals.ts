import type { NodeId } from '../../model/index.ts'
import { commander, type GeneralsMessage } from './generals.messages.ts'
import { Generals } from './generals.ts'
import { defaultOrder, type Order } from './order.ts'
import { leadsTo, nextHands, pathNumber, pathsTo, type RelayPath } from './relay-path.ts'

/**
 * The oral message algorithm OM(m), from Leslie Lamport, Robert Shostak and Marshall Pease, "The
 * Byzantine Generals Problem" (ACM Transactions on Programming Languages and Systems, 1982), §3.
 *
 * Model: synchronous; a message that is sent arrives, its receiver knows who sent it, and its absence
 * is noticed (A1 to A3). Traitors say what they like. Tolerates m traitors among n > 3m generals, of
 * whom the commander may be one:
 *   IC1  all loyal lieutenants obey the same order
 *   IC2  if the commander is loyal, every loyal lieutenant obeys the order that he sends
 *
 * The paper's recursion runs forward as rounds: in OM(m - k) each lieutenant acts as the commander for
 * each path of k hands, and passes on what came along it. Round k + 1 carries these messages, one a
 * path and receiver as the paper counts them: (n-1)(n-2)...(n-m-1) in the last. At the end the
 * recursion runs back (`obtained`): the majority of what was said directly and of what each other
 * lieutenant is found to have said.
 */
export class OralGenerals extends Generals {
  command(order: Order): void {
    this.say([commander], order)
  }

  /** Step (2) of OM(m), for all paths of `round` hands at once: what came, or else the default, is passed on. */
  relay(round: number): void {
    const { self, nodes } = this.host
    for (const path of pathsTo(self, nodes.length, round)) {
      this.say([...path, self], this.heardAlong(path))
    }
  }

  /** Tells the order to every general that it has not passed through. */
  say(path: RelayPath, order: Order): void {
    const message: GeneralsMessage = { kind: 'oral', path, order }
    for (const to of this.host.peers) if (!path.includes(to)) this.host.send(to, message)
  }

  receive(from: NodeId, message: GeneralsMessage): void {
    if (message.kind !== 'oral' || this.isCommander) return
    const { path, order } = message
    const { self, nodes } = this.host
    if (path.length > this.lastRound || !this.inTime(path.length)) return
    if (!leadsTo(self, path, nodes.length) || !this.isSaidBy(from, path)) return
    const number = pathNumber(path, nodes.length)
    if (!this.heard.has(number)) this.heard.set(number, order)
  }

  /** A2: the receiver of a message knows who sent it, so nobody can speak for another. */
  isSaidBy(from: NodeId, path: RelayPath): boolean {
    return path.at(-1) === from
  }

  heardAlong(path: RelayPath): Order {
    return this.heard.get(pathNumber(path, this.host.nodes.length)) ?? defaultOrder
  }

  verdict(): Order {
    return this.obtained([commander])
  }

  /** Step (3) of OM(m): what this lieutenant takes the last general of the path to have said. */
  obtained(path: RelayPath): Order {
    const said = this.heardAlong(path)
    if (path.length === this.lastRound) return said
    const values = [said]
    for (const other of nextHands(path, this.host.self, this.host.nodes.length)) {
      values.push(this.obtained([...path, other]))
    }
    return this.majority(values)
  }

  /** @param values this lieutenant's own value first */
  majority(values: readonly Order[]): Order {
    const attacks = values.filter((value) => value === 'attack').length
    return 2 * attacks > values.length ? 'attack' : defaultOrder
  }
}
