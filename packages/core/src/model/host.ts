import type { LogPosition, Micros, NodeId, RequestId } from './identity.ts'
import type { Outcome, Output } from './output.ts'
import type { StateMachine } from './state-machine.ts'

/** A SHA-256 digest, 32 bytes. */
export type Digest = Uint8Array
/** A signature, opaque to the protocol: real in a cluster, ideal in the simulator. */
export type Signature = Uint8Array

/**
 * All that a protocol may ask of the world. The same protocol class runs under every host.
 *
 * The duties of a host, each of which the conformance suite tests:
 *
 * 1. Time, randomness, identity and the order of delivery come from the host alone.
 * 2. No message and no reply leaves before every record persisted ahead of it is durable, unless it
 *    is sent eagerly. The rule is the host's, so that no protocol can forget it.
 * 3. After a crash a node gets back what was durable (replayed through `apply`, then `start`), and
 *    nothing else. Timers die with it.
 * 4. A protocol's state is the plain data that its schema declares, so that a host can copy, hash,
 *    compare and show it.
 * 5. Steps are atomic: a node is never entered twice at once. A host never calls back into the node
 *    from inside one of these methods.
 * 6. Messages may pass by reference; sending every message through its codec changes nothing.
 */
export interface Host<Message, Record, Timer extends string> {
  readonly self: NodeId
  /** Every node of the system, this one among them, in ascending order. */
  readonly nodes: readonly NodeId[]
  /** The nodes this one has a link to: all others, or its neighbours where the network is a graph. */
  readonly peers: readonly NodeId[]
  /** The state machine that this node's committed commands drive. It starts empty after every start. */
  readonly application: StateMachine
  /**
   * What all nodes of one host share so as not to compute or hold it many times: immutable values,
   * each a pure function of its key. It may be empty at any start, and says nothing about what a
   * node has been told.
   */
  readonly arena: Map<string, unknown>

  /** This node's own clock, which may be off and may drift, but is never read twice as different within a step. */
  now(): Micros
  /** A number in [0, 1) from this node's seeded stream. */
  random(): number

  /** Sends, once all that was recorded before this call is durable. A node never sends to itself. */
  send(to: NodeId, message: Message): void
  /** Sends without waiting for the disk: only for messages whose safety needs none. */
  sendEagerly(to: NodeId, message: Message): void

  /** Arms the timer, moving its deadline if it is armed already. */
  setTimer(timer: Timer, delay: Micros): void
  cancelTimer(timer: Timer): void

  /** Writes a record, in order; `durable` is called when it, and all before it, have reached the disk. */
  persist(record: Record): LogPosition

  sign(bytes: Uint8Array): Signature
  /** @param signer a node, or a client's `clientSigner` */
  verify(signer: NodeId, bytes: Uint8Array, signature: Signature): boolean
  hash(bytes: Uint8Array): Digest

  /**
   * Mines at difficulty `nBits` (Bitcoin's compact form), from now until `stopMining` or another `mine`.
   * Proof of work is an oracle: a lottery weighted by hash power in the simulator, hashing in the
   * cluster. The host asks the node for the 80 bytes to work on (`template`) and tells it of success (`mined`).
   */
  mine(nBits: number): void
  stopMining(): void
  /** Is this block id (64 hexadecimal digits, as Bitcoin shows it) the fruit of work at difficulty `nBits`? */
  verifyWork(id: string, nBits: number): boolean

  output(event: Output): void
  /** Answers a client, once all that was recorded before this call is durable. */
  reply(request: RequestId, outcome: Outcome): void
  /** Answers a client without waiting for this node's own disk: only for what is safe without it. */
  replyEagerly(request: RequestId, outcome: Outcome): void
}

/** What the host of a Byzantine node grants it beside. */
export interface AttackerHost<Message, Record, Timer extends string>
  extends Host<Message, Record, Timer> {
  /** All Byzantine nodes, this one among them, in ascending order: they have agreed on what they do. */
  readonly accomplices: readonly NodeId[]
}
