import { hash, randomFillSync } from 'node:crypto'
import {
  type AnyNode,
  type Digest,
  decode,
  encode,
  type FieldObject,
  type Host,
  type LogPosition,
  type Micros,
  type NodeId,
  type Outcome,
  type Output,
  type ParameterValues,
  type Protocol,
  Reader,
  type RequestId,
  type Signature,
  type StateMachine,
  type Type,
  Writer,
} from '@quorate/core/model'
import { meetsTarget } from '@quorate/core/protocols'
import { ProofOfWork } from './mining/proof-of-work.ts'
import { monotonicMicros } from './monotonic-clock.ts'
import type { NodeKeys } from './network/node-keys.ts'
import { type Departure, Outbox } from './outbox.ts'
import type { Disk } from './storage/disk.ts'
import { LogDamageError } from './storage/log-format.ts'
import { WriteAheadLog } from './storage/write-ahead-log.ts'
import { Timers } from './timers.ts'

/** What a host asks of the network: `Transport` in a cluster. */
export interface Network {
  send(to: NodeId, frame: Uint8Array): void
  /** Takes in nothing more until `resume`. */
  pause(): void
  resume(): void
}

export interface ProcessHostOptions {
  readonly protocol: Protocol
  readonly self: NodeId
  /** How many nodes there are. */
  readonly nodes: number
  readonly parameters: ParameterValues
  /** Where the log of this node lives; the caller holds its lock. */
  readonly directory: string
  readonly network: Network
  readonly application: StateMachine
  /** Needed by protocols that sign. */
  readonly keys?: NodeKeys
  readonly hashesPerSecond?: number
  readonly disk?: Disk
  readonly checkpointBytes?: number
  /** What the node tells the world; it must not call the node. */
  output?(event: Output): void
  /** The node cannot go on and has stopped: the disk failed, or an assertion of the protocol. */
  failed(error: Error): void
}

/** Beyond so many bytes that wait for the disk, the host takes in no more messages. */
const congestedBytes = 16 << 20

/**
 * Runs one node of a protocol in this process: real time, a real disk, a real network. It keeps the
 * duties that `Host` states. The node is entered by `receive`, `propose`, the timers, the log and
 * the miner, each from an event of its own, never from inside another step.
 */
export class ProcessHost implements Host<unknown, unknown, string> {
  readonly self: NodeId
  readonly nodes: readonly NodeId[]
  readonly peers: readonly NodeId[]
  readonly application: StateMachine
  readonly arena = new Map<string, unknown>()
  readonly #options: ProcessHostOptions
  readonly #messageType: Type<unknown>
  readonly #recordType: Type<unknown>
  readonly #timers: Timers
  readonly #outbox: Outbox
  readonly #proofOfWork: ProofOfWork
  readonly #answers = new Map<string, (outcome: Outcome) => void>()
  #log: WriteAheadLog | undefined
  #node: AnyNode | undefined
  #state: 'starting' | 'running' | 'stopped' = 'starting'
  #insideStep = false
  #stepTime: Micros = 0
  #congested = false
  /** The message encoded last, and its bytes: a broadcast encodes once. */
  #encodedMessage: unknown
  #encodedFrame: Uint8Array = new Uint8Array(0)

