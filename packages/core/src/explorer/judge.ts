import type { Invariant } from '../model/checker.ts'
import type { NodeId } from '../model/identity.ts'
import type { AnyNode } from '../model/machine.ts'
import { BitSet } from './bit-set.ts'
import type { ExploredNode } from './explored-node.ts'
import { none } from './local-state.ts'
import type { Setting, Sometimes, WorldView } from './options.ts'
import { layoutOf, type StateLayout } from './state-layout.ts'
import type { StateSpace } from './state-space.ts'
import type { Step } from './step.ts'
import { UnsoundReduction } from './unsound-reduction.ts'
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
  /** Where not the state itself shows it, but another of its orbit: the permutation that leads there. */
  readonly permutation: number | undefined
}

/** A state as its vector. */
type Vector = ArrayLike<number>

/** Judges the states of a search, whatever its order: invariants, constraint, histories, and what should be possible. */
export class Judge<N extends AnyNode> {
  /** The first violation. */
  finding: Finding | undefined = undefined
  /** Of each thing that should be possible, the depth of the first example. */
  readonly exampleDepths: (number | undefined)[]
  readonly #setting: Setting<N>
  readonly #space: StateSpace<N>
  readonly #depthOf: (state: number) => number
  readonly #layout: StateLayout
  /** Whether anything is asked of the nodes of every state. */
  readonly #looksAtNodes: boolean
  /** What invariants can tell apart: the fields of each live node. Each is judged once. */
  readonly #pictures = new VectorTable()
  readonly #picturesOutside = new BitSet()
  /** Histories that were judged. */
  #historiesJudged = 0

  /** @param depthOf how many events led to a state */
  constructor(setting: Setting<N>, space: StateSpace<N>, depthOf: (state: number) => number) {
    this.#setting = setting
    this.#space = space
    this.#depthOf = depthOf
    this.#layout = layoutOf(setting)
    this.exampleDepths = setting.sometimes.map(() => undefined)
    this.#looksAtNodes = setting.invariants.length > 0 || setting.constraint !== undefined
  }

  /**
   * Checks a state that nobody has seen before, unless one with the same live nodes was checked.
   * @returns whether it is within the constraint
   */
  judge(state: number): boolean {
    const within = !this.#looksAtNodes || this.#judgeNodes(state)
    this.#judgeHistories(state)
    this.#lookForExamples(state)
    return within
  }

  #judgeNodes(state: number): boolean {
    const { states } = this.#space
    const picture = this.#pictureOf(states.wordsOf(state), states.start(state))
    if (this.#pictures.added) {
      const { invariants, constraint, symmetry } = this.#setting
      this.#check(invariants, state)
      const within = constraint?.(this.#liveNodes(this.#vectorOf(state))) ?? true
      if (!within) this.#picturesOutside.add(picture)
      const images = symmetry?.permutations.length ?? 0
      for (let image = 0; image < images; image += 1) this.#judgeImage(state, image, within)
    }
    return !this.#picturesOutside.has(picture)
  }

  /** What it will take at most, in bytes, to judge some more states. */
  get bytesSoon(): number {
    return this.#pictures.bytesSoon + this.#picturesOutside.bytes
  }

  /** Checks a state in which no message and no disk can change anything. */
  judgeSettled(state: number): void {
    const { settled, symmetry } = this.#setting
    this.#check(settled, state)
    const images = settled.length > 0 ? (symmetry?.permutations.length ?? 0) : 0
    for (let image = 0; image < images; image += 1) this.#check(settled, state, image)
  }

