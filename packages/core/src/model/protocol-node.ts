import type { LogPosition, NodeId, RequestId } from './identity.ts'

/**
 * One node of a protocol: a deterministic state machine that does no I/O. A host calls these, one
 * at a time, and the node does all else through its `Host`.
 */
export interface ProtocolNode<Message, Record, Command, Timer extends string> {
  /** Comes once, first; also after a crash, once the durable records were replayed through `apply`. */
  start(): void
  receive(from: NodeId, message: Message): void
  timeout(timer: Timer): void
  propose(command: Command, request: RequestId): void
  /** Everything recorded up to `position` has reached the disk. */
  durable(position: LogPosition): void
  /** The only writer of durable fields: live, and when a host replays the disk. */
  apply(record: Record): void
  /** The 80 bytes of the block header to work on, its nonce free. Only asked between `mine` and `stopMining`. */
  template(): Uint8Array
  /** Work was found: the header of the latest `template`, with its nonce set. */
  mined(header: Uint8Array): void
}
