import type { NodeId } from '../model/identity.ts'
import type { AnyNode } from '../model/machine.ts'
import type { ExplorationResult, ExploredViolation, SearchProgress } from './exploration.ts'
import { Fingerprints } from './fingerprint.ts'
import { FingerprintTable } from './fingerprint-table.ts'
import { type Finding, Judge } from './judge.ts'
import type { ExploreOptions, Setting } from './options.ts'
import { plainSettingOf } from './plain-setting.ts'
import { expanded, left, SearchStack, waiting } from './search-stack.ts'
import { shortened } from './shortened-path.ts'
import { stackPath } from './stack-path.ts'
import { StateSpace } from './state-space.ts'
import { type Tally, tallied } from './tally.ts'
import type { Visited } from './visited.ts'
import type { Visitor } from './visitor.ts'

/** Where a search is one of several that share what they have seen. */
export interface SharedSearch {
  readonly visited: Visited
  /** Whether the first state is this search's; all but one of them begin with nothing, and are handed states. */
  readonly begins: boolean
}

/**
 * Explores every order of events of a small world, within bounds, depth first. It sees the same states
 * as a breadth-first search, in far less memory: of a state that is done with it keeps a fingerprint
 * of 64 bits alone. The price: two states with one fingerprint count as one (the result says how
 * probable that is), and a counterexample is none of the shortest (steps that it does not need are
 * left out of it afterwards).
 *
 * With a bound of the depth, a state that was first reached by a long way is expanded again when a
 * shorter way to it is found: else what only the shorter way leaves room for would be passed over.
 */
export class DepthFirst<N extends AnyNode> implements Visitor {
  readonly #options: ExploreOptions<N>
  readonly #setting: Setting<N>
  readonly #visited: Visited
  readonly #stack: SearchStack<N>
  readonly #space: StateSpace<N>
  readonly #judge: Judge<N>
  readonly #depthLimit: number
  readonly #stateLimit: number
  #unique = 0
  #generated = 0
  #depth = 0
  /** States whose shortest way so far has as many events as may be: nothing was to follow them. */
  #atLimit = 0
  /** Whether transitions are counted: those of a state that is expanded again were. */
  #counting = true
  /** No state below this place of the stack waits. */
  #noneWaitingBelow = 0
  #violation: ExploredViolation | undefined = undefined
  /** Which of the states that come up are kept: those that nobody has claimed; the first, or the wanted one; none. */
  #admission: 'unclaimed' | 'first' | 'wanted' | 'none' = 'unclaimed'
  #wantedLow = 0
  #wantedHigh = 0

