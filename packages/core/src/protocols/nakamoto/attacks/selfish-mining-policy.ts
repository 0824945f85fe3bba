import { type Race, races, type SelfishAction, selfishActions } from './selfish-mining.ts'

/** The setting of a selfish miner, as its decision problem has it. */
export interface SelfishMiningModel {
  /** α: the attacker's share of all hash power. */
  readonly hashShare: number
  /** γ: the share of the honest hash power that works on the attacker's branch in a tie. */
  readonly gamma: number
  /** T: a branch this long is shown or given up. */
  readonly truncation: number
  /**
   * What honest nodes do in a tie. `first seen`: they stay on the branch they heard of first, so that
   * the attacker can tie only at once, by being faster. `uniform`: they draw lots among the branches
   * they know of, as Eyal and Sirer proposed (γ is ½ then), so that it can tie whenever it likes.
   */
  readonly ties: 'first seen' | 'uniform'
}

const raceCount = races.length
const irrelevant = races.indexOf('irrelevant')
const relevant = races.indexOf('relevant')
const active = races.indexOf('active')
const adopt = selfishActions.indexOf('adopt')
const override = selfishActions.indexOf('override')
const match = selfishActions.indexOf('match')
const wait = selfishActions.indexOf('wait')

/** The search for ρ ends when it is known this closely. */
const revenuePrecision = 1e-6
/** What a value may still change in a sweep when an average is all but known. */
const gainPrecision = 1e-8
const mostSweeps = 200_000

/** What to do in each state, and what it brings in. */
export class SelfishMiningPolicy {
  /** The attacker's share of the blocks of the chain in the long run. */
  readonly revenue: number
  private readonly truncation: number
  private readonly actions: Uint8Array

  constructor(revenue: number, truncation: number, actions: Uint8Array) {
    this.revenue = revenue
    this.truncation = truncation
    this.actions = actions
  }

  /** A branch longer than the policy knows of is shown where it is ahead, and given up where not. */
  action(own: number, others: number, race: Race): SelfishAction {
    if (own > this.truncation || others > this.truncation) {
      return own > others ? 'override' : 'adopt'
    }
    const state = (own * (this.truncation + 1) + others) * raceCount + races.indexOf(race)
    return selfishActions[this.actions[state] as number] as SelfishAction
  }
}

/**
 * The best that a selfish miner can do (Sapirshtein, Sompolinsky and Zohar, "Optimal Selfish Mining
 * Strategies in Bitcoin", 2016, section 4). The revenue is a ratio of two averages, so the paper asks
 * instead whether some policy earns more than ρ: blocks of the attacker's count 1 − ρ then, those of
 * others −ρ, and the best average is above zero as long as ρ is below the best revenue. That average
 * is found by value iteration, ρ by bisection. Branches are truncated in the way that is to the
 * attacker's disadvantage, so the revenue is a lower bound; one that grows no more with T.
 */
export function optimalSelfishMining(model: SelfishMiningModel): SelfishMiningPolicy {
  const solver = new AverageReward(model)
  let low = model.hashShare
  let high = 1
  while (high - low > revenuePrecision) {
    const rho = (low + high) / 2
    if (solver.isPositive(rho)) low = rho
    else high = rho
  }
  // At the best revenue the best average is zero: what is best there is the policy.
  solver.isPositive(low)
  return new SelfishMiningPolicy(low, model.truncation, solver.policy(low))
}

/** The decision problem for one ρ at a time; the values of the last one are where the next begins. */
class AverageReward {
  private readonly model: SelfishMiningModel
  private readonly width: number
  private values: Float64Array
  private next: Float64Array
  /** What each action is worth for the lengths that are looked at; minus infinity for one that cannot be done. */
  private readonly worth = new Float64Array(selfishActions.length)
  private rho = 0

