import {
  type AnyNodeClass,
  decode,
  encode,
  type Measured,
  type Micros,
  type NodeId,
  type Outcome,
  type Reply,
  type RequestId,
  type Type,
} from '../model/index.ts'
import type { Adversary } from './adversary.ts'
import type { Causes } from './causes.ts'
import type { Network } from './network/network.ts'
import { queued } from './queued.ts'
import type { SchemaSamples } from './schema-samples.ts'
import type { Journal } from './steps/journal.ts'
import type { Schedule } from './steps/schedule.ts'
import type { TimingWheel } from './timing-wheel.ts'
import { eventCode, type Trace } from './trace.ts'

/** How messages pass between nodes, and records to disks. All three give the same trace: a protocol that changes what it has handed over is found by the others. */
export type Passing = 'reference' | 'frozen' | 'encoded'

/** A request on its way to a node. */
export interface Request {
  readonly command: unknown
  readonly request: RequestId
  /** The latest event of the client before it, where causes are recorded. */
  readonly sentIn: number
}

/** A message on its way to a node, where causes are recorded. */
export interface Letter {
  readonly message: unknown
  /** The event in which it was sent. */
  readonly sentIn: number
}

/** An answer on its way to a client. */
export interface SentReply extends Reply {
  /** The event in which it was sent. */
  readonly sentIn: number
}

/** The kind, in the journal, of what is no message between nodes but an answer. */
const noMessage = -1
/** Bytes of a request or a reply beside what it carries: who asks, and which answer it is. */
const envelopeBytes = 16

/** Puts messages, requests and replies on the network, and counts them. */
export class Transmission {
  messages = 0
  bytes = 0
  readonly #schema: AnyNodeClass['schema']
  readonly #samples: SchemaSamples
  readonly #passing: Passing
  readonly #network: Network
  readonly #wheel: TimingWheel
  readonly #trace: Trace
  /** Undefined where every node follows the protocol. */
  readonly #adversary: Adversary | undefined
  readonly #nodes: number
  readonly #clients: number
  /** Undefined where causes are not recorded. */
  readonly #causes: Causes | undefined
  /** Undefined where what is sent is not recorded. */
  readonly #journal: Journal | undefined
  /** The steps of the run, where they are listed: it takes the network's place. */
  readonly #steps: Schedule | undefined
  /** The event in which the message that is being sent was sent. */
  #sentIn = 0
  /** The message measured last: a broadcast sends one object to all, so most are measured once. */
  #measured: unknown = undefined
  readonly #measure: Measured = { bytes: 0, hash: 0 }

  constructor(parts: {
    readonly schema: AnyNodeClass['schema']
    readonly samples: SchemaSamples
    readonly passing: Passing
    readonly network: Network
    readonly wheel: TimingWheel
    readonly trace: Trace
    readonly adversary: Adversary | undefined
    readonly nodes: number
    readonly clients: number
    readonly causes: Causes | undefined
    readonly journal: Journal | undefined
    readonly schedule: Schedule | undefined
  }) {
    this.#schema = parts.schema
    this.#samples = parts.samples
    this.#passing = parts.passing
    this.#network = parts.network
    this.#wheel = parts.wheel
    this.#trace = parts.trace
    this.#adversary = parts.adversary
    this.#nodes = parts.nodes
    this.#clients = parts.clients
    this.#causes = parts.causes
    this.#journal = parts.journal
    this.#steps = parts.schedule
  }

