import type { AnyNodeClass, NodeId } from '../model/index.ts'
import type { Random } from '../model/random.ts'
import type { Clock } from './clock.ts'
import type { Disk } from './disk.ts'
import type { Observers } from './observers.ts'

/** What a simulated node is made of. */
export interface SimulatedNodeParts {
  /** Where it is among the nodes of the world: its number, but for the second copy of a twin. */
  readonly place: number
  /** The class that it runs: the protocol's own, or an attack's. */
  readonly nodeClass: AnyNodeClass
  /** All Byzantine nodes. */
  readonly accomplices: readonly NodeId[]
  /** Who is told what it does: nobody, of a node that does not follow the protocol. */
  readonly observers: Observers
  readonly nodes: readonly NodeId[]
  readonly peers: readonly NodeId[]
  readonly arena: Map<string, unknown>
  readonly clock: Clock
  readonly disk: Disk
  readonly random: Random
}
