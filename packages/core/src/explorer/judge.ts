import type { Invariant } from '../model/checker.ts'
import type { NodeId } from '../model/identity.ts'
import type { AnyNode } from '../model/machine.ts'
import type { ExploredNode } from './explored-node.ts'
import { none } from './local-state.ts'
import type { Setting, WorldView } from './options.ts'
import type { StateSpace } from './state-space.ts'
import type { Step } from './step.ts'
import { VectorTable } from './vector-table.ts'

/** A violation whose path is yet to be put together. */
export interface Finding {
  readonly property: string
  readonly message: string
  readonly nodes: readonly NodeId[]
  /** Where the path leads; −1 where not even the first state came about. */
  readonly state: number
  /** What came after, where that led to no state. */
  readonly last: Step | undefined
}

/** Judges the states of a search, whatever its order: invariants, constraint, histories, and what should be possible. */
export class Judge<N extends AnyNode> {
  /** The first violation. */
  finding: Finding | undefined = undefined
  /** Of each thing that should be possible, the depth of the first example. */
  readonly exampleDepths: (number | undefined)[]
  readonly #setting: Setting<N>
  readonly #space: StateSpace<N>
  readonly #depthOf: (state: number) => number
  /** What invariants can tell apart: the fields of each live node. Each is judged once. */
  readonly #pictures = new VectorTable()
  readonly #picturesOutside = new Set<number>()
  /** Histories that were judged. */
  #historiesJudged = 0

  /** @param depthOf how many events led to a state */
  constructor(setting: Setting<N>, space: StateSpace<N>, depthOf: (state: number) => number) {
    this.#setting = setting
    this.#space = space
    this.#depthOf = depthOf
    this.exampleDepths = setting.sometimes.map(() => undefined)
  }

  /**
   * Checks a state that nobody has seen before, unless one with the same live nodes was checked.
   * @returns whether it is within the constraint
   */
  judge(state: number): boolean {
    const picture = this.#pictureOf(state)
    if (this.#pictures.added) {
      this.#check(this.#setting.invariants, state)
      const { constraint } = this.#setting
      if (constraint && !constraint(this.#liveNodes(state))) this.#picturesOutside.add(picture)
    }
    this.#judgeHistories(state)
    this.#lookForExamples(state)
    return !this.#picturesOutside.has(picture)
  }

  /** Checks a state in which no message and no disk can change anything. */
  judgeSettled(state: number): void {
    this.#check(this.#setting.settled, state)
  }

  /** The protocol threw on the way from a state. */
  judgeThrown(message: string, node: NodeId, state: number, last: Step | undefined): void {
    const found = { property: 'assertion', message: `node ${node}: ${message}`, nodes: [node] }
    this.finding ??= { ...found, state, last }
  }

  /** A history that nobody has seen before came about on the way to this state. */
  #judgeHistories(state: number): void {
    const { histories } = this.#setting
    if (!histories) return
    for (; this.#historiesJudged < histories.count; this.#historiesJudged += 1) {
      const history = histories.at(this.#historiesJudged)
      for (const { property, broken } of histories.always) {
        const found = broken(history)
        if (found) this.finding ??= { property, ...found, state, last: undefined }
      }
    }
  }

  #lookForExamples(state: number): void {
    const { sometimes } = this.#setting
    for (let i = 0; i < sometimes.length; i += 1) {
      if (this.exampleDepths[i] !== undefined) continue
      if (sometimes[i]?.holds(this.#viewOf(state))) this.exampleDepths[i] = this.#depthOf(state)
    }
  }

  #viewOf(state: number): WorldView<N> {
    const { world, histories } = this.#setting
    const { envelopes } = world
    return {
      nodes: this.#liveNodes(state),
      inFlight: this.#space.inFlight(state).map((place) => ({
        from: envelopes.from(place),
        to: envelopes.to(place),
        message: envelopes.message(place),
      })),
      history: histories?.at(this.#space.history(state)),
    }
  }

  #pictureOf(state: number): number {
    const { nodes } = this.#setting
    const words = this.#pictures.reserve(nodes.length)
    for (let node = 0; node < nodes.length; node += 1) {
      const fields = nodes[node]?.fieldsOf(this.#space.local(state, node)) ?? none
      words[this.#pictures.end + node] = fields
    }
    return this.#pictures.enter(nodes.length)
  }

  #liveNodes(state: number): Map<NodeId, N> {
    const { nodes, twins } = this.#setting
    const live = new Map<NodeId, N>()
    for (let place = 0; place < nodes.length; place += 1) {
      const node = nodes[place] as ExploredNode<N>
      if (twins.isTwin(node.self)) continue
      const fields = node.node(this.#space.local(state, place))
      if (fields) live.set(node.self, fields)
    }
    return live
  }

  #check(invariants: readonly Invariant<N>[], state: number): void {
    if (this.finding || invariants.length === 0) return
    const live = this.#liveNodes(state)
    for (const invariant of invariants) {
      const broken = invariant.broken(live)
      if (!broken) continue
      const { nodes, message } = broken
      this.finding = { property: invariant.property, message, nodes, state, last: undefined }
      return
    }
  }
}
