import { connect, type Socket } from 'node:net'
import { FrameDecoder } from '../network/frame-decoder.ts'
import { writeFrame } from '../network/frame-writer.ts'
import {
  decodeGreeting,
  encodeGreeting,
  type Greeting,
  type Hello,
  magic,
  version,
} from '../network/handshake.ts'

/** A peer that a test plays by hand: it says whatever bytes it likes. */
export class RawPeer {
  readonly socket: Socket
  readonly greetings: Greeting[] = []
  isClosed = false
  private readonly decoder = new FrameDecoder(1 << 20)

  constructor(port: number) {
    this.socket = connect({ host: '127.0.0.1', port })
    this.socket.on('data', (chunk) => {
      this.decoder.feed(chunk as Buffer, (frame) => this.greetings.push(decodeGreeting(frame)))
    })
    this.socket.on('error', () => {})
    this.socket.on('close', () => {
      this.isClosed = true
    })
  }

  hello(changes: Partial<Hello>): void {
    this.say({
      kind: 'hello',
      magic,
      version,
      protocol: 'test',
      cluster: 'c',
      from: 1,
      to: 0,
      clientPort: 0,
      challenge: new Uint8Array(32),
      ...changes,
    })
  }

  say(greeting: Greeting): void {
    writeFrame(this.socket, encodeGreeting(greeting))
  }

  frame(payload: Uint8Array): void {
    writeFrame(this.socket, payload)
  }

  /** Gets through the handshake of nodes that have no keys. */
  async enter(changes: Partial<Hello> = {}): Promise<void> {
    this.hello(changes)
    await until(() => this.greetings.length > 0 || this.isClosed)
    this.say({ kind: 'proof', proof: new Uint8Array(0) })
  }

  close(): void {
    this.socket.destroy()
  }
}

/** Resolves once the condition holds; a test's own time limit is the only one. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5))
}
