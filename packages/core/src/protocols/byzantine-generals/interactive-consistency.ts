import type {
  Checker,
  CheckerContext,
  Moment,
  NodeId,
  Output,
  Violation,
} from '../../model/index.ts'
import { equalBytes } from '../../model/index.ts'
import { readUtf8 } from '../../model/utf8.ts'
import { commander } from './generals.messages.ts'
import type { Generals } from './generals.ts'

interface Obeyed {
  readonly node: NodeId
  readonly order: Uint8Array
  readonly event: number
}

/** What two conditions have in common: two loyal generals who must not obey different orders. */
abstract class Interactive implements Checker<Generals> {
  abstract readonly property: string
  readonly kind = 'safety'
  violation: Violation | undefined

  abstract output(node: NodeId, output: Output, moment: Moment): void

  protected compare(one: Obeyed, other: Obeyed): void {
    if (this.violation || equalBytes(one.order, other.order)) return
    const inOrder = [one, other].sort((left, right) => left.event - right.event)
    this.violation = {
      property: this.property,
      message: `${this.said(one)}, and ${this.said(other)}`,
      nodes: inOrder.map(({ node }) => node),
      events: inOrder.map(({ event }) => event),
    }
  }

  private said({ node, order }: Obeyed): string {
    const what = readUtf8(order, 0, order.length)
    return node === commander
      ? `the loyal commander ordered '${what}'`
      : `loyal lieutenant ${node} obeyed '${what}'`
  }
}

/** IC1: all loyal lieutenants obey the same order. */
class SameOrder extends Interactive {
  readonly property = 'IC1'
  private first: Obeyed | undefined

  output(node: NodeId, output: Output, { event }: Moment): void {
    if (output.kind !== 'decided' || node === commander) return
    const obeyed = { node, order: output.value, event }
    if (this.first) this.compare(this.first, obeyed)
    else this.first = obeyed
  }
}

/** IC2: if the commander is loyal, every loyal lieutenant obeys the order that he sends. (He obeys it himself.) */
class CommanderObeyed extends Interactive {
  readonly property = 'IC2'
  private ordered: Obeyed | undefined
  private readonly lieutenants: Obeyed[] = []

  output(node: NodeId, output: Output, { event }: Moment): void {
    if (output.kind !== 'decided') return
    const obeyed = { node, order: output.value, event }
    if (node === commander) {
      this.ordered = obeyed
      for (const lieutenant of this.lieutenants) this.compare(obeyed, lieutenant)
    } else if (this.ordered) this.compare(this.ordered, obeyed)
    else this.lieutenants.push(obeyed)
  }
}

/** The interactive consistency conditions of the paper (§1). */
export function generalsCheckers(_context: CheckerContext): Checker<Generals>[] {
  return [new SameOrder(), new CommanderObeyed()]
}
