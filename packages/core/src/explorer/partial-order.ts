import type { AnyNode } from '../model/machine.ts'
import { type Demands, Foresight, noDemands } from './foresight.ts'
import type { Setting } from './options.ts'
import type { StateSpace } from './state-space.ts'
import { UnsoundReduction } from './unsound-reduction.ts'

/** Whether orders of events are left out that lead to the same. */
export type Reduction = 'none' | 'partial-order'

/**
 * Partial order reduction: events of different nodes commute, so that most orders of events differ in
 * nothing. In a state it often suffices to explore the events of one node, and to leave those of all
 * others for later (a persistent set: Godefroid, Partial-Order Methods for the Verification of
 * Concurrent Systems, 1996).
 *
 * **Which node.** Let T be all that can happen to node i now: deliveries, and what losses and
 * duplications do to messages for it, among them. Two events depend on each other if they are of the
 * same node, use up the same bound or the same command, or both leave a trace in the history. T is
 * enough if nothing that the others can do before anything of T depends on T: they neither demand what
 * T demands, nor send i a message whose delivery is not in T already.
 *
 * **What the others can do** is foreseen from the steps that are known (`Foresight`). When a node takes
 * a step that nobody knew, what was chosen before may have been wrong: once all is expanded, each choice
 * is looked at again, and where it is not enough any more, what it left out is explored; until a whole
 * review and what it brought forth have shown no new step. So in the end every choice is right by all
 * the steps that are known (`ReducedExpansion`). Of a step that nobody knows, it is known all the same
 * which bound or command it would use up: once T has used that up, it may never be learnt.
 *
 * That suffices, though not every step of the full graph was taken. Claim: for every
 * state s of the reduced graph, and every sequence w of events from s in the full graph, (1) the steps
 * of w are known, and (2) the reduced graph has a sequence from s that is, up to the order of
 * independent events, w with perhaps more after it. By induction on the length of w, and for the same
 * length on how many states were found after s:
 *
 * - Where all events of s are explored: take the first of w, and go on from the state that it leads to.
 * - Where T was chosen: some t in T leads to a state s′ that was found after s (the search makes sure,
 *   and else explores all events of s, so that nothing is put off round a cycle for ever). Let p be w up
 *   to before its first event of node i, or all of w. Its events are of other nodes, and t uses up
 *   nothing that they need, so each is possible after t as well, by the same step: p is a sequence from
 *   s′. Where p is shorter than w, and also where it is w, since s′ comes after s, the claim holds of p
 *   and s′: so its steps are known, and were foreseen, and nothing in p depends on T or is news to i.
 *   If p is all of w, what the claim says of p from s′, with t put before it, is (2).
 *   If not, the next event u of w is in T, since i is as it was and got no news. It commutes with p:
 *   take u first, and then the rest of w, which is shorter than w.
 *
 * **What is preserved**, therefore: every step that a node takes in any state of its own; the order of
 * those that leave a trace in the history; every state in which nothing can happen any more. So all
 * histories are reached, all errors that protocols throw, and all ends. States on the way are left
 * out: an invariant of the nodes is decided only if it is `stable`, once broken, always broken.
 */
export class PartialOrder<N extends AnyNode> {
  readonly #foresight: Foresight<N>
  readonly #places: number
  #hasLearned = false

  /** @throws UnsoundReduction where the reduction would not preserve what is asked for */
  constructor(setting: Setting<N>) {
    checkPreserved(setting)
    this.#foresight = new Foresight(setting)
    this.#places = setting.nodes.length
    for (const node of setting.nodes) {
      node.onNewStep = () => {
        this.#hasLearned = true
      }
    }
  }

  /** From here on, all that was chosen before is looked at again. */
  beginReview(): void {
    this.#hasLearned = false
  }

  /** Whether a step was taken that was not known when the latest review began: what was chosen before may be wrong. */
  get hasLearned(): boolean {
    return this.#hasLearned
  }

  /** Whether the events of the node at a place, which were enough in a state, are enough by all that is known now. */
  isStillEnough({ states }: StateSpace<N>, state: number, place: number): boolean {
    this.#foresight.lookAt(states.wordsOf(state), states.start(state), states.stop(state))
    const demands = noDemands()
    this.#foresight.transitionsAt(place, demands)
    return this.isEnough(place, demands)
  }

  /** The place of a node whose events are enough in a state, one with the fewest; undefined where none is. */
  choose({ states }: StateSpace<N>, state: number): number | undefined {
    this.#foresight.lookAt(states.wordsOf(state), states.start(state), states.stop(state))
    const candidates: { readonly place: number; readonly count: number; demands: Demands }[] = []
    for (let place = 0; place < this.#places; place += 1) {
      const demands = noDemands()
      const count = this.#foresight.transitionsAt(place, demands)
      if (count > 0) candidates.push({ place, count, demands })
    }
    if (candidates.length < 2) return undefined
    candidates.sort((left, right) => left.count - right.count)
    return candidates.find(({ place, demands }) => this.isEnough(place, demands))?.place
  }

  /** Whether nothing that others can do before depends on the events of the node at a place, or gives it another. */
  isEnough(place: number, demands: Demands): boolean {
    const others = this.#foresight.others(place)
    return (
      !others.sendNews &&
      (others.demands.budgets & demands.budgets) === 0 &&
      (others.demands.commands & demands.commands) === 0 &&
      !(others.demands.observed && demands.observed)
    )
  }
}

function checkPreserved<N extends AnyNode>(setting: Setting<N>): void {
  const { invariants, settled, constraint, sometimes, symmetry, liars, bounds, timing } = setting
  const refuse = (what: string): never => {
    throw new UnsoundReduction(`partial-order reduction: ${what}`)
  }
  const momentary = invariants.find(({ stable }) => !stable) ?? settled[0]
  if (momentary) {
    refuse(
      `'${momentary.property}' is about single moments, of which it leaves some out: ask for properties of a history`,
    )
  }
  if (invariants.length > 0 && (bounds.crashes ?? 0) > 0) {
    refuse(`a crash undoes '${invariants[0]?.property}': ask for properties of a history`)
  }
  if (sometimes.length > 0) {
    refuse(`'${sometimes[0]?.property}' may hold only in a state that it leaves out`)
  }
  if (constraint) refuse('a constraint would cut off states that stand for others')
  if (symmetry) refuse('not together with symmetry')
  if (liars.anyHearsAtOnce) refuse('not together with liars that hear at once')
  if (timing === 'lockstep') refuse('not in lockstep, where time waits for every message')
}
