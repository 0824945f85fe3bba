import type { NodeId } from '../model/identity.ts'
import type { AnyNode } from '../model/machine.ts'
import { Random } from '../model/random.ts'
import { BitSet } from './bit-set.ts'
import type { ExplorationResult, ExploredViolation, SearchProgress } from './exploration.ts'
import { Fingerprints } from './fingerprint.ts'
import { FingerprintTable } from './fingerprint-table.ts'
import { Judge } from './judge.ts'
import type { ExploreOptions, Setting } from './options.ts'
import { plainSettingOf } from './plain-setting.ts'
import { left, SearchStack, waiting } from './search-stack.ts'
import { shortened } from './shortened-path.ts'
import { stackPath } from './stack-path.ts'
import { layoutOf } from './state-layout.ts'
import { StateSpace } from './state-space.ts'
import { tallied } from './tally.ts'
import { VectorTable } from './vector-table.ts'
import type { Visitor } from './visitor.ts'

export interface GuidedWalks {
  /** An integer from 0. The same seed gives the same walks. */
  readonly seed: number
  /** In all walks together. */
  readonly steps: number
  /** Events in a row, after which a walk ends; 1,000 where absent, and no more than the bound of the depth. */
  readonly length?: number
  /** `any`: every event that can happen is as likely as another, to compare with. */
  readonly prefer?: 'unseen' | 'any'
}

const usualLength = 1_000
/** How likely a state is chosen in which the nodes are as on a walk before, against one in which they are not. */
const knownWeight = 0.2

/**
 * Random walks from the first state, for worlds of which a search would see but one corner. They
 * prefer what no walk has seen: of the states that can follow, one in which the nodes together are as
 * they never were on any walk is so much more likely to be chosen. (States that differ only in what is
 * in flight or used up are alike in this: nearly every one of those is new, and to prefer them is to
 * prefer nothing.) All states that can follow are judged, whichever is chosen. Deterministic by the
 * seed. What is found is real; what is not found may be there.
 */
export class Guided<N extends AnyNode> implements Visitor {
  readonly #options: ExploreOptions<N>
  readonly #setting: Setting<N>
  readonly #seed: number
  readonly #stepLimit: number
  readonly #lengthLimit: number
  readonly #stateLimit: number
  readonly #prefer: 'unseen' | 'any'
  readonly #random: Random
  readonly #stack: SearchStack<N>
  readonly #space: StateSpace<N>
  readonly #judge: Judge<N>
  /** Every state that came up. */
  readonly #seen = new FingerprintTable(Number.POSITIVE_INFINITY)
  /** What all nodes are together. */
  readonly #combinations = new VectorTable()
  /** Those that came about on a walk. */
  readonly #walked = new BitSet()
  readonly #nodeWords: number
  #generated = 0
  #depth = 0
  #steps = 0
  #walks = 1
  /** The probability that a state is chosen, for each that follows, from the first; not scaled to one. */
  readonly #weights: number[] = []
  #violation: ExploredViolation | undefined = undefined

