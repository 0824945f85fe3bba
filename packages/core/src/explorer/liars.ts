import type { NodeId } from '../model/identity.ts'
import type { AnyNode, AnyNodeClass } from '../model/machine.ts'
import type { Twin } from './twins.ts'

/** When what is sent to a liar arrives there. */
export type Hearing = 'at once' | 'in time'

/** A Byzantine node that runs the code of an attack, over the protocol's own messages. */
export interface Attacker<N extends AnyNode = AnyNode> {
  readonly node: NodeId
  readonly nodeClass: AnyNodeClass<N>
  /** As of a twin: `at once` is a bound on what the liar may do. */
  readonly hears?: Hearing
}

/** The Byzantine nodes of a world: twins, and those that run an attack. Nothing is demanded of them, and they never crash. */
export class Liars<N extends AnyNode = AnyNode> {
  readonly anyHearsAtOnce: boolean
  /** All of them, in ascending order. */
  readonly nodes: readonly NodeId[]
  readonly #attackers: readonly Attacker<N>[]
  readonly #hearAtOnce: ReadonlySet<NodeId>

  /** @throws RangeError for an attacker that does not exist, or that is a liar already */
  constructor(twins: readonly Twin[], attackers: readonly Attacker<N>[], nodes: number) {
    for (const { node } of attackers) {
      if (!(Number.isSafeInteger(node) && node >= 0 && node < nodes)) {
        throw new RangeError(`explore: an attacker ${node}: must be 0 to ${nodes - 1}`)
      }
    }
    const liars = [...twins, ...attackers]
    this.nodes = liars.map(({ node }) => node).sort((left, right) => left - right)
    if (new Set(this.nodes).size < liars.length) {
      throw new RangeError('explore: a node can be a twin or an attacker once')
    }
    this.#attackers = attackers
    this.#hearAtOnce = new Set(
      liars.filter(({ hears }) => hears === 'at once').map(({ node }) => node),
    )
    this.anyHearsAtOnce = this.#hearAtOnce.size > 0
  }

  isLiar(node: NodeId): boolean {
    return this.nodes.includes(node)
  }

  hearsAtOnce(node: NodeId): boolean {
    return this.#hearAtOnce.has(node)
  }

  /** The class that a node runs where that is an attack. */
  attackOf(node: NodeId): AnyNodeClass<N> | undefined {
    return this.#attackers.find((attacker) => attacker.node === node)?.nodeClass
  }

  /** Whether those who run an attack keep their numbers: nobody else can stand for them. */
  keptBy(renaming: readonly NodeId[]): boolean {
    return this.#attackers.every(({ node }) => renaming[node] === node)
  }
}
