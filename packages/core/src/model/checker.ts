import type { Micros, NodeId, RequestId } from './identity.ts'
import type { AnyNode } from './machine.ts'
import type { Outcome, Output } from './output.ts'
import type { ParameterValues } from './parameters.ts'

/**
 * A point of a run: the number of its event, and the virtual (or real) time. A host may use one object
 * for all: it is valid during the call that it is given to, and who needs it longer copies it.
 */
export interface Moment {
  readonly event: number
  readonly timeMicros: Micros
}

/** A property that did not hold: what a person needs to see that it is so. */
export interface Violation {
  readonly property: string
  /** One sentence: what conflicts with what. */
  readonly message: string
  readonly nodes: readonly NodeId[]
  /** The numbers of the conflicting events, in order. */
  readonly events: readonly number[]
}

export interface CheckerContext {
  readonly nodes: readonly NodeId[]
  readonly parameters: ParameterValues
  /** Those that do not follow the protocol: nothing is promised of them. */
  readonly byzantine: ReadonlySet<NodeId>
  /**
   * When the last fault is over and the network is timely, from which on liveness may be demanded.
   * Read it at the end of the run: a fault that somebody adds by hand moves it. Left out where nobody knows.
   */
  readonly settledMicros?: Micros
}

/**
 * One named property of a run, checked while it goes on. A host tells it what happens; the methods
 * are optional, and a checker sees only events of the kinds it asks for. Its cost counts: `stepped`
 * comes after every event of every node. Nodes that do not follow the protocol are not shown at all.
 */
export interface Checker<N extends AnyNode = AnyNode> {
  readonly property: string
  readonly kind: 'safety' | 'liveness'
  /** The first violation seen, if any. */
  readonly violation: Violation | undefined
  /** Once the run is over: why nothing can be said of a liveness property, such as that the run was too short. */
  readonly undecided?: string | undefined
  /** A node has just taken a step. */
  stepped?(id: NodeId, node: N, moment: Moment): void
  /** A node has persisted a record (not yet durable). */
  recorded?(id: NodeId, record: unknown, moment: Moment): void
  /** A client's request is about to be handed to a node. */
  proposed?(id: NodeId, command: unknown, request: RequestId, moment: Moment): void
  output?(id: NodeId, output: Output, moment: Moment): void
  replied?(id: NodeId, request: RequestId, outcome: Outcome, moment: Moment): void
  crashed?(id: NodeId, moment: Moment): void
  restarted?(id: NodeId, node: N, moment: Moment): void
  /** The run is over; `nodes` are those alive that follow the protocol. */
  finished?(nodes: ReadonlyMap<NodeId, N>, moment: Moment): void
}

/** A property of one moment: a pure predicate over the nodes that are alive. */
export interface Invariant<N extends AnyNode = AnyNode> {
  readonly property: string
  /** True where what is broken once stays broken, whatever follows, as long as no node crashes. */
  readonly stable?: boolean
  /** The nodes in conflict and one sentence, or undefined where it holds. */
  broken(
    nodes: ReadonlyMap<NodeId, N>,
  ): { readonly nodes: readonly NodeId[]; readonly message: string } | undefined
}