  /** @throws RangeError for options that make no world, saying which */
  constructor(options: ExploreOptions<N>, walks: GuidedWalks) {
    this.#options = options
    this.#setting = plainSettingOf(options)
    const { depth = Number.POSITIVE_INFINITY, states = Number.POSITIVE_INFINITY } =
      this.#setting.bounds
    this.#seed = walks.seed
    this.#random = new Random(walks.seed)
    this.#stepLimit = walks.steps
    this.#lengthLimit = Math.min(depth, walks.length ?? usualLength)
    this.#stateLimit = states
    this.#prefer = walks.prefer ?? 'unseen'
    this.#nodeWords = layoutOf(this.#setting).budgetWords
    this.#stack = new SearchStack(new Fingerprints(this.#setting), () => true)
    this.#space = new StateSpace(this.#setting, this.#stack)
    this.#judge = new Judge(
      this.#setting,
      this.#space,
      (state) => this.#stack.depths[state] as number,
    )
    this.#space.begin(this)
  }

  /** Takes up to so many more steps. Returns whether there is anything left to do. */
  advance(steps: number): boolean {
    for (let taken = 0; taken < steps; taken += 1) {
      if (this.#finished()) return false
      this.#takeStep()
    }
    return !this.#finished()
  }

  progress(): SearchProgress {
    const left = this.#stepLimit - this.#steps
    return { uniqueStates: this.#seen.claimed, waiting: left, depth: this.#depth }
  }

  result(): ExplorationResult {
    const { nodes, world } = this.#setting
    const tally = {
      uniqueStates: this.#seen.claimed,
      generatedStates: this.#generated,
      depth: this.#depth,
      atLimit: 0,
      exhausted: false,
      nodeStates: nodes.reduce((sum, node) => sum + node.states, 0),
      envelopes: world.envelopes.count,
      runs: nodes.reduce((sum, node) => sum + node.runs, 0),
      exampleDepths: this.#judge.exampleDepths,
      violation: this.#violationFound(),
    }
    const sample = { seed: this.#seed, walks: this.#walks, steps: this.#steps }
    return tallied(this.#options, [tally], { kind: 'sampled', ...sample })
  }

  reached(next: number): void {
    this.#generated += 1
    const { lows, highs, depths, fates } = this.#stack
    const depth = depths[next] as number
    if (depth > this.#depth) this.#depth = depth
    this.#seen.claim(lows[next] as number, highs[next] as number)
    if (!this.#judge.judge(next)) fates[next] = left
  }

  threw(message: string, node: NodeId): void {
    this.#generated += 1
    const from = this.#stack.parent
    this.#judge.judgeThrown(message, node, from, from < 0 ? undefined : this.#space.step())
  }

  #finished(): boolean {
    return (
      this.#judge.finding !== undefined ||
      this.#steps >= this.#stepLimit ||
      this.#lengthLimit === 0 ||
      this.#seen.claimed >= this.#stateLimit
    )
  }

  /** Goes on to a state that follows; where none does, or the walk is long enough, the next one begins. */
  #takeStep(): void {
    const stack = this.#stack
    const from = stack.count - 1
    this.#steps += 1
    stack.parent = from
    const moved = this.#space.expand(from, this)
    if (!moved) this.#judge.judgeSettled(from)
    if (this.#judge.finding) return
    const chosen = this.#choose(from)
    if (chosen === undefined) return this.#beginAgain()
    this.#walked.add(this.#combinationIn(chosen))
    stack.keepOnly(chosen, from + 1)
    if (from + 1 >= this.#lengthLimit) this.#beginAgain()
  }

  #beginAgain(): void {
    this.#stack.cutTo(1)
    this.#walks += 1
  }

  #choose(from: number): number | undefined {
    const { count, fates } = this.#stack
    let sum = 0
    for (let at = from + 1; at < count; at += 1) {
      const weight = fates[at] === waiting ? this.#weightOf(at) : 0
      this.#weights[at] = weight
      sum += weight
    }
    if (sum === 0) return undefined
    let draw = this.#random.next() * sum
    let chosen: number | undefined
    for (let at = from + 1; at < count && draw >= 0; at += 1) {
      const weight = this.#weights[at] as number
      if (weight > 0) chosen = at
      draw -= weight
    }
    return chosen
  }

  #weightOf(state: number): number {
    if (this.#prefer === 'any') return 1
    return this.#walked.has(this.#combinationIn(state)) ? knownWeight : 1
  }

  #combinationIn(state: number): number {
    const from = this.#stack.wordsOf(state)
    const start = this.#stack.start(state)
    const to = this.#combinations.reserve(this.#nodeWords)
    const { end } = this.#combinations
    for (let node = 0; node < this.#nodeWords; node += 1)
      to[end + node] = from[start + node] as number
    return this.#combinations.enter(this.#nodeWords)
  }

  #violationFound(): ExploredViolation | undefined {
    const { finding } = this.#judge
    if (!finding || this.#violation) return this.#violation
    const { property, message, nodes, state, last } = finding
    const steps = state < 0 ? [] : stackPath(this.#space, this.#stack, state)
    const path = last ? [...steps, last] : steps
    this.#violation = shortened(this.#options, { property, message, nodes, path })
    return this.#violation
  }
}