  /**
   * Starts a node on what its log holds.
   * @throws LogDamageError
   */
  static async start(options: ProcessHostOptions): Promise<ProcessHost> {
    const host = new ProcessHost(options)
    const { protocol, self, parameters, directory, disk, checkpointBytes } = options
    const { node: NodeClass } = protocol
    const node = new NodeClass(host as Host<unknown, unknown, string>, parameters as never)
    const { durable } = NodeClass.state
    host.#node = node
    host.#log = await WriteAheadLog.open({
      directory,
      owner: {
        protocol: protocol.name,
        node: self,
        restore: (checkpoint) => durable.readInto(new Reader(checkpoint), asFields(node)),
        replay: (record) => node.apply(host.#decodedRecord(record)),
      },
      checkpoint: () => {
        const writer = new Writer()
        durable.write(writer, asFields(node))
        return writer.finish()
      },
      durable: (position) => host.#becameDurable(position),
      failed: (error) => host.#fail(error),
      ...(disk && { disk }),
      ...(checkpointBytes !== undefined && { checkpointBytes }),
    })
    host.#state = 'running'
    host.#step(() => node.start())
    return host
  }

  private constructor(options: ProcessHostOptions) {
    const { protocol, self, nodes, application, hashesPerSecond } = options
    this.#options = options
    this.self = self
    this.nodes = Array.from({ length: nodes }, (_, id) => id)
    this.peers = this.nodes.filter((id) => id !== self)
    this.application = application
    this.#messageType = protocol.node.schema.message as Type<unknown>
    this.#recordType = protocol.node.schema.record as Type<unknown>
    this.#timers = new Timers((name) => this.#step(() => this.node.timeout(name)))
    this.#outbox = new Outbox((departure) => this.#depart(departure))
    this.#proofOfWork = new ProofOfWork({
      template: () => this.#template(),
      mined: (header) => this.#step(() => this.node.mined(header)),
      failed: (error) => this.#fail(error),
      ...(hashesPerSecond !== undefined && { hashesPerSecond }),
    })
  }

  // ── What the process calls. ──

  /** The node, to be looked at. */
  get node(): AnyNode {
    if (this.#node === undefined) throw new Error('the node has not started')
    return this.#node
  }

  /** How many records the node has persisted, and how many of them are durable. */
  get positions(): { readonly recorded: LogPosition; readonly durable: LogPosition } {
    return { recorded: this.#opened.appended, durable: this.#opened.durable }
  }

  /**
   * Hands the node a message, whose bytes must not change any more.
   * @throws DecodeError if it is none
   */
  receive(from: NodeId, frame: Uint8Array): void {
    const message = decode(this.#messageType, frame)
    this.#step(() => this.node.receive(from, message))
  }

  /**
   * Hands the node a client's command. The answer may come at once, late or never; a later proposal
   * of the same name takes it over.
   */
  propose(command: unknown, request: RequestId, answer: (outcome: Outcome) => void): void {
    this.#answers.set(nameOf(request), answer)
    this.#step(() => this.node.propose(command, request))
  }

  /** The client no longer waits for this answer. */
  forget(request: RequestId, answer: (outcome: Outcome) => void): void {
    if (this.#answers.get(nameOf(request)) === answer) this.#answers.delete(nameOf(request))
  }

  /** Ends the node in order: everything persisted so far reaches the disk. */
  async stop(): Promise<void> {
    this.#halt()
    await this.#proofOfWork.close()
    await this.#log?.close()
  }

  // ── What the node calls. ──

  now(): Micros {
    return this.#insideStep ? this.#stepTime : monotonicMicros()
  }

  random(): number {
    return nextRandom()
  }

  send(to: NodeId, message: unknown): void {
    this.#leave({ kind: 'message', to, frame: this.#encoded(message) })
  }

  sendEagerly(to: NodeId, message: unknown): void {
    this.#depart({ kind: 'message', to, frame: this.#encoded(message) })
  }

  reply(request: RequestId, outcome: Outcome): void {
    this.#leave({ kind: 'reply', request, outcome })
  }

  replyEagerly(request: RequestId, outcome: Outcome): void {
    this.#depart({ kind: 'reply', request, outcome })
  }

  setTimer(timer: string, delay: Micros): void {
    if (!this.#options.protocol.node.schema.timers.includes(timer)) {
      throw new RangeError(`'${timer}' is not a declared timer`)
    }
    this.#timers.set(timer, this.now() + delay)
  }

  cancelTimer(timer: string): void {
    this.#timers.cancel(timer)
  }

  persist(record: unknown): LogPosition {
    return this.#opened.append(encode(this.#recordType, record))
  }

  sign(bytes: Uint8Array): Signature {
    return this.#keys.sign(bytes)
  }

  verify(node: NodeId, bytes: Uint8Array, signature: Signature): boolean {
    return this.#keys.verify(node, bytes, signature)
  }

  hash(bytes: Uint8Array): Digest {
    return hash('sha256', bytes, 'buffer')
  }

  mine(nBits: number): void {
    this.#proofOfWork.mine(nBits)
  }

  stopMining(): void {
    this.#proofOfWork.stop()
  }

  verifyWork(id: string, nBits: number): boolean {
    return meetsTarget(id, nBits)
  }

  output(event: Output): void {
    // A log never takes a command back, so nothing needs to be kept for it.
    if (event.kind === 'committed') this.application.forgetUndo(0)
    this.#options.output?.(event)
  }

  // ── Inside. ──

  #decodedRecord(record: Uint8Array): unknown {
    try {
      return decode(this.#recordType, record)
    } catch (error) {
      const { directory, protocol } = this.#options
      throw new LogDamageError(
        `the log in ${directory} has a record that is none of ${protocol.name} as it is now: ${(error as Error).message}`,
      )
    }
  }

  get #opened(): WriteAheadLog {
    if (this.#log === undefined) throw new Error('the log is not open: nothing can be persisted')
    return this.#log
  }

  get #keys(): NodeKeys {
    if (this.#options.keys === undefined) {
      throw new Error(`${this.#options.protocol.title} signs, and this node was given no keys`)
    }
    return this.#options.keys
  }

  /** One atomic step of the node. What it throws, its own assertions most of all, is fatal. */
  #step(action: () => void): void {
    if (this.#state !== 'running') return
    if (this.#insideStep) throw new Error('a node was entered while it was inside a step')
    this.#insideStep = true
    this.#stepTime = monotonicMicros()
    try {
      action()
    } catch (error) {
      this.#fail(error instanceof Error ? error : new Error(String(error)))
    } finally {
      this.#insideStep = false
    }
    this.#regulate()
  }

  #becameDurable(position: LogPosition): void {
    if (this.#state !== 'running') return
    this.#outbox.release(position)
    this.#step(() => this.node.durable(position))
  }

  /** Slows the peers down while the disk cannot keep up with them. */
  #regulate(): void {
    const waiting = this.#opened.pendingBytes + this.#outbox.heldBytes
    if (!this.#congested && waiting > congestedBytes) {
      this.#congested = true
      this.#options.network.pause()
    } else if (this.#congested && waiting < congestedBytes / 2) {
      this.#congested = false
      this.#options.network.resume()
    }
  }

  #encoded(message: unknown): Uint8Array {
    if (message !== this.#encodedMessage) {
      this.#encodedFrame = encode(this.#messageType, message)
      this.#encodedMessage = message
    }
    return this.#encodedFrame
  }

  #leave(departure: Departure): void {
    const { appended, durable } = this.#opened
    if (durable >= appended) this.#depart(departure)
    else this.#outbox.hold(appended, departure)
  }

  #depart(departure: Departure): void {
    switch (departure.kind) {
      case 'message':
        this.#options.network.send(departure.to, departure.frame)
        break
      case 'reply': {
        const name = nameOf(departure.request)
        const answer = this.#answers.get(name)
        this.#answers.delete(name)
        answer?.(departure.outcome)
        break
      }
    }
  }

  #template(): Uint8Array | undefined {
    let template: Uint8Array | undefined
    this.#step(() => {
      template = this.node.template()
    })
    return template
  }

  #halt(): void {
    this.#state = 'stopped'
    this.#timers.cancelAll()
    this.#proofOfWork.stop()
    this.#answers.clear()
  }

  #fail(error: Error): void {
    if (this.#state === 'stopped') return
    this.#halt()
    this.#options.failed(error)
  }
}

function nameOf({ client, sequence }: RequestId): string {
  return `${client}:${sequence}`
}

function asFields(node: AnyNode): FieldObject {
  return node as unknown as FieldObject
}

const pool = new Uint32Array(512)
let drawn = pool.length

/** A number in [0, 1) from the system's generator, which no peer can foresee. */
function nextRandom(): number {
  if (drawn === pool.length) {
    randomFillSync(pool)
    drawn = 0
  }
  const value = pool[drawn] as number
  drawn += 1
  return value / 2 ** 32
}
