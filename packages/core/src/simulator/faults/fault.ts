import type { Micros, NodeId } from '../../model/index.ts'

/** Whom a fault is aimed at: nodes by number, or by what they are when it strikes. */
export type Target =
  | { readonly kind: 'nodes'; readonly nodes: readonly NodeId[] }
  /** Whoever plays this role, such as `leader`. */
  | { readonly kind: 'role'; readonly role: string }
  /** A smallest majority, a largest minority, or everybody; drawn from the seed. */
  | { readonly kind: 'majority' }
  | { readonly kind: 'minority' }
  | { readonly kind: 'all' }
  /** One node, drawn from the seed. */
  | { readonly kind: 'random' }

/** What is broken. */
export type FaultAction =
  /** The node dies, and loses what its disk had not written. */
  | { readonly kind: 'crash'; readonly target: Target }
  | { readonly kind: 'restart'; readonly target: Target }
  /** The node stops for a while without knowing, like a process in a long collection of garbage. */
  | { readonly kind: 'pause'; readonly target: Target }
  | { readonly kind: 'partition'; readonly groups: readonly (readonly NodeId[])[] }
  /** Messages pass one way only: what `from` sends does not reach `to`. */
  | { readonly kind: 'cut'; readonly from: readonly NodeId[]; readonly to: readonly NodeId[] }
  | { readonly kind: 'isolate'; readonly target: Target }
  | { readonly kind: 'loss' | 'duplicate' | 'reorder'; readonly probability: number }
  /** Every message takes this much longer. */
  | { readonly kind: 'delay'; readonly extraMicros: Micros }
  /** The node handles messages this many times slower. */
  | { readonly kind: 'slow'; readonly target: Target; readonly factor: number }
  | { readonly kind: 'disk-slow'; readonly target: Target; readonly factor: number }
  | { readonly kind: 'clock'; readonly target: Target; readonly jumpMicros: Micros }
  | { readonly kind: 'drift'; readonly target: Target; readonly ppm: number }
  /** The disk says that it has written, and has not: a crash shows it. */
  | { readonly kind: 'disk-lies'; readonly target: Target }
  /** The node dies and its disk with it: it comes back empty. */
  | { readonly kind: 'disk-loss'; readonly target: Target }
  /** The node dies and a record on its disk rots; the checksum finds it, and the node stays down. */
  | { readonly kind: 'disk-corrupt'; readonly target: Target }
  /** Ends every fault of the network. */
  | { readonly kind: 'heal' }

/** One fault of a scenario: what, when, and for how long (undefined: for good). */
export interface Fault {
  readonly action: FaultAction
  readonly atMicros: Micros
  readonly forMicros: Micros | undefined
}
