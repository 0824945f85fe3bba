import type { NodeId } from '../model/identity.ts'

/** What is told of each transition from a state. */
export interface Visitor {
  /** @param next the place of the state it leads to; `added` when nobody had seen that before */
  reached(next: number, added: boolean): void
  /** The protocol threw, so that the transition leads nowhere. */
  threw(message: string, node: NodeId): void
}
