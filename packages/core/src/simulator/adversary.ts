import {
  type AnyNodeClass,
  DecodeError,
  decode,
  encode,
  type Micros,
  mix,
  type NodeId,
  type Outcome,
  type Type,
} from '../model/index.ts'
import type { Random } from '../model/random.ts'
import type { ByzantineStrategy } from './byzantine.ts'

/** Of a hundred honest nodes so many see both twins at once: the others see one of them. */
const seesBothPercent = 10

/** What the strategies of Byzantine nodes do to what they send, and to what reaches them. */
export class Adversary {
  /** In ascending order. */
  readonly accomplices: readonly NodeId[]
  readonly #strategies: ReadonlyMap<NodeId, ByzantineStrategy>
  readonly #nodes: number
  /** The place of each twin's second copy among the nodes of the world. */
  readonly #secondCopies = new Map<NodeId, number>()
  readonly #random: Random
  readonly #sides: number

  /** @param nodes how many nodes there are: second copies are counted from there on */
  constructor(strategies: ReadonlyMap<NodeId, ByzantineStrategy>, nodes: number, random: Random) {
    this.#strategies = strategies
    this.#nodes = nodes
    this.#random = random
    this.#sides = random.nextUint32() | 0
    this.accomplices = [...strategies.keys()].sort((left, right) => left - right)
    for (const node of this.accomplices) {
      if (strategies.get(node)?.kind === 'twins') {
        this.#secondCopies.set(node, nodes + this.#secondCopies.size)
      }
    }
  }

  /** The nodes that have a second copy, in the order of the places of these. */
  get twins(): readonly NodeId[] {
    return [...this.#secondCopies.keys()]
  }

  strategyOf(node: NodeId): ByzantineStrategy | undefined {
    return this.#strategies.get(node)
  }

  /**
   * When what the copy of a node at `place` sends leaves it; undefined if never.
   * @param to a node, or undefined for a client
   */
  leaves(from: NodeId, place: number, to: NodeId | undefined, now: Micros): Micros | undefined {
    const strategy = this.#strategies.get(from)
    switch (strategy?.kind) {
      case 'silent':
        return undefined
      case 'delayed':
        return now + strategy.delayMicros
      case 'twins':
        return to === undefined || this.#reaches(from, place, to, now) ? now : undefined
      case undefined:
      case 'corrupting':
      case 'attack':
        return now
    }
  }

  /** Whether what reaches a node at this time reaches its copy at `place`. */
  hears(from: NodeId, fromPlace: number, to: NodeId, place: number, now: Micros): boolean {
    const strategy = this.#strategies.get(to)
    if (strategy?.kind !== 'twins') return true
    // Twins of the same side hear each other.
    if (this.#secondCopies.has(from)) return this.#copyAt(fromPlace) === this.#copyAt(place)
    return this.#sees(from, this.#copyAt(place), now, strategy.periodMicros)
  }

  /** The place of a node's second copy, where it has one. */
  secondCopyOf(node: NodeId): number | undefined {
    return this.#secondCopies.get(node)
  }

  /** A message as its sender lets it go; undefined where nobody could decode it. */
  tampered(from: NodeId, message: unknown, type: Type<unknown>): unknown {
    const bytes = this.#corrupted(from, () => encode(type, message))
    if (!bytes) return message
    try {
      return decode(type, bytes)
    } catch (error) {
      if (error instanceof DecodeError) return undefined
      throw error
    }
  }

  /** An answer to a client as its sender lets it go. */
  tamperedOutcome(from: NodeId, outcome: Outcome): Outcome {
    if (outcome.kind !== 'done' || outcome.result.length === 0) return outcome
    const result = this.#corrupted(from, () => outcome.result.slice())
    return result ? { kind: 'done', result } : outcome
  }

  /** Some bits of a copy turned over, if the sender corrupts what it sends and does so now. */
  #corrupted(from: NodeId, copy: () => Uint8Array): Uint8Array | undefined {
    const strategy = this.#strategies.get(from)
    if (strategy?.kind !== 'corrupting' || !this.#random.bernoulli(strategy.probability)) return
    const bytes = copy()
    // An odd number, so that they do not undo each other.
    const flips = 1 + 2 * this.#random.below(2)
    for (let flip = 0; flip < flips; flip++) {
      const place = this.#random.below(bytes.length)
      bytes[place] = (bytes[place] as number) ^ (1 << this.#random.below(8))
    }
    return bytes
  }

  #copyAt(place: number): 0 | 1 {
    return place < this.#nodes ? 0 : 1
  }

  #reaches(from: NodeId, place: number, to: NodeId, now: Micros): boolean {
    if (this.#secondCopies.has(to)) return true
    const strategy = this.#strategies.get(from)
    return (
      strategy?.kind === 'twins' && this.#sees(to, this.#copyAt(place), now, strategy.periodMicros)
    )
  }

  /** Whether a node is on the side of this copy of the twins in the period that goes on. */
  #sees(node: NodeId, copy: 0 | 1, now: Micros, periodMicros: Micros): boolean {
    const period = Math.floor(now / periodMicros)
    const draw = (mix(mix(this.#sides, period | 0), node) >>> 0) % 200
    if (draw < 2 * seesBothPercent) return true
    return draw % 2 === copy
  }
}

/** The class that a node runs: the protocol's own, or an attack's. */
export function classOf(
  strategy: ByzantineStrategy | undefined,
  honest: AnyNodeClass,
  attacks: readonly { readonly name: string; readonly node: AnyNodeClass }[],
): AnyNodeClass {
  if (strategy?.kind !== 'attack') return honest
  const attack = attacks.find(({ name }) => name === strategy.name)
  if (!attack) throw new RangeError(`there is no attack '${strategy.name}'`)
  return attack.node
}