  /**
   * @param place where the sender is among the nodes of the world: its number, but for second copies
   * @param departure when the message leaves the sender, in microseconds of the world
   * @param sentIn the event in which it was sent: an earlier one, where it had to wait for the disk
   */
  message(
    from: NodeId,
    place: number,
    to: NodeId,
    sent: unknown,
    departure: Micros,
    sentIn: number,
  ): void {
    this.#sentIn = sentIn
    const message = this.#passing === 'reference' ? sent : this.handOver(sent)
    if (this.#adversary) this.#tamperedMessage(this.#adversary, from, place, to, message, departure)
    else this.#carry(from, place, to, message, departure, departure)
  }

  #tamperedMessage(
    adversary: Adversary,
    from: NodeId,
    place: number,
    to: NodeId,
    message: unknown,
    departure: Micros,
  ): void {
    const leaves = adversary.leaves(from, place, to, departure)
    if (leaves === undefined) return
    const tampered = adversary.tampered(from, message, this.#schema.message as Type<unknown>)
    if (tampered !== undefined) this.#carry(from, place, to, tampered, departure, leaves)
  }

  #carry(
    from: NodeId,
    place: number,
    to: NodeId,
    message: unknown,
    departure: Micros,
    leaves: Micros,
  ): void {
    if (message !== this.#measured) this.#measureAnew(message)
    const { bytes, hash } = this.#measure
    this.messages++
    this.bytes += bytes
    if (this.#journal) this.#note(this.#schema.message.kindOf(message as never), from, to, hash)
    if (this.#steps && from !== to) {
      const kind = this.#schema.message.kinds[this.#schema.message.kindOf(message as never)]
      const arrivals = this.#arrivals(this.#steps, kind as string, from, to, leaves)
      for (const arrival of arrivals) this.#deliver(from, place, to, message, hash, arrival, leaves)
      return
    }
    const copies = this.#network.plan(from, to, bytes, leaves)
    if (copies === 0) {
      const kind = this.#schema.message.kindOf(message as never)
      this.#trace.add(eventCode.lost, departure, to, from, kind, hash)
      this.#causes?.note(this.#trace.length - 1, this.#sentIn, message)
    }
    for (let copy = 0; copy < copies; copy++) {
      const arrival = this.#network.arrivalMicros[copy] as number
      this.#deliver(from, place, to, message, hash, arrival, leaves)
    }
  }

  #note(kind: number, from: NodeId, to: number, hash: number): void {
    this.#journal?.sendings.push({ sentIn: this.#sentIn, kind, from, to, hash })
  }

  /** When the copies of what is sent arrive, where the steps are listed. */
  #arrivals(
    schedule: Schedule,
    kind: string,
    from: NodeId,
    to: number,
    leaves: Micros,
  ): readonly Micros[] {
    return schedule.arrivals(kind, from, to, this.#trace.at(this.#sentIn).timeMicros, leaves)
  }

  /** To the node, or to those of its twins that hear the sender. */
  #deliver(
    from: NodeId,
    fromPlace: number,
    to: NodeId,
    message: unknown,
    hash: number,
    arrival: Micros,
    leaves: Micros,
  ): void {
    const adversary = this.#adversary
    const second = adversary?.secondCopyOf(to)
    if (!adversary || second === undefined) {
      this.#schedule(arrival, to, from, hash, message)
      return
    }
    for (const place of [to, second]) {
      if (adversary.hears(from, fromPlace, to, place, leaves))
        this.#schedule(arrival, place, from, hash, message)
    }
  }

  #schedule(arrival: Micros, place: number, from: NodeId, hash: number, message: unknown): void {
    if (this.#causes) {
      const letter: Letter = { message, sentIn: this.#sentIn }
      this.#wheel.schedule(arrival, queued.letter, place, from, hash, letter)
    } else this.#wheel.schedule(arrival, queued.deliver, place, from, hash, message)
  }

  /** Sends a client's request to a node. It may be lost; nobody says so. */
  request(client: number, to: NodeId, request: Request, departure: Micros): void {
    const bytes = this.#schema.command.size(request.command as never) + envelopeBytes
    const copies = this.#network.plan(this.#nodes + client, to, bytes, departure)
    if (copies === 0) return
    // Clients have connections: what arrives, arrives once. So a refusal is final for its attempt.
    this.arrive(to, request, this.#network.arrivalMicros[0] as number)
  }

  /** Lets a request arrive at a time: at both copies of a twin. */
  arrive(to: NodeId, request: Request, arrival: Micros): void {
    this.#wheel.schedule(arrival, queued.request, to, 0, 0, request)
    const second = this.#adversary?.secondCopyOf(to)
    if (second !== undefined) this.#wheel.schedule(arrival, queued.request, second, 0, 0, request)
  }

  /** Answers a client: the one whose number the request's client is, counted modulo the clients (see the workloads). */
  reply(
    from: NodeId,
    place: number,
    request: RequestId,
    given: Outcome,
    departure: Micros,
    sentIn: number,
  ): void {
    if (this.#clients === 0) return
    const adversary = this.#adversary
    const leaves = adversary ? adversary.leaves(from, place, undefined, departure) : departure
    if (leaves === undefined) return
    const outcome = adversary ? adversary.tamperedOutcome(from, given) : given
    const client = request.client % this.#clients
    const carried = outcome.kind === 'done' ? outcome.result.length : outcome.reason.length
    const endpoint = this.#nodes + client
    const reply: SentReply = { request, outcome, sentIn }
    this.#sentIn = sentIn
    if (this.#journal) this.#note(noMessage, from, client, 0)
    if (this.#steps) {
      for (const arrival of this.#arrivals(this.#steps, 'answer', from, client, leaves))
        this.#wheel.schedule(arrival, queued.reply, client, from, 0, reply)
      return
    }
    const copies = this.#network.plan(from, endpoint, carried + envelopeBytes, leaves)
    if (copies === 0) return
    const arrival = this.#network.arrivalMicros[0] as number
    this.#wheel.schedule(arrival, queued.reply, client, from, 0, reply)
  }

  /** The message as it is from the moment it was sent, though it may have to wait before it leaves. */
  handOver(message: unknown): unknown {
    return handOver(this.#passing, this.#schema.message as Type<unknown>, message)
  }

  #measureAnew(message: unknown): void {
    this.#samples.message(message)
    this.#measured = message
    this.#schema.message.measure(message as never, this.#measure)
  }
}

/** A message or a record as it leaves the hands of its node: a change that the node makes later must not reach it. */
export function handOver(passing: Passing, type: Type<unknown>, value: unknown): unknown {
  switch (passing) {
    case 'reference':
      return value
    case 'frozen':
      type.freeze(value)
      return value
    case 'encoded':
      return decode(type, encode(type, value))
  }
}