  /**
   * Checks another state of the same orbit: properties need not be symmetric, since each of its states
   * can be reached and is judged. A constraint must be.
   */
  #judgeImage(state: number, permutation: number, within: boolean): void {
    const { invariants, constraint } = this.#setting
    const image = this.#vectorOf(state, permutation)
    const picture = this.#pictureOf(image, 0)
    if (!this.#pictures.added) return
    this.#check(invariants, state, permutation)
    if ((constraint?.(this.#liveNodes(image)) ?? true) !== within) {
      const message = 'symmetry: the constraint tells interchangeable nodes apart'
      this.#setting.symmetry?.refuse(new UnsoundReduction(message))
    }
    if (!within) this.#picturesOutside.add(picture)
  }

  /** The protocol threw on the way from a state. */
  judgeThrown(message: string, node: NodeId, state: number, last: Step | undefined): void {
    const found = { property: 'assertion', message: `node ${node}: ${message}`, nodes: [node] }
    this.finding ??= { ...found, state, last, permutation: undefined }
  }

  /** A history that nobody has seen before came about on the way to this state. */
  #judgeHistories(state: number): void {
    const { histories } = this.#setting
    if (!histories) return
    for (; this.#historiesJudged < histories.count; this.#historiesJudged += 1) {
      const history = histories.at(this.#historiesJudged)
      for (const { property, broken } of histories.always) {
        const found = broken(history)
        if (!found || this.finding) continue
        const permutation = this.#imageWith(state, this.#historiesJudged)
        this.finding = { property, ...found, state, last: undefined, permutation }
      }
    }
  }

  /** The permutation that leads from a state to one of its orbit with this history; undefined where it is its own. */
  #imageWith(state: number, history: number): number | undefined {
    if (this.#space.history(state) === history) return undefined
    const found = this.#setting.symmetry?.permutations.findIndex(
      (permutation) => permutation.history(this.#space.history(state)) === history,
    )
    return found === -1 ? undefined : found
  }

  #lookForExamples(state: number): void {
    const { sometimes } = this.#setting
    for (let i = 0; i < sometimes.length; i += 1) {
      if (this.exampleDepths[i] !== undefined) continue
      if (this.#isExample(sometimes[i] as Sometimes<N>, state)) {
        this.exampleDepths[i] = this.#depthOf(state)
      }
    }
  }

  /** Whether a state, or another of its orbit, shows what should be possible. */
  #isExample(wanted: Sometimes<N>, state: number): boolean {
    if (wanted.holds(this.#viewOf(this.#vectorOf(state)))) return true
    return (
      this.#setting.symmetry?.permutations.some((_, permutation) =>
        wanted.holds(this.#viewOf(this.#vectorOf(state, permutation))),
      ) ?? false
    )
  }

  /** @param permutation that leads to another state of the same orbit */
  #vectorOf(state: number, permutation?: number): Vector {
    const { states } = this.#space
    const start = states.start(state)
    const length = states.stop(state) - start
    const words = states.wordsOf(state)
    if (permutation === undefined) return words.subarray(start, start + length)
    const image = new Int32Array(length)
    const { symmetry } = this.#setting
    symmetry?.permutations[permutation]?.writeImage(words, start, length, image)
    return image
  }

  #viewOf(vector: Vector): WorldView<N> {
    const { world, histories } = this.#setting
    const { envelopes } = world
    const { historyWord, envelopeWords } = this.#layout
    return {
      nodes: this.#liveNodes(vector),
      inFlight: Array.from(vector)
        .slice(envelopeWords)
        .map((place) => ({
          from: envelopes.from(place),
          to: envelopes.to(place),
          message: envelopes.message(place),
        })),
      history: histories?.at(vector[historyWord] as number),
    }
  }

  #pictureOf(state: Vector, start: number): number {
    const { nodes } = this.#setting
    const words = this.#pictures.reserve(nodes.length)
    for (let node = 0; node < nodes.length; node += 1) {
      const fields = nodes[node]?.fieldsOf(state[start + node] as number) ?? none
      words[this.#pictures.end + node] = fields
    }
    return this.#pictures.enter(nodes.length)
  }

  #liveNodes(vector: Vector): Map<NodeId, N> {
    const { nodes, liars } = this.#setting
    const live = new Map<NodeId, N>()
    for (let place = 0; place < nodes.length; place += 1) {
      const node = nodes[place] as ExploredNode<N>
      if (liars.isLiar(node.self)) continue
      const fields = node.node(vector[place] as number)
      if (fields) live.set(node.self, fields)
    }
    return live
  }

  /** @param permutation where not the state itself is looked at, but another of its orbit */
  #check(invariants: readonly Invariant<N>[], state: number, permutation?: number): void {
    if (this.finding || invariants.length === 0) return
    const live = this.#liveNodes(this.#vectorOf(state, permutation))
    for (const invariant of invariants) {
      const broken = invariant.broken(live)
      if (!broken) continue
      const { property } = invariant
      const { nodes, message } = broken
      this.finding = { property, message, nodes, state, last: undefined, permutation }
      return
    }
  }
}