  /** @throws RangeError for options that make no world, saying which */
  constructor(options: ExploreOptions<N>, shared?: SharedSearch) {
    this.#options = options
    this.#setting = plainSettingOf(options)
    this.#depthLimit = this.#setting.bounds.depth ?? Number.POSITIVE_INFINITY
    this.#stateLimit = this.#setting.bounds.states ?? Number.POSITIVE_INFINITY
    this.#visited = shared?.visited ?? new FingerprintTable(this.#depthLimit)
    const { begins } = shared ?? { begins: true }
    this.#stack = new SearchStack(new Fingerprints(this.#setting), (low, high, depth) =>
      this.#admits(low, high, depth),
    )
    this.#space = new StateSpace(this.#setting, this.#stack)
    this.#judge = new Judge(
      this.#setting,
      this.#space,
      (state) => this.#stack.depths[state] as number,
    )
    if (begins) this.#space.begin(this)
    else this.#beginWithNothing()
  }

  /** Expands up to so many more states. Returns whether there is anything left to do. */
  advance(states: number): boolean {
    for (let done = 0; done < states; ) {
      if (this.#finished()) return false
      const top = this.#stack.count - 1
      if (this.#stack.fates[top] === waiting) {
        this.#expand(top)
        done += 1
      } else if (top > 0) this.#stack.cutTo(top)
      else return false
    }
    return !this.#finished()
  }

  progress(): SearchProgress {
    let waitingStates = 0
    for (let at = 0; at < this.#stack.count; at += 1) {
      if (this.#stack.fates[at] === waiting) waitingStates += 1
    }
    return { uniqueStates: this.#unique, waiting: waitingStates, depth: this.#depth }
  }

  /** Whether a state is left on the stack that waits to be expanded. */
  get exhausted(): boolean {
    return this.progress().waiting === 0
  }

  /** Whether a property is violated: nothing more is expanded then. */
  get violated(): boolean {
    return this.#judge.finding !== undefined
  }

  tally(): Tally {
    const { nodes, world } = this.#setting
    return {
      uniqueStates: this.#unique,
      generatedStates: this.#generated,
      depth: this.#depth,
      atLimit: this.#atLimit,
      exhausted: this.exhausted,
      nodeStates: nodes.reduce((sum, node) => sum + node.states, 0),
      envelopes: world.envelopes.count,
      runs: nodes.reduce((sum, node) => sum + node.runs, 0),
      exampleDepths: this.#judge.exampleDepths,
      violation: this.#violationFound(),
    }
  }

  result(): ExplorationResult {
    const tally = this.tally()
    return tallied(this.#options, [tally], this.#visited.certainty(tally.uniqueStates))
  }

  reached(next: number, added: boolean): void {
    if (this.#counting) this.#generated += 1
    if (!added) return
    const { fates, depths } = this.#stack
    const depth = depths[next] as number
    if (depth > this.#depth) this.#depth = depth
    if (!this.#judge.judge(next) || depth >= this.#depthLimit) fates[next] = left
    if (next < this.#noneWaitingBelow) this.#noneWaitingBelow = next
  }

  threw(message: string, node: NodeId): void {
    if (this.#counting) this.#generated += 1
    const from = this.#stack.parent
    this.#judge.judgeThrown(message, node, from, from < 0 ? undefined : this.#space.step())
  }

  /**
   * Hands over a state that waits, one as near to the first as there is: much may follow it.
   * @returns the fingerprints on the way to it, two words each; undefined where there is none to spare
   */
  handOver(): Int32Array | undefined {
    const { fates, count, lows, highs } = this.#stack
    let at = this.#noneWaitingBelow
    while (at < count && fates[at] !== waiting) at += 1
    this.#noneWaitingBelow = at
    // The last one is this search's own next.
    if (at >= count - 1) return undefined
    fates[at] = left
    const way = this.#stack.wayTo(at)
    return Int32Array.from(way.flatMap((place) => [lows[place] as number, highs[place] as number]))
  }

  /** Goes on from a state that another search has handed over. This one must be exhausted. */
  takeOver(way: Int32Array): void {
    const stack = this.#stack
    stack.cutTo(1)
    this.#noneWaitingBelow = 0
    for (let i = 0; i < way.length; i += 2) {
      const from = stack.count - 1
      stack.fates[from] = expanded
      if (!this.#follow(from, way[i] as number, way[i + 1] as number)) {
        throw new Error(`a state was handed over that cannot be reached: step ${i / 2}`)
      }
    }
  }

  /** The first state is another search's: from here ways begin that are handed over. */
  #beginWithNothing(): void {
    this.#admission = 'first'
    this.#space.begin(onlooker)
    this.#admission = 'unclaimed'
    this.#stack.fates[0] = left
  }

  /** Whether a state is to be kept on the stack. */
  #admits(low: number, high: number, depth: number): boolean {
    if (this.#admission === 'unclaimed') return this.#claims(low, high, depth)
    if (this.#admission === 'none') return false
    if (this.#admission === 'wanted' && (low !== this.#wantedLow || high !== this.#wantedHigh)) {
      return false
    }
    this.#admission = 'none'
    return true
  }

  /** Whether this search is the first to see a state, or the first to see it so near. */
  #claims(low: number, high: number, depth: number): boolean {
    const claim = this.#visited.claim(low, high, depth)
    switch (claim) {
      case 'new':
        this.#unique += 1
        if (depth >= this.#depthLimit) this.#atLimit += 1
        return true
      case 'shallower, from the limit':
        this.#atLimit -= 1
        return true
      case 'shallower':
        return true
      case 'seen':
        return false
    }
  }

  #finished(): boolean {
    return this.violated || this.#unique >= this.#stateLimit || this.#stack.count === 0
  }

  #expand(state: number): void {
    const { fates, lows, highs, depths } = this.#stack
    fates[state] = left
    const [low, high, depth] = [lows[state], highs[state], depths[state]]
    const expansion = this.#visited.expand(low as number, high as number, depth as number)
    if (expansion === 'no') return
    fates[state] = expanded
    this.#counting = expansion === 'first'
    this.#stack.parent = state
    const moved = this.#space.expand(state, this)
    if (!moved) this.#judge.judgeSettled(state)
  }

  /** Puts the state with this fingerprint, which follows another, on the stack. Returns whether there is one. */
  #follow(from: number, low: number, high: number): boolean {
    const { count } = this.#stack
    this.#stack.parent = from
    this.#admission = 'wanted'
    this.#wantedLow = low
    this.#wantedHigh = high
    this.#space.expand(from, onlooker)
    this.#admission = 'unclaimed'
    return this.#stack.count > count
  }

  #violationFound(): ExploredViolation | undefined {
    const { finding } = this.#judge
    if (!finding) return undefined
    this.#violation ??= this.#violationOf(finding)
    return this.#violation
  }

  #violationOf({ property, message, nodes, state, last }: Finding): ExploredViolation {
    const steps = state < 0 ? [] : stackPath(this.#space, this.#stack, state)
    const path = last ? [...steps, last] : steps
    return shortened(this.#options, { property, message, nodes, path })
  }
}

const onlooker: Visitor = { reached: () => {}, threw: () => {} }
