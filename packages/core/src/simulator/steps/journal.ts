import type { NodeId, RequestId } from '../../model/index.ts'

/** A message, or an answer to a client, as it left its sender. */
export interface Sending {
  /** The event in which it was sent. */
  readonly sentIn: number
  /** The kind of message, or −1 for an answer. */
  readonly kind: number
  readonly from: NodeId
  /** A node, or a client. */
  readonly to: number
  /** Of its content; 0 for an answer. */
  readonly hash: number
}

/** A request as its client sent it. */
export interface Asking {
  readonly sentMicros: number
  readonly client: number
  readonly to: NodeId
  readonly command: unknown
  readonly request: RequestId
}

/** What a node drew. */
export interface Drawing {
  readonly node: NodeId
  readonly timeMicros: number
  readonly value: number
}

/** What was sent and drawn in a run, in order: with the trace and its causes, what a list of its steps is made from. */
export class Journal {
  readonly sendings: Sending[] = []
  readonly askings: Asking[] = []
  readonly drawings: Drawing[] = []
}
