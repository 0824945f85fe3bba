/** A node of the system: 0, 1, 2 and so on. Clients have their own numbers. */
export type NodeId = number

/** Integer microseconds: an instant of some clock, or a span of time. */
export type Micros = number

export const microsPerMillisecond = 1_000
export const microsPerSecond = 1_000_000

/**
 * The name of one client operation: the client that asks, and its own running number.
 * A retry carries the same name, so that a protocol with sessions can tell it from a new operation.
 */
export interface RequestId {
  readonly client: number
  readonly sequence: number
}

/** How many records a node has ever persisted: the position just after a record in its durable order. */
export type LogPosition = number
