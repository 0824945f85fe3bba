import type { Micros } from '../../model/index.ts'
import type { Random } from '../../model/random.ts'
import { exp, ln } from '../exact-math.ts'
import { meanLatency } from './latency.ts'
import type { NetworkProfile } from './profile.ts'

/**
 * What the network promises about time. Faults that are asked for by name (loss, cuts, added delay)
 * are not bound by it: who cuts a link of a synchronous network has left the model, and knows it.
 * - `measured`: delays are those of the profile, and nothing is promised.
 * - `synchronous`: every message arrives within the bound Δ of its sending.
 * - `partial`: there is a global stabilisation time, unknown to the nodes (Dwork, Lynch and
 *   Stockmeyer 1988). A message sent at time t arrives by max(t, GST) + Δ. Before GST an adversary
 *   delays messages at will, and what a fault would lose is delayed until after GST instead.
 * - `asynchronous`: every message arrives, but there is no bound: delays have a heavy tail, messages
 *   overtake each other, and what a fault would lose is sent again until it arrives. (What a cut link
 *   swallows is lost all the same: nobody can send it again before the cut heals.)
 */
export type Synchrony =
  | { readonly kind: 'measured' }
  | { readonly kind: 'synchronous'; readonly boundMicros?: Micros }
  | { readonly kind: 'partial'; readonly gstMicros: Micros; readonly boundMicros?: Micros }
  | { readonly kind: 'asynchronous' }

/** Asynchronous latencies are multiplied by a Pareto variable of this shape: mean 6, infinite variance. */
const asynchronousTail = 1.2
/** What a sender waits before it sends again, on average. */
const retransmissionMicros = 200_000
/** Nobody loses a message this often: who asks for certain loss gets it. */
const mostRetransmissions = 64

/** Δ where none is given: four times the average latency between the two regions farthest apart. */
export function usualBound(profile: NetworkProfile): Micros {
  let slowest = 0
  for (const row of profile.latency) {
    for (const model of row) slowest = Math.max(slowest, meanLatency(model))
  }
  return Math.ceil(4 * slowest)
}

/** Who decides when messages arrive, within what the synchrony allows. */
export class MessageScheduler {
  /** No message sent at t arrives later than max(t, `stabilisationMicros`) + this, but for faults. */
  readonly boundMicros: number
  /** GST; 0 in all models but the partial one. */
  readonly stabilisationMicros: Micros
  /** Whether messages of one link arrive in order, where the profile's links keep order. */
  readonly keepsOrder: boolean
  /** Whether a message that a fault loses is sent again. */
  readonly retransmits: boolean
  readonly #random: Random
  /** The adversary's habits before GST, drawn from the seed, so that each seed meets another. */
  readonly #holdProbability: number
  readonly #stretchProbability: number

  constructor(synchrony: Synchrony, profile: NetworkProfile, random: Random) {
    this.#random = random
    this.#holdProbability = random.uniform(0, 0.5)
    this.#stretchProbability = random.uniform(0, 0.5)
    this.keepsOrder = synchrony.kind !== 'asynchronous'
    this.retransmits = synchrony.kind === 'asynchronous'
    const bounded = synchrony.kind === 'synchronous' || synchrony.kind === 'partial'
    this.boundMicros = bounded
      ? checkedMicros('bound', synchrony.boundMicros ?? usualBound(profile))
      : Number.POSITIVE_INFINITY
    this.stabilisationMicros =
      synchrony.kind === 'partial' ? checkedMicros('stabilisation time', synchrony.gstMicros) : 0
  }

  /** When a message arrives that was sent at `now`, is on the wire at `departed` and takes `latency` by itself. */
  arrival(now: Micros, departed: number, latency: number): number {
    if (this.retransmits) return departed + this.#random.pareto(latency, asynchronousTail)
    if (now < this.stabilisationMicros) return this.#adversary(departed, latency)
    return Math.min(departed + latency, now + this.boundMicros)
  }

  /** When a message arrives that is kept from its destination until the network is stable. */
  heldArrival(latency: number): number {
    return this.stabilisationMicros + Math.min(latency, this.boundMicros)
  }

  /** How long a message takes longer because it is lost with this probability each time; −1 if always. */
  retransmissionDelay(lossProbability: number): number {
    let delay = 0
    for (let lost = 0; lost < mostRetransmissions; lost++) {
      delay += this.#random.exponential(retransmissionMicros)
      if (!this.#random.bernoulli(lossProbability)) return delay
    }
    return -1
  }

  /** Before GST: holds some messages until then, stretches some by any factor that leaves them early, and lets some pass. */
  #adversary(departed: number, latency: number): number {
    const choice = this.#random.next()
    if (choice < this.#holdProbability) return this.heldArrival(latency)
    const left = this.stabilisationMicros - departed
    if (choice < this.#holdProbability + this.#stretchProbability && left > latency) {
      // Nothing is stretched by a factor that is not something to begin with.
      const atLeast = Math.max(1, latency)
      return departed + atLeast * exp(this.#random.next() * ln(left / atLeast))
    }
    return Math.min(departed + latency, this.stabilisationMicros + this.boundMicros)
  }
}

function checkedMicros(what: string, micros: number): number {
  if (Number.isSafeInteger(micros) && micros >= 0) return micros
  throw new RangeError(`${what} ${micros}: must be an integer of microseconds from 0`)
}
