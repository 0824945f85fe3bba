import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import type { NodeId } from '@quorate/core/model'
import type { Party } from './handshake.ts'
import { IncomingConnection } from './incoming-connection.ts'
import { type Address, OutgoingLink } from './outgoing-link.ts'

/** What happens on the network, for the log of the node. */
export type TransportEvent =
  | { readonly kind: 'connected'; readonly peer: NodeId }
  | { readonly kind: 'disconnected'; readonly peer: NodeId; readonly reason: string }
  | { readonly kind: 'misbehaved'; readonly peer: NodeId; readonly reason: string }

export interface TransportOptions {
  readonly party: Party
  /** Where each node listens for its peers. */
  readonly addresses: readonly Address[]
  /** The address to bind to, where it is not that of `addresses`: `0.0.0.0` for all. */
  readonly bind?: string
  /** One message from a peer. It throws if the bytes are none, and the peer is then disconnected. */
  receive(peer: NodeId, frame: Uint8Array): void
  report?(event: TransportEvent): void
  readonly maxFrameBytes?: number
  readonly maxQueueBytes?: number
  /** For how long a peer that sent garbage is not let in again. */
  readonly banMs?: number
  /** After how long without a word a peer counts as gone, and is dialled again. */
  readonly silenceMs?: number
}

const usualMaxFrameBytes = 32 << 20
const usualMaxQueueBytes = 64 << 20
const usualBanMs = 1_000
const usualSilenceMs = 10_000
/** How often a node is heard in the time of silence that would make it count as gone. */
const wordsInSilence = 5
/** Connections beyond one a peer, for those that replace one or do not get through the handshake. */
const spareConnections = 32

/** Messages between the nodes, over TCP: in order while a connection lasts, lost with it. */
export class Transport {
  readonly #options: TransportOptions
  readonly #links = new Map<NodeId, OutgoingLink>()
  readonly #incoming = new Set<IncomingConnection>()
  readonly #clientPorts = new Map<NodeId, number>()
  /** Until when, on the clock of `performance.now`, a peer is not let in. */
  readonly #bannedUntil = new Map<NodeId, number>()
  readonly #cut = new Set<NodeId>()
  readonly #server: Server
  #paused = false

  constructor(options: TransportOptions) {
    this.#options = options
    this.#server = createServer({ noDelay: true, keepAlive: true }, (socket) =>
      this.#accept(socket),
    )
    const { party, addresses } = options
    for (const [peer, address] of addresses.entries()) {
      if (peer !== party.self) this.#links.set(peer, this.#linkTo(peer, address))
    }
  }

  /** Listens and dials. @throws if the address is taken */
  async start(): Promise<void> {
    const { party, addresses, bind } = this.#options
    const { host, port } = addresses[party.self] as Address
    this.#server.listen({ host: bind ?? host, port })
    await once(this.#server, 'listening')
    for (const link of this.#links.values()) link.start()
  }

  async stop(): Promise<void> {
    for (const link of this.#links.values()) link.stop()
    for (const connection of this.#incoming) connection.close()
    if (!this.#server.listening) return
    this.#server.close()
    await once(this.#server, 'close')
  }

  /** Sends a message, which must not change any more. It may be lost. */
  send(to: NodeId, frame: Uint8Array): void {
    const link = this.#links.get(to)
    if (link === undefined) throw new RangeError(`node ${to} is not a peer`)
    link.send(frame)
  }

  /** Reads no more from any peer until `resume`, so that TCP slows them down. */
  pause(): void {
    this.#paused = true
    for (const connection of this.#incoming) if (connection.peer !== undefined) connection.pause()
  }

  resume(): void {
    this.#paused = false
    for (const connection of this.#incoming) connection.resume()
  }

  /** The peers that this node's messages reach now. */
  connected(): NodeId[] {
    return [...this.#links].filter(([, link]) => link.isOpen).map(([peer]) => peer)
  }

  /** Messages dropped so far because a peer's queue was full. */
  get dropped(): number {
    return [...this.#links.values()].reduce((sum, link) => sum + link.dropped, 0)
  }

  /** Where clients of a peer connect, if that peer has ever said so. */
  clientPortOf(peer: NodeId): number | undefined {
    return this.#clientPorts.get(peer) || undefined
  }

  /** Cuts the link with a peer, both ways, until `heal`: what is on its way is lost. */
  cut(peer: NodeId): void {
    this.#cut.add(peer)
    this.#links.get(peer)?.stop()
    for (const connection of this.#incoming) if (connection.peer === peer) connection.close()
  }

  heal(peer: NodeId): void {
    this.#cut.delete(peer)
    this.#links.get(peer)?.start()
  }

  #linkTo(peer: NodeId, address: Address): OutgoingLink {
    const { party, report, maxQueueBytes, silenceMs } = this.#options
    let up: boolean | undefined
    return new OutgoingLink({
      party,
      peer,
      address,
      maxQueueBytes: maxQueueBytes ?? usualMaxQueueBytes,
      silenceMs: silenceMs ?? usualSilenceMs,
      opened: (clientPort) => {
        up = true
        this.#clientPorts.set(peer, clientPort)
        report?.({ kind: 'connected', peer })
      },
      closed: (reason) => {
        // Once, not at every attempt to dial.
        if (up !== false) report?.({ kind: 'disconnected', peer, reason })
        up = false
      },
    })
  }

  #accept(socket: Socket): void {
    const { party, receive, report, maxFrameBytes, banMs, silenceMs } = this.#options
    if (this.#incoming.size >= party.nodes + spareConnections) {
      socket.destroy()
      return
    }
    const connection = new IncomingConnection(socket, {
      party,
      maxFrameBytes: maxFrameBytes ?? usualMaxFrameBytes,
      aliveMs: (silenceMs ?? usualSilenceMs) / wordsInSilence,
      refuses: (peer) => this.#refuses(peer),
      opened: (opened, hello) => {
        for (const other of this.#incoming) {
          if (other !== opened && other.peer === hello.from) other.close()
        }
        this.#clientPorts.set(hello.from, hello.clientPort)
        if (this.#paused) opened.pause()
      },
      receive,
      misbehaved: (peer, error) => {
        this.#bannedUntil.set(peer, performance.now() + (banMs ?? usualBanMs))
        report?.({ kind: 'misbehaved', peer, reason: error.message })
      },
      closed: (closed) => this.#incoming.delete(closed),
    })
    this.#incoming.add(connection)
  }

  #refuses(peer: NodeId): string | undefined {
    if (this.#cut.has(peer)) return 'the link is cut'
    const until = this.#bannedUntil.get(peer)
    return until !== undefined && performance.now() < until ? 'you sent garbage' : undefined
  }
}
