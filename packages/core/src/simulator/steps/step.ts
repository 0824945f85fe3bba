import type { Micros, NodeId } from '../../model/index.ts'

/** Something that travels: when it was sent, and how long it takes. */
interface Travels {
  readonly sentMicros: Micros
  readonly takesMicros: Micros
}

/**
 * One thing that happens in a run whose steps are listed: see `Schedule`. Messages and answers are
 * named by where they come from and go to and by the time of the step that sent them, which neither
 * depends on what else is listed nor on what they say.
 */
export type Step =
  /** A client asks a node. What it asks, with the operation of the client that it is part of, is the workload's to read. */
  | (Travels & {
      readonly kind: 'ask'
      readonly client: number
      readonly operation: number
      readonly to: NodeId
      readonly command: string
    })
  /** A message arrives: the `nth` of its kind, from 1 on, that was sent on this link at that time. */
  | (Travels & {
      readonly kind: 'deliver'
      readonly from: NodeId
      readonly to: NodeId
      readonly message: string
      readonly nth: number
    })
  /** A node's answer reaches a client: the `nth` that was sent to it at that time. */
  | (Travels & {
      readonly kind: 'answer'
      readonly from: NodeId
      readonly client: number
      readonly nth: number
    })
  /** What a node draws in its step of that time, in order. Whatever else it draws is 0. */
  | {
      readonly kind: 'draw'
      readonly node: NodeId
      readonly values: readonly number[]
      readonly atMicros: Micros
    }
  /** A timer goes off: one that was due by then. */
  | {
      readonly kind: 'timeout'
      readonly node: NodeId
      readonly timer: string
      readonly atMicros: Micros
    }
