import { connect, type Socket } from 'node:net'
import type { Address } from '../network/outgoing-link.ts'
import { LineDecoder } from './line-format.ts'

/** What a request is told: the answer without its name, or undefined if there will be none. */
export type AnswerTo = (answer: string | undefined) => void

/** A client's connection to one node: any number of named lines on their way at once. */
export class NodeConnection {
  readonly address: Address
  readonly #socket: Socket
  readonly #decoder = new LineDecoder(Number.MAX_SAFE_INTEGER)
  readonly #waiting = new Map<string, AnswerTo>()
  #lines: string[] = []
  #wasOpen = false
  #isLost = false
  #closing = false

  constructor(address: Address) {
    this.address = address
    this.#socket = connect({ ...address, noDelay: true, keepAlive: true })
    this.#socket.on('connect', () => {
      this.#wasOpen = true
    })
    this.#socket.on('data', (chunk) => {
      for (const line of this.#decoder.feed(chunk as Buffer)) this.#answered(line)
    })
    this.#socket.on('error', () => {})
    this.#socket.on('close', () => this.close())
  }

  get name(): string {
    return `${this.address.host}:${this.address.port}`
  }

  /** Was there ever a connection? If not, nothing that was asked has left this process. */
  get wasOpen(): boolean {
    return this.#wasOpen
  }

  get isLost(): boolean {
    return this.#isLost
  }

  /** Sends a line under a name. `tell` is called once, later. */
  ask(name: string, line: string, tell: AnswerTo): void {
    if (this.#isLost) {
      setImmediate(() => tell(undefined))
      return
    }
    if (this.#lines.length === 0) setImmediate(() => this.#flush())
    this.#lines.push(`${name} ${line}`)
    this.#waiting.set(name, tell)
  }

  /** Waits no longer for the answer to this name. */
  forget(name: string): void {
    this.#tell(name, undefined)
  }

  close(): void {
    this.#isLost = true
    this.#socket.destroy()
    for (const name of this.#waiting.keys()) this.#tell(name, undefined)
  }

  /** Closes the connection once nobody waits for an answer on it. */
  closeWhenIdle(): void {
    this.#closing = true
    if (this.#waiting.size === 0) this.close()
  }

  #flush(): void {
    if (!this.#isLost) this.#socket.write(this.#lines.join(''))
    this.#lines = []
  }

  #answered(line: string): void {
    const space = line.indexOf(' ')
    this.#tell(line.slice(0, space), line.slice(space + 1))
  }

  #tell(name: string, answer: string | undefined): void {
    const tell = this.#waiting.get(name)
    if (tell === undefined) return
    this.#waiting.delete(name)
    tell(answer)
    if (this.#closing && this.#waiting.size === 0 && !this.#isLost) this.close()
  }
}
