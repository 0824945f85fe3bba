import type { Checker, CheckerContext, Invariant } from './checker.ts'
import type { NodeId } from './identity.ts'
import type { AnyNode, AnyNodeClass } from './machine.ts'
import type { ParameterValues } from './parameters.ts'
import type { Random } from './random.ts'

/** What a protocol promises, and all that hosts, checkers, the command line and the lab know of it. */
export interface Protocol<N extends AnyNode = AnyNode> {
  /** As typed on the command line: `raft`. */
  readonly name: string
  /** As written in a sentence: `Raft`. */
  readonly title: string
  /** One sentence for the catalogue. */
  readonly summary: string
  readonly family: 'crash' | 'byzantine' | 'proof-of-work'
  /** Decide once, commit a log for ever, or adopt a chain that may roll back. */
  readonly shape: 'decision' | 'log' | 'chain'
  readonly faults: string
  readonly synchrony: 'synchronous' | 'partially synchronous' | 'asynchronous'
  readonly resilience: Resilience
  readonly finality: 'immediate' | 'probabilistic'
  readonly roles: readonly string[]
  readonly paper: Paper
  /** How many nodes a run has when nobody says. */
  readonly usualNodes: number
  readonly node: AnyNodeClass<N>
  /**
   * Makes sure that parameters, each of which is in its range, go together.
   * @throws RangeError with one line that says what would be right
   */
  checkParameters?(parameters: ParameterValues): void
  /** How a workload's wishes are put as this protocol's commands; what it cannot do is absent. */
  readonly requests: RequestForms
  /** The hashes that a block at this difficulty takes on average, where the protocol mines. */
  expectedHashes?(nBits: number): number
  /** The hashes a second of all nodes together at which blocks come at the target spacing, to begin with. */
  initialHashesPerSecond?(parameters: ParameterValues): number
  /** The ids of a node's active chain, from the first block to the tip, where the protocol has chains. */
  chainOf?(node: N): readonly string[]
  /**
   * How long the network may be broken at a stretch, for a protocol whose promises need it to be
   * timely; undefined for one that is safe however long. Chaos stays within it.
   */
  longestOutageMicros?(parameters: ParameterValues): number
  /** What the protocol assumes of clocks: chaos stays within it. */
  readonly clocks: ClockAssumption
  /** The role a live node plays now: what faults aimed at a role look for. One of `roles`. */
  roleOf(node: N): string
  /** The role whose holder coordinates, where there is one: what `crash:leader` aims at. */
  readonly leader: string | undefined
  /** Fresh checkers of the named properties, for one run. */
  checkers(context: CheckerContext): Checker<N>[]
  /** What must hold of the live nodes at every moment, as pure predicates: for the explorer. */
  readonly invariants: readonly Invariant<N>[]
  /** The protocol broken on purpose: what shows that the checkers can see. */
  readonly mutants: readonly Mutant<N>[]
  /**
   * The settings of one chaos run of a campaign, drawn: sizes, networks and parameters that bring
   * out different corners. They are those of a scenario, and must keep within what is promised.
   */
  variety(draw: Random): { readonly [setting: string]: unknown }
  /** What is happening now, in one plain sentence. */
  narrate(nodes: ReadonlyMap<NodeId, N>): string
}

/** A workload's wishes as commands of one protocol. */
export interface RequestForms {
  /** Run `body` on the replicated state machine. */
  write?(body: Uint8Array): unknown
  /** Ask the replicated state machine, linearizably. `lease`: by a lease, where the protocol has one. */
  read?(body: Uint8Array, lease: boolean): unknown
  /** Change the members. */
  configure?(voters: readonly NodeId[], learners: readonly NodeId[]): unknown
  /** Hand over the leadership. */
  transfer?(to: NodeId | undefined): unknown
  /** Pay from the asked node's wallet to another's. */
  pay?(to: NodeId, amount: number, fee: number): unknown
}

/** How wrong clocks may be before a promise no longer holds. */
export interface ClockAssumption {
  /** The largest sudden jump; 0 where no jump is allowed. */
  readonly largestJumpMicros: number
  /** The fastest drift against true time, either way, in parts in a million. */
  readonly largestDriftPpm: number
}

export interface Resilience {
  /** As the paper writes it: `n > 2f`. */
  readonly bound: string
  /** How many of `nodes` may be faulty at once. */
  maximumFaulty(nodes: number): number
}

export interface Paper {
  readonly authors: string
  readonly title: string
  readonly year: number
}

/** A planted bug: the honest class with one line wrong. */
export interface Mutant<N extends AnyNode = AnyNode> {
  /** As typed after the protocol's name: `raft+vote-not-persisted`. */
  readonly name: string
  /** What is wrong, and where the literature names it. */
  readonly bug: string
  /** The properties that may show it; any of them counts. */
  readonly breaks: readonly string[]
  readonly node: AnyNodeClass<N>
  /** Parameters that make the bug reachable, such as a snapshot after few entries. */
  readonly parameters?: { readonly [name: string]: number }
  /** Scenario settings of a chaos run that make the bug reachable, such as membership changes. */
  readonly scenario?: { readonly [setting: string]: unknown }
}
