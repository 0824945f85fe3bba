import type { CheckWorld } from './check-world.ts'
import type { Checker, CheckerContext, Invariant } from './checker.ts'
import type { Goal } from './goal.ts'
import type { Signature } from './host.ts'
import type { Micros, NodeId } from './identity.ts'
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
  /** What may be wrong with nodes; `model` for what shows the system model rather than solves consensus. */
  readonly family: 'model' | 'crash' | 'byzantine' | 'proof-of-work'
  /** Decide once, commit a log for ever, adopt a chain that may roll back; or give no answer at all. */
  readonly shape: 'decision' | 'log' | 'chain' | 'none'
  readonly faults: string
  /** All but chains, where `synchronous`, run on a network that keeps its bound, unless the scenario says otherwise. */
  readonly synchrony: 'synchronous' | 'partially synchronous' | 'asynchronous'
  /** `lossy`: what is sent may be lost. `reliable`: the paper assumes that it arrives, and chaos keeps to that. */
  readonly channels: 'lossy' | 'reliable'
  /** Whether a node that crashes may come back with what its disk holds, or has failed for good. */
  readonly crashes: 'recover' | 'stop'
  readonly resilience: Resilience
  readonly finality: 'immediate' | 'probabilistic'
  readonly roles: readonly string[]
  readonly paper: Paper
  /** How many nodes a run has when nobody says. */
  readonly usualNodes: number
  readonly node: AnyNodeClass<N>
  /**
   * Makes sure that parameters, each of which is in its range, go together, and with so many nodes.
   * @param allowExcessFaults a tolerance beyond the protocol's bound is meant
   * @throws RangeError with one line that says what would be right
   */
  checkParameters?(parameters: ParameterValues, nodes: number, allowExcessFaults: boolean): void
  /** How a workload's wishes are put as this protocol's commands; what it cannot do is absent. */
  readonly requests: RequestForms
  /** How a client speaks with the nodes; left out: it asks one node, and believes its answer. */
  readonly clients?: ClientRule
  /** For a protocol that decides among given values: those that may be proposed. Left out: any text. */
  readonly proposedValues?: readonly string[]
  /**
   * Defaults of parameters that depend on where the protocol runs.
   * @param boundMicros Δ: no message between two nodes takes longer, where the network promises it
   * @param given those that were asked for, which count more
   */
  usualParameters?(
    nodes: number,
    boundMicros: Micros,
    given: { readonly [name: string]: number },
  ): { readonly [name: string]: number }
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
  /** What is reached in the end, from wherever the nodes have got to: demanded of small worlds too. */
  readonly eventually?: Goal<N>
  /** Small worlds to be explored whole, the smallest first. */
  readonly worlds?: readonly CheckWorld[]
  /** The protocol broken on purpose: what shows that the checkers can see. */
  readonly mutants: readonly Mutant<N>[]
  /** What a Byzantine node of this protocol may do beside what any may (be silent, late, a twin, corrupting). */
  readonly attacks: readonly Attack<N>[]
  /** One step outside what is promised, and what is lost there. Tested: each shows what it says. */
  readonly beyond: readonly Beyond[]
  /**
   * The settings of one chaos run of a campaign, drawn: sizes, networks and parameters that bring
   * out different corners. They are those of a scenario, and must keep within what is promised.
   */
  variety(draw: Random): { readonly [setting: string]: unknown }
  /** What is happening now, in one plain sentence. */
  narrate(nodes: ReadonlyMap<NodeId, N>): string
}

/**
 * A workload's wishes as commands of one protocol. Where clients sign, `signature` is the client's
 * own over `signedRequest(request, body)`; else there is none.
 */
export interface RequestForms {
  /** Run `body` on the replicated state machine. */
  write?(body: Uint8Array, signature?: Signature): unknown
  /** Ask the replicated state machine, linearizably. `lease`: by a lease, where the protocol has one. */
  read?(body: Uint8Array, lease: boolean, signature?: Signature): unknown
  /** Let this node propose a value, of which one is to be decided. */
  propose?(value: Uint8Array): unknown
  /** Change the members. */
  configure?(voters: readonly NodeId[], learners: readonly NodeId[]): unknown
  /** Hand over the leadership. */
  transfer?(to: NodeId | undefined): unknown
  /** Pay from the asked node's wallet to another's. */
  pay?(to: NodeId, amount: number, fee: number): unknown
}

/** How a client of a protocol whose nodes may lie makes sure of what it asks and is told. */
export interface ClientRule {
  /** It asks one node, the leader if it knows it; or every node at once. */
  readonly asks: 'one' | 'all'
  /** So many nodes must give the same answer before it is believed. */
  matchingReplies(nodes: number): number
  /** Clients sign their requests, so that no node can make one up: see `signedRequest`. */
  readonly signs: boolean
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

/**
 * The code of a Byzantine node: the honest class with what it does wrong, over the same messages. It
 * runs on its own host, so it sees what a real one would see, and cannot sign for another.
 */
export interface Attack<N extends AnyNode = AnyNode> {
  /** As typed after the node: `0=equivocate`. */
  readonly name: string
  /** What it does, in one line, and where the literature describes it. */
  readonly what: string
  /** `AttackerHost` tells it who its accomplices are. Its schema has the honest one's messages. */
  readonly node: AnyNodeClass<N>
  /** Chaos may draw it. False for attacks that mean something only in a setting of their own. */
  readonly inChaos: boolean
}

/** A run one step outside of what is promised. */
export interface Beyond {
  /** In a few words, as the title of a test: `n = 3f`, `messages later than Δ`. */
  readonly name: string
  /** What is taken away and what is lost for it, in one sentence. */
  readonly what: string
  /**
   * The settings of the scenario, without protocol and seed. Its `expect` says what is seen: a
   * property violated, or `inconclusive` where only progress is lost.
   */
  readonly scenario: { readonly [setting: string]: unknown }
  /** Of so many seeds, from 1 on, at least one shows it. */
  readonly seeds: number
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
  /** A small world in which the explorer finds it; where absent, it is looked for in those of the protocol. */
  readonly world?: CheckWorld
}
