import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import type { Protocol } from '@quorate/core/model'
import type { Transport } from '../network/transport.ts'
import type { ProcessHost } from '../process-host.ts'
import { ClientConnection } from './client-connection.ts'
import { Vocabulary } from './vocabulary.ts'

export interface ClientPortOptions {
  readonly protocol: Protocol
  readonly host: ProcessHost
  readonly transport: Transport
  /** The address and port to listen on. */
  readonly bind: string
  readonly port: number
  /** Take `cut NODE` and `heal NODE` from anyone who connects: for tests alone. */
  readonly allowFaults: boolean
  readonly answerTimeoutMs?: number
}

/** A request without an answer is given up after this long: `unknown`. */
const usualAnswerTimeoutMs = 10_000
/** How often connections look for requests to give up. */
const sweepMs = 500
const maxConnections = 1_000

/**
 * Where clients connect. One line asks, one line answers:
 *
 *     put KEY VALUE         ok
 *     get KEY               ok VALUE, or none
 *     delete KEY            ok, or none
 *     create KEY VALUE      ok swapped, or ok unchanged if the key exists
 *     cas KEY OLD NEW       ok swapped, or ok unchanged if the value is not OLD
 *     range PREFIX LIMIT    ok all KEY VALUE KEY VALUE ..., or ok more ... if there are further ones
 *     pay TO AMOUNT FEE     ok BLOCK HEIGHT, once it is final: where it is
 *     balance NODE          ok SATOSHIS COINS
 *     tip, block HEIGHT     ok BLOCK HEIGHT, or none
 *     status                ok NAME=VALUE NAME=VALUE ...
 *
 * Any of them may also be answered by
 *
 *     refused REASON [node=N [port=P]]   this attempt did certainly not take effect; ask there instead
 *     unknown REASON                     it may take effect, now or later
 *     error REASON                       the line itself is wrong
 *
 * A line may begin with `@CLIENT:SEQUENCE`. Its answer then begins with the same, and may overtake
 * others; and the same line sent again, here or to another node, is done once. A client numbers its
 * writes 1, 2, 3 and so on, and sends no write before the one before it is answered. Lines without
 * such a name are answered one by one, in order.
 */
export class ClientPort {
  readonly #options: ClientPortOptions
  readonly #server: Server
  readonly #connections = new Set<ClientConnection>()
  #sweep: NodeJS.Timeout | undefined
  #paused = false

  constructor(options: ClientPortOptions) {
    this.#options = options
    const vocabulary = new Vocabulary(options.protocol, options.allowFaults)
    const answerTimeoutMs = options.answerTimeoutMs ?? usualAnswerTimeoutMs
    this.#server = createServer(
      { noDelay: true, keepAlive: true, allowHalfOpen: true },
      (socket) => {
        const connection = new ClientConnection(socket, {
          ...options,
          vocabulary,
          answerTimeoutMs,
          isPaused: () => this.#paused,
          closed: (closed) => this.#connections.delete(closed),
        })
        this.#connections.add(connection)
      },
    )
    this.#server.maxConnections = maxConnections
  }

  /** @throws if the address is taken */
  async start(): Promise<void> {
    this.#server.listen({ host: this.#options.bind, port: this.#options.port })
    await once(this.#server, 'listening')
    this.#sweep = setInterval(() => {
      for (const connection of this.#connections) connection.giveUpOverdue(performance.now())
    }, sweepMs)
  }

  /** Takes no further lines until `resume`. */
  pause(): void {
    this.#paused = true
  }

  resume(): void {
    this.#paused = false
    for (const connection of this.#connections) connection.resume()
  }

  async stop(): Promise<void> {
    clearInterval(this.#sweep)
    for (const connection of this.#connections) connection.close()
    if (!this.#server.listening) return
    this.#server.close()
    await once(this.#server, 'close')
  }
}
