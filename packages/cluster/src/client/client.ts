import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Address } from '../network/outgoing-link.ts'
import { BadRequestError, RefusedError, UnknownOutcomeError } from './client-errors.ts'
import { formatLine, unescapeWord } from './line-format.ts'
import { NodeConnection } from './node-connection.ts'

export interface ClusterClientOptions {
  /** Where each node takes clients, in the order of the nodes. */
  readonly addresses: readonly Address[]
  /** How long a request may take in all, its retries included. */
  readonly timeoutMs?: number
  /** After how long without an answer another node is asked the same. */
  readonly attemptTimeoutMs?: number
}

const usualTimeoutMs = 10_000
const usualAttemptTimeoutMs = 2_000
/** The pause before a node is asked that could not help. */
const pauseMs = 20

/** Names requests of which one at a time is on its way, as sessions demand (Ongaro, §6.3). */
interface Session {
  readonly client: number
  sequence: number
}

/**
 * A client of a cluster of any protocol with a key-value store. It finds the node that can help,
 * and sends a request again, under the same name, until it is answered or its time is over: so a
 * write is done at most once, and the caller is told when it is not known whether it was done.
 */
export class ClusterClient {
  readonly #addresses: readonly Address[]
  readonly #timeoutMs: number
  readonly #attemptTimeoutMs: number
  #connection: NodeConnection | undefined
  /** Which node to ask next. */
  #next = 0
  /** Sessions that no request uses now. */
  readonly #idle: Session[] = []
  readonly #reads: Session = newSession()
  #closed = false

  constructor(options: ClusterClientOptions) {
    this.#addresses = options.addresses
    this.#timeoutMs = options.timeoutMs ?? usualTimeoutMs
    this.#attemptTimeoutMs = options.attemptTimeoutMs ?? usualAttemptTimeoutMs
  }

  /** @throws RefusedError, UnknownOutcomeError or BadRequestError, as all methods do */
  async put(key: string, value: string): Promise<void> {
    await this.#write(['put', key, value])
  }

  /** The value, or undefined if the key is absent. The read is linearizable. */
  async get(key: string): Promise<string | undefined> {
    const [kind, value] = await this.#read(['get', key])
    return kind === 'none' ? undefined : value
  }

  /** Was the key there? */
  async delete(key: string): Promise<boolean> {
    const [kind] = await this.#write(['delete', key])
    return kind === 'ok'
  }

  /** Puts `value` if the key has the value `expected` (undefined: is absent). Was it so? */
  async compareAndSwap(key: string, expected: string | undefined, value: string): Promise<boolean> {
    const words = expected === undefined ? ['create', key, value] : ['cas', key, expected, value]
    const [, result] = await this.#write(words)
    return result === 'swapped'
  }

  /** The first entries whose keys begin with `prefix`, in order. */
  async range(prefix: string, limit: number): Promise<[key: string, value: string][]> {
    const [, , ...words] = await this.#read(['range', prefix, String(limit)])
    return Array.from({ length: words.length / 2 }, (_, i) => [
      words[2 * i] as string,
      words[2 * i + 1] as string,
    ])
  }

  /** Waits for no further answer: requests on their way fail. */
  close(): void {
    this.#closed = true
    this.#connection?.close()
  }

  async #read(words: readonly string[]): Promise<string[]> {
    this.#reads.sequence += 1
    return await this.#request(nameOf(this.#reads), words)
  }

  async #write(words: readonly string[]): Promise<string[]> {
    for (;;) {
      const session = this.#idle.pop() ?? newSession()
      session.sequence += 1
      const answer = await this.#request(nameOf(session), words)
      if (answer[0] === 'refused') continue
      // After anything else the session is not used again: its last request may still be on its way.
      this.#idle.push(session)
      return answer
    }
  }

  /** Asks until there is an answer; one of `refused` means that the session is forgotten. */
  async #request(name: string, words: readonly string[]): Promise<string[]> {
    const deadlineMs = performance.now() + this.#timeoutMs
    const line = formatLine(words)
    let uncertain = false
    let reason = 'the client is closed'
    for (let attempt = 0; !this.#closed && performance.now() < deadlineMs; attempt += 1) {
      // At once where the first node says whom to ask; then nobody knows yet, or it keeps changing.
      if (attempt > 1) await sleep(pauseMs)
      const connection = this.#connected()
      const answer = await this.#attempt(connection, name, line, deadlineMs)
      const [kind = '', ...rest] = answer?.split(' ') ?? []
      switch (kind) {
        case 'ok':
        case 'none':
          return [kind, ...rest.map(unescapeWord)]
        case 'error':
          throw new BadRequestError(rest.join(' '))
        case 'refused':
          if (rest[0] !== 'session-expired') reason = rest.join(' ')
          else if (uncertain) throw failure(true, words, 'its session is forgotten')
          else return ['refused']
          break
        default:
          uncertain ||= connection.wasOpen
          reason = kind === 'unknown' ? rest.join(' ') : `no answer from ${connection.name}`
      }
      this.#redirect(connection, rest)
    }
    throw failure(uncertain, words, reason)
  }

  /** The answer, or undefined if there is none from this node in time. */
  async #attempt(
    connection: NodeConnection,
    name: string,
    line: string,
    deadlineMs: number,
  ): Promise<string | undefined> {
    return await new Promise((resolve) => {
      const waitMs = Math.min(this.#attemptTimeoutMs, deadlineMs - performance.now())
      const timer = setTimeout(() => connection.forget(name), Math.max(0, waitMs))
      connection.ask(name, line, (answer) => {
        clearTimeout(timer)
        resolve(answer)
      })
    })
  }

  #connected(): NodeConnection {
    if (this.#connection === undefined || this.#connection.isLost) {
      this.#connection = new NodeConnection(this.#addresses[this.#next] as Address)
    }
    return this.#connection
  }

  /** Turns to another node, unless a request on the same connection has already done so. */
  #redirect(from: NodeConnection, words: readonly string[]): void {
    if (this.#connection !== from || this.#closed) return
    const node = numberAfter('node=', words)
    const port = numberAfter('port=', words)
    const known = node === undefined ? undefined : this.#addresses[node]
    const named = port === undefined ? undefined : { host: from.address.host, port }
    this.#next = known && node !== undefined ? node : (this.#next + 1) % this.#addresses.length
    this.#connection = new NodeConnection(
      known ?? named ?? (this.#addresses[this.#next] as Address),
    )
    from.closeWhenIdle()
  }
}

function failure(uncertain: boolean, words: readonly string[], reason: string): Error {
  const what = words.slice(0, 2).join(' ')
  return uncertain
    ? new UnknownOutcomeError(`it is not known whether '${what}' was done: ${reason}`)
    : new RefusedError(`'${what}' was not done: ${reason}`)
}

function numberAfter(label: string, words: readonly string[]): number | undefined {
  const word = words.find((candidate) => candidate.startsWith(label))
  return word === undefined ? undefined : Number(word.slice(label.length))
}

function newSession(): Session {
  return { client: randomInt(2 ** 48 - 1), sequence: 0 }
}

function nameOf({ client, sequence }: Session): string {
  return `@${client}:${sequence}`
}
