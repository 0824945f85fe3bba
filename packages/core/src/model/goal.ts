import type { NodeId } from './identity.ts'
import type { AnyNode } from './machine.ts'

/** What is to be reached in the end, from wherever the nodes have got to: a liveness property. */
export interface Goal<N extends AnyNode = AnyNode> {
  readonly property: string
  /** Whether these nodes, which are up and follow the protocol, have reached it. */
  reached(nodes: ReadonlyMap<NodeId, N>): boolean
}
