import type { NodeId } from './identity.ts'

/** What a client asks for in a small world, once, at any moment. */
export interface WorldCommand {
  /** A command for the replicated log. */
  readonly write?: string
  /** Or a value to be decided on. */
  readonly propose?: string
  /** The node it is put to; `any` of them, where absent; or one after the other `all`, at any moment each. */
  readonly node?: NodeId | 'any' | 'all'
  /** Of a node that is a twin, the copy that it is put to. */
  readonly copy?: 'first' | 'second'
  /** The client's number; the command's place in the list where absent. Its requests are numbered from 1. */
  readonly client?: number
}

/**
 * Something that has happened when exploration begins. It uses up no bounds, and is no step of a
 * counterexample. Disks are quick: what is written is durable.
 */
export type OpeningEvent =
  | { readonly timeout: string; readonly node: NodeId; readonly copy?: 'first' | 'second' }
  /** The command at this place is put to its node, or to this one. */
  | { readonly put: number; readonly node?: NodeId }
  | { readonly crash: NodeId }
  | { readonly restart: NodeId }
  | { readonly mine: NodeId }
  /** Of what is in flight from the one to the other, the first that was sent arrives. */
  | { readonly deliver: readonly [from: NodeId, to: NodeId] }
  /** All that is in flight is lost. */
  | { readonly lose: 'all' }
  /**
   * All that is in flight among these nodes arrives, first sent first, and so does what comes of it, until
   * nothing is. What passes between others is lost, or stays in flight: it is `late`.
   */
  | { readonly settle: readonly NodeId[] | 'all'; readonly others?: 'lost' | 'late' }

/**
 * A small world as plain data, fit for a file: which nodes, what clients ask for, and how much may
 * happen. With the protocol it decides an exploration.
 */
export interface CheckWorld {
  /** In a few words, such as `two candidates`. */
  readonly name: string
  readonly nodes: number
  readonly parameters?: { readonly [name: string]: number }
  readonly commands?: readonly WorldCommand[]
  /** How much may happen: what is not named does not. `any` stands for any number. */
  readonly bounds?: WorldBounds
  /**
   * Numbers that a node's fields may reach, by name, such as `{ currentTerm: 2 }`, or `ballot.round`:
   * what follows a state that goes beyond is not explored.
   */
  readonly atMost?: { readonly [field: string]: number }
  /** Nodes whose fields must keep these values, such as `{ field: 'role', is: ['follower'], nodes: [2] }`, on the same terms. */
  readonly only?: readonly {
    readonly field: string
    readonly is: readonly (string | number | boolean)[]
    readonly nodes?: readonly NodeId[]
  }[]
  /**
   * Byzantine nodes, each played by two honest copies: those of `second` speak with the second one.
   * One that hears `at once` gets whatever is sent to it before anything else happens.
   */
  readonly twins?: readonly {
    readonly node: NodeId
    readonly second: readonly NodeId[]
    readonly hears?: 'at once' | 'in time'
  }[]
  /** Byzantine nodes that run one of the protocol's attacks, named; they hear on the same terms. */
  readonly attackers?: readonly {
    readonly node: NodeId
    readonly attack: string
    readonly hears?: 'at once' | 'in time'
  }[]
  /**
   * `lockstep`: messages arrive before time goes on, and time goes on from one deadline to the next, as in
   * synchronous rounds. Else timers fire when they like.
   */
  readonly timing?: 'free' | 'lockstep'
  /** `set`: what was sent once stays to be delivered for ever. */
  readonly network?: 'multiset' | 'set'
  /** `settled`: what the nodes send when they start has been delivered. Or what has happened since they started. */
  readonly opening?: 'started' | 'settled' | readonly OpeningEvent[]
  /** What becomes of a message whose delivery would change nothing. */
  readonly ignored?: 'kept' | 'consumed'
  /** `asynchronous`: a crash may come between a write and its being durable. */
  readonly disk?: 'instant' | 'asynchronous'
  readonly positions?: 'renewed' | 'counted'
  /** `deadlines`: a node's clock is set to a timer's deadline when that fires. */
  readonly clock?: 'still' | 'deadlines'
  /** What a random draw may give; each draw gives each of them. */
  readonly draws?: readonly number[]
  /** False where what the protocol promises to reach in the end is not demanded. */
  readonly liveness?: boolean
}

/** How often something may happen. */
export type WorldBound = number | 'any'

export interface WorldBounds {
  /** In all, or of each timer by its name (one that is not named never fires). */
  readonly timeouts?: WorldBound | { readonly [timer: string]: WorldBound }
  readonly crashes?: WorldBound
  /** Any number where absent, or none where the protocol's nodes crash for good. */
  readonly restarts?: WorldBound
  readonly losses?: WorldBound
  readonly duplications?: number
  readonly blocks?: number
  /** Events in a row. */
  readonly depth?: number
  /** Unique states. */
  readonly states?: number
}
