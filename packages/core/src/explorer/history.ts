import type { NodeId } from '../model/identity.ts'
import type { Output, Reply } from '../model/output.ts'
import type { Renaming } from '../model/schema/rename.ts'
import type { SharedWorld } from './shared-world.ts'
import type { StepOutcome } from './step-outcome.ts'
import { UnsoundReduction } from './unsound-reduction.ts'
import { type Identity, ValueTable } from './value-table.ts'

/** A message, who sent it, and to whom. */
export interface Envelope {
  readonly from: NodeId
  readonly to: NodeId
  readonly message: unknown
}

/** A step of one node, as somebody sees it who keeps a record of the run. */
export interface Observation {
  readonly node: NodeId
  /** What was delivered, where the step is a delivery. */
  readonly received: Envelope | undefined
  /** What left the node, in no order of its own. */
  readonly sent: readonly Envelope[]
  readonly outputs: readonly Output[]
  readonly replies: readonly Reply[]
}

/**
 * A record of the run that is part of the state: what was decided, answered, called. No node reads
 * it, so it changes nothing that can happen; properties of a whole run become properties of a state
 * (a history variable: Abadi and Lamport, The Existence of Refinement Mappings, 1991).
 *
 * Histories are values: never changed once made.
 */
export interface HistoryVariable<H> {
  readonly initial: H
  /** Whether a step may leave a trace in any history. What does not is never shown to `after`. */
  observes(step: Observation): boolean
  /** The history after the step. A pure function. */
  after(history: H, step: Observation): H
  readonly identity: Identity<H>
  /**
   * True where steps of different nodes may come in any order: they then lead to the same history, or in
   * every order to one that is broken. Partial order reduction leaves out more where it need not keep
   * their order.
   */
  readonly unordered?: boolean
  /** The history with other numbers for the nodes that it names; needed where nodes are interchangeable. */
  rename?(history: H, renaming: Renaming): H
  /** What must hold of the history in every state. */
  readonly always: readonly HistoryInvariant<H>[]
}

export interface HistoryInvariant<H> {
  readonly property: string
  /** The nodes in conflict and one sentence, or undefined where it holds. */
  broken(history: H): { readonly nodes: readonly NodeId[]; readonly message: string } | undefined
}

/** The histories seen, each known by its place, and how steps lead from one to the next: each is worked out once. */
export class Histories<H> {
  /** Told of every history that comes about by a step of a kind that was not worked out before. */
  onNewTransition: ((history: number, outcome: StepOutcome, next: number) => void) | undefined =
    undefined
  readonly #variable: HistoryVariable<H>
  readonly #world: SharedWorld
  readonly #table: ValueTable<H>
  /** By the number of the outcome, the place of the history after each; null where it leaves no trace. */
  readonly #steps: (Map<number, number> | null | undefined)[] = []

  constructor(variable: HistoryVariable<H>, world: SharedWorld) {
    this.#variable = variable
    this.#world = world
    this.#table = new ValueTable(variable.identity)
    this.#table.place(variable.initial)
  }

  get always(): readonly HistoryInvariant<H>[] {
    return this.#variable.always
  }

  get unordered(): boolean {
    return this.#variable.unordered ?? false
  }

  get count(): number {
    return this.#table.count
  }

  at(place: number): H {
    return this.#table.at(place)
  }

  /**
   * The place of the history after a step.
   * @param envelope what was delivered, as a place; below zero where nothing was
   */
  after(history: number, node: NodeId, envelope: number, outcome: StepOutcome): number {
    const known = this.#transitions(node, envelope, outcome)
    if (known === null) return history
    let next = known.get(history)
    if (next === undefined) {
      const observation = this.#observation(node, envelope, outcome)
      next = this.#table.place(this.#variable.after(this.at(history), observation))
      known.set(history, next)
      this.onNewTransition?.(history, outcome, next)
    }
    return next
  }

  /** Whether a step may change any history. */
  leavesTrace(node: NodeId, envelope: number, outcome: StepOutcome): boolean {
    return this.#transitions(node, envelope, outcome) !== null
  }

  /**
   * The place of a history in which nodes have other numbers.
   * @throws UnsoundReduction where histories cannot be renamed, or not back again
   */
  renamed(history: number, renaming: Renaming): number {
    const { rename, identity } = this.#variable
    if (!rename)
      throw new UnsoundReduction('symmetry: this history does not say how to rename nodes')
    const image = rename(this.at(history), renaming)
    const inverse = renaming.map((_, node) => renaming.indexOf(node))
    if (!identity.equal(rename(image, inverse), this.at(history))) {
      throw new UnsoundReduction(
        'symmetry: this history is another once nodes are renamed and back again',
      )
    }
    return this.#table.place(image)
  }

  #transitions(node: NodeId, envelope: number, outcome: StepOutcome): Map<number, number> | null {
    let known = this.#steps[outcome.number]
    if (known === undefined) {
      known = this.#variable.observes(this.#observation(node, envelope, outcome)) ? new Map() : null
      this.#steps[outcome.number] = known
    }
    return known
  }

  #observation(node: NodeId, envelope: number, outcome: StepOutcome): Observation {
    const { sent, outputs, replies } = outcome
    return {
      node,
      received: envelope < 0 ? undefined : this.#envelope(envelope),
      sent: sent.map((place) => this.#envelope(place)),
      outputs,
      replies,
    }
  }

  #envelope(place: number): Envelope {
    const { envelopes } = this.#world
    return {
      from: envelopes.from(place),
      to: envelopes.to(place),
      message: envelopes.message(place),
    }
  }
}
