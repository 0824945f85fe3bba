import { randomBytes } from 'node:crypto'
import type { Socket } from 'node:net'
import type { NodeId } from '@quorate/core/model'
import { FrameDecoder } from './frame-decoder.ts'
import { writeFrame } from './frame-writer.ts'
import {
  challengeBytes,
  decodeGreeting,
  encodeGreeting,
  type Hello,
  handshakeTimeoutMs,
  isProven,
  maxGreetingBytes,
  type Party,
  prove,
  refusalOf,
} from './handshake.ts'

export interface IncomingConnectionOptions {
  readonly party: Party
  readonly maxFrameBytes: number
  /** How often to tell the peer that this node is still there. */
  readonly aliveMs: number
  /** Why this peer is not let in now; undefined if it is. */
  refuses(peer: NodeId): string | undefined
  /** The peer has proven who it is, and its messages follow. */
  opened(connection: IncomingConnection, hello: Hello): void
  /** One message. It throws if the bytes are none. */
  receive(peer: NodeId, frame: Uint8Array): void
  /** The peer sent what is no frame or no message, and is disconnected. */
  misbehaved(peer: NodeId, error: Error): void
  closed(connection: IncomingConnection): void
}

/** A connection that a peer has dialled, for the peer's messages to this node. */
export class IncomingConnection {
  readonly #options: IncomingConnectionOptions
  readonly #socket: Socket
  readonly #decoder = new FrameDecoder(maxGreetingBytes)
  readonly #challenge = randomBytes(challengeBytes)
  #hello: Hello | undefined
  #isOpen = false
  /** Ends the connection unless the handshake is over in time, however busy the peer seems. */
  readonly #deadline: NodeJS.Timeout
  #alive: NodeJS.Timeout | undefined

  constructor(socket: Socket, options: IncomingConnectionOptions) {
    this.#socket = socket
    this.#options = options
    this.#deadline = setTimeout(() => this.close(), handshakeTimeoutMs)
    socket.on('data', (chunk) => this.#feed(chunk as Buffer))
    socket.on('error', () => {})
    socket.on('close', () => {
      clearTimeout(this.#deadline)
      clearInterval(this.#alive)
      options.closed(this)
    })
  }

  /** The peer, once it has proven who it is. */
  get peer(): NodeId | undefined {
    return this.#isOpen ? this.#hello?.from : undefined
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  close(): void {
    this.#decoder.stop()
    this.#socket.destroy()
  }

  #feed(chunk: Uint8Array): void {
    try {
      this.#decoder.feed(chunk, (frame) => {
        if (this.#isOpen) this.#options.receive((this.#hello as Hello).from, frame)
        else this.#greeted(frame)
      })
    } catch (error) {
      const { peer } = this
      this.close()
      if (peer !== undefined) this.#options.misbehaved(peer, error as Error)
    }
  }

  /** @throws whatever makes the connection useless */
  #greeted(frame: Uint8Array): void {
    const { party } = this.#options
    const greeting = decodeGreeting(frame)
    if (this.#hello === undefined) {
      if (greeting.kind !== 'hello') throw new Error(`'${greeting.kind}' before 'hello'`)
      const reason = refusalOf(greeting, party) ?? this.#options.refuses(greeting.from)
      if (reason !== undefined) return this.#refuse(reason)
      this.#hello = greeting
      const proof = prove(party.keys, 'welcome', greeting, this.#challenge)
      const { clientPort } = party
      const challenge = this.#challenge
      writeFrame(this.#socket, encodeGreeting({ kind: 'welcome', clientPort, challenge, proof }))
      return
    }
    const hello = this.#hello
    if (greeting.kind !== 'proof') throw new Error(`'${greeting.kind}' instead of 'proof'`)
    if (!isProven(party.keys, hello.from, 'proof', hello, this.#challenge, greeting.proof)) {
      return this.#refuse(`you cannot prove that you are node ${hello.from}`)
    }
    this.#isOpen = true
    this.#decoder.maxBytes = this.#options.maxFrameBytes
    clearTimeout(this.#deadline)
    const alive = encodeGreeting({ kind: 'alive' })
    this.#alive = setInterval(() => writeFrame(this.#socket, alive), this.#options.aliveMs)
    this.#options.opened(this, hello)
  }

  #refuse(reason: string): void {
    this.#decoder.stop()
    writeFrame(this.#socket, encodeGreeting({ kind: 'refused', reason }))
    this.#socket.end()
  }
}
