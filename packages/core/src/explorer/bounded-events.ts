import type { AnyNode } from '../model/machine.ts'
import type { Budget } from './bounds.ts'
import type { ExploredNode } from './explored-node.ts'
import { argumentOf, kindOf, type LocalEvent } from './local-event.ts'
import type { Setting } from './options.ts'

export const unbounded: Budget = { limit: Number.POSITIVE_INFINITY, word: undefined }
const never: Budget = { limit: 0, word: undefined }

/** What can happen to nodes without message or client, where bounds allow it at all. */
export class BoundedEvents<N extends AnyNode> {
  readonly #setting: Setting<N>
  /** By place and the node's own state. */
  readonly #events: (readonly LocalEvent[])[][]

  constructor(setting: Setting<N>) {
    this.#setting = setting
    this.#events = setting.nodes.map(() => [])
  }

  /** Of the node or copy at a place, in one of its own states. */
  of(place: number, local: number): readonly LocalEvent[] {
    const known = this.#events[place] as (readonly LocalEvent[])[]
    known[local] ??= this.#possible(place, local)
    return known[local]
  }

  budgetOf(place: number, event: LocalEvent): Budget {
    const { nodes, budgets, liars } = this.#setting
    switch (kindOf(event)) {
      case 'timeout':
        return budgets.timeouts[argumentOf(event)] as Budget
      case 'crash':
        return liars.isLiar((nodes[place] as ExploredNode<N>).self) ? never : budgets.crashes
      case 'restart':
        return budgets.restarts
      case 'mine':
        return budgets.blocks
      default:
        return unbounded
    }
  }

  #possible(place: number, local: number): LocalEvent[] {
    const node = this.#setting.nodes[place] as ExploredNode<N>
    return node.ownEvents(local).filter((event) => this.budgetOf(place, event).limit > 0)
  }
}
