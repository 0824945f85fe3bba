import { randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import type { NodeId } from '@quorate/core/model'
import { FrameDecoder } from './frame-decoder.ts'
import { writeBunch, writeFrame } from './frame-writer.ts'
import {
  challengeBytes,
  decodeGreeting,
  encodeGreeting,
  type Hello,
  isProven,
  magic,
  maxGreetingBytes,
  type Party,
  prove,
  version,
} from './handshake.ts'

export interface Address {
  readonly host: string
  readonly port: number
}

export interface OutgoingLinkOptions {
  readonly party: Party
  readonly peer: NodeId
  readonly address: Address
  /** Messages for the peer may wait in so many bytes; beyond them the oldest are dropped. */
  readonly maxQueueBytes: number
  /** A peer that is not heard of for so long is gone, whatever the system says of the connection. */
  readonly silenceMs: number
  /** The connection stands, and clients of the peer connect to this port. */
  opened(clientPort: number): void
  /** The connection is lost, or could not be made, for this reason. */
  closed(reason: string): void
}

const firstRetryMs = 20
const lastRetryMs = 1_000
const keepAliveMs = 5_000

/**
 * This node's connection to one peer, for its messages to that peer alone; the peer's own come over
 * a connection that the peer dials. It is made again, with growing pauses, whenever it is lost.
 *
 * Messages wait in a bounded queue while there is no connection, or while the peer reads slowly.
 * When the queue is full the oldest go, for a protocol's later messages make up for earlier ones.
 * What was under way on a connection that breaks is lost, too. A peer says again and again that it
 * is there, for the system may take many minutes to notice that a machine is not.
 */
export class OutgoingLink {
  readonly #options: OutgoingLinkOptions
  #socket: Socket | undefined
  #state: 'idle' | 'waiting' | 'greeting' | 'open' | 'stopped' = 'idle'
  #retry: NodeJS.Timeout | undefined
  #retryMs = firstRetryMs
  /** Frames from `#head` on wait; those before it are gone. */
  #queue: (Uint8Array | undefined)[] = []
  #head = 0
  #queueBytes = 0
  #flushing = false
  /** How many messages were dropped because the queue was full. */
  dropped = 0

  constructor(options: OutgoingLinkOptions) {
    this.#options = options
  }

  get isOpen(): boolean {
    return this.#state === 'open'
  }

  get queuedBytes(): number {
    return this.#queueBytes
  }

  start(): void {
    if (this.#state === 'idle' || this.#state === 'stopped') this.#dial()
  }

  /** Closes the connection, forgets what waits, and sends nothing until `start`. */
  stop(): void {
    this.#state = 'stopped'
    clearTimeout(this.#retry)
    this.#queue = []
    this.#head = 0
    this.#queueBytes = 0
    this.#socket?.destroy()
    this.#socket = undefined
  }

  /** Sends a frame, with all others of this turn of the event loop. It must not change any more. */
  send(frame: Uint8Array): void {
    if (this.#state === 'stopped') return
    this.#queue.push(frame)
    this.#queueBytes += frame.length
    while (this.#queueBytes > this.#options.maxQueueBytes) this.#dropOldest()
    this.#scheduleFlush()
  }

  #dropOldest(): void {
    this.#queueBytes -= (this.#queue[this.#head] as Uint8Array).length
    this.#queue[this.#head] = undefined
    this.#head += 1
    this.dropped += 1
    this.#compact()
  }

  #scheduleFlush(): void {
    if (this.#flushing || this.#state !== 'open') return
    this.#flushing = true
    setImmediate(() => {
      this.#flushing = false
      this.#flush()
    })
  }

  #flush(): void {
    const socket = this.#socket
    if (this.#state !== 'open' || socket === undefined) return
    while (this.#head < this.#queue.length && !socket.writableNeedDrain) {
      const end = writeBunch(socket, this.#queue, this.#head)
      for (; this.#head < end; this.#head += 1) {
        this.#queueBytes -= (this.#queue[this.#head] as Uint8Array).length
        this.#queue[this.#head] = undefined
      }
    }
    this.#compact()
  }

  #compact(): void {
    if (this.#head === this.#queue.length) {
      this.#queue = []
      this.#head = 0
    } else if (this.#head > 1_024 && this.#head > this.#queue.length / 2) {
      this.#queue = this.#queue.slice(this.#head)
      this.#head = 0
    }
  }

  #dial(): void {
    const { party, peer, address, silenceMs } = this.#options
    this.#state = 'greeting'
    const socket = connect({
      ...address,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: keepAliveMs,
    })
    this.#socket = socket
    const hello: Hello = {
      kind: 'hello',
      magic,
      version,
      protocol: party.protocol,
      cluster: party.cluster,
      from: party.self,
      to: peer,
      clientPort: party.clientPort,
      challenge: randomBytes(challengeBytes),
    }
    let reason = 'the peer closed the connection'
    const decoder = new FrameDecoder(maxGreetingBytes)
    let words = 0
    const silence = setTimeout(() => {
      const heard = words
      // If it is this process that stood still, what the peer said meanwhile waits to be read.
      setImmediate(() => {
        if (words === heard) socket.destroy(new Error('the peer is silent'))
      })
    }, silenceMs)
    socket.on('connect', () => writeFrame(socket, encodeGreeting(hello)))
    socket.on('data', (chunk) => {
      words += 1
      silence.refresh()
      try {
        decoder.feed(chunk as Buffer, (frame) => this.#greeted(socket, hello, frame))
      } catch (error) {
        socket.destroy(error as Error)
      }
    })
    socket.on('drain', () => this.#flush())
    socket.on('error', (error) => {
      reason = error.message
    })
    socket.on('close', () => {
      clearTimeout(silence)
      if (this.#socket !== socket) return
      this.#socket = undefined
      this.#options.closed(reason)
      this.#waitAndDial()
    })
  }

  /** Takes the peer's answer. @throws whatever makes the connection useless */
  #greeted(socket: Socket, hello: Hello, frame: Uint8Array): void {
    const { party, peer } = this.#options
    const greeting = decodeGreeting(frame)
    if (this.#state === 'open' && greeting.kind === 'alive') return
    if (greeting.kind === 'refused') throw new Error(`the peer refused: ${greeting.reason}`)
    if (this.#state !== 'greeting' || greeting.kind !== 'welcome') {
      throw new Error(`the peer sent an unexpected '${greeting.kind}'`)
    }
    const { challenge, proof, clientPort } = greeting
    if (!isProven(party.keys, peer, 'welcome', hello, challenge, proof)) {
      throw new Error(`the peer cannot prove that it is node ${peer}`)
    }
    const ours = prove(party.keys, 'proof', hello, challenge)
    writeFrame(socket, encodeGreeting({ kind: 'proof', proof: ours }))
    this.#state = 'open'
    this.#retryMs = firstRetryMs
    this.#options.opened(clientPort)
    this.#flush()
  }

  #waitAndDial(): void {
    this.#state = 'waiting'
    // Spread out, so that a peer that comes back is not dialled by all others at once.
    const pauseMs = this.#retryMs * (1 + Math.random() / 2)
    this.#retryMs = Math.min(2 * this.#retryMs, lastRetryMs)
    this.#retry = setTimeout(() => this.#dial(), pauseMs)
  }
}