  constructor(model: SelfishMiningModel) {
    this.model = model
    this.width = model.truncation + 1
    const states = this.width * this.width * raceCount
    this.values = new Float64Array(states)
    this.next = new Float64Array(states)
  }

  /**
   * Is the best average reward above zero? In every sweep the smallest and the largest change of a
   * value bound it, so most answers are known long before the values are.
   */
  isPositive(rho: number): boolean {
    this.rho = rho
    for (let sweep = 0; sweep < mostSweeps; sweep += 1) {
      const { least, most } = this.sweep()
      if (least > 0) return true
      if (most <= 0 || most - least < gainPrecision) return false
    }
    throw new Error(`no average after ${mostSweeps} sweeps: T = ${this.model.truncation}`)
  }

  /** The best action of each state, by the values as they are. */
  policy(rho: number): Uint8Array {
    this.rho = rho
    const { width } = this
    const actions = new Uint8Array(this.values.length)
    for (let state = 0; state < actions.length; state += 1) {
      const race = state % raceCount
      const place = (state - race) / raceCount
      this.weigh(Math.floor(place / width), place % width)
      let best = adopt
      for (let action = adopt + 1; action < selfishActions.length; action += 1) {
        if (this.worthOf(action, race) > this.worthOf(best, race)) best = action
      }
      actions[state] = best
    }
    return actions
  }

  private sweep(): { least: number; most: number } {
    const { values, next, width } = this
    let least = Number.POSITIVE_INFINITY
    let most = Number.NEGATIVE_INFINITY
    let state = 0
    for (let own = 0; own < width; own += 1) {
      for (let others = 0; others < width; others += 1) {
        this.weigh(own, others)
        for (let race = 0; race < raceCount; race += 1) {
          const best = Math.max(
            this.worthOf(adopt, race),
            this.worthOf(override, race),
            this.worthOf(match, race),
            this.worthOf(wait, race),
          )
          const change = best - (values[state] as number)
          if (change < least) least = change
          if (change > most) most = change
          next[state] = best
          state += 1
        }
      }
    }
    // Only differences of values matter: that of the first state is kept at zero.
    const origin = next[0] as number
    for (let i = 0; i < next.length; i += 1) next[i] = (next[i] as number) - origin
    this.values = next
    this.next = values
    return { least, most }
  }

  private worthOf(action: number, race: number): number {
    if (action === wait && race === active) return this.worth[match] as number
    if (action === match && !this.mayMatch(race)) return Number.NEGATIVE_INFINITY
    return this.worth[action] as number
  }

  private mayMatch(race: number): boolean {
    return race === relevant || (race === irrelevant && this.model.ties === 'uniform')
  }

  /** What each action brings in and leads to (table 1 of the paper). */
  private weigh(own: number, others: number): void {
    const { worth, rho } = this
    const { hashShare, gamma, truncation } = this.model
    const honest = 1 - hashShare
    const never = Number.NEGATIVE_INFINITY
    worth[adopt] =
      hashShare * this.at(1, 0, irrelevant) + honest * this.at(0, 1, irrelevant) - rho * others
    worth[override] =
      own <= others
        ? never
        : hashShare * this.at(own - others, 0, irrelevant) +
          honest * this.at(own - others - 1, 1, relevant) +
          (1 - rho) * (others + 1)
    worth[match] = never
    worth[wait] = never
    if (own === truncation || others === truncation) return
    const behind = honest * this.at(own, others + 1, relevant)
    worth[wait] = hashShare * this.at(own + 1, others, irrelevant) + behind
    if (own < others || others === 0) return
    // The next block is found while others work on two branches of the same length.
    const accepted = this.at(own - others, 1, relevant) + (1 - rho) * others
    worth[match] =
      hashShare * this.at(own + 1, others, active) +
      honest * gamma * accepted +
      (1 - gamma) * behind
  }

  private at(own: number, others: number, race: number): number {
    return this.values[(own * this.width + others) * raceCount + race] as number
  }
}
