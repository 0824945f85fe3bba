import { setTimeout as delay } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { UsageError } from '../../exit-codes.ts'

const connectMillis = 5_000
const retryMillis = 1_000

/** A Redis or Valkey server that answers: connections to it come back by themselves, and say when they are gone. */
export class RedisLink {
  /** Where it is, without the password. */
  readonly place: string
  /** `redis` or, over TLS, `rediss`. */
  readonly scheme: string
  readonly #url: string
  readonly #open: Redis[] = []
  #lost = false
  #closed = false

  private constructor(url: string, place: string) {
    this.#url = url
    this.place = place
    this.scheme = new URL(url).protocol.replace(':', '')
  }

  /** @throws UsageError if the address is none, nobody answers there, or the password is wrong */
  static async to(address: string): Promise<RedisLink> {
    const { url, place } = addressOf(address)
    const first = new Redis(url, {
      lazyConnect: true,
      connectTimeout: connectMillis,
      maxRetriesPerRequest: 0,
      retryStrategy: () => null,
    })
    let failure: unknown
    first.on('error', (error) => {
      failure = error
    })
    const patience = new AbortController()
    try {
      await Promise.race([
        first.connect().then(() => first.ping()),
        delay(connectMillis, undefined, { signal: patience.signal }).then(() => {
          throw new Error('timeout')
        }),
      ])
    } catch (error) {
      throw new UsageError(`cannot use Redis at ${place}: ${reasonOf(failure ?? error)}`)
    } finally {
      patience.abort()
      first.disconnect()
    }
    return new RedisLink(url, place)
  }

  /** A connection; what is asked of it while the server is away waits until it is back. */
  connection(): Redis {
    const redis = new Redis(this.#url, {
      maxRetriesPerRequest: null,
      retryStrategy: () => retryMillis,
    })
    redis.on('error', () => this.#gone())
    redis.on('close', () => this.#gone())
    redis.on('ready', () => this.#back())
    this.#open.push(redis)
    return redis
  }

  /** @throws UsageError for what the server refuses, such as writes while it is full; else what the act throws */
  async allowed<T>(act: () => Promise<T>): Promise<T> {
    try {
      return await act()
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'ReplyError') throw error
      throw new UsageError(`Redis at ${this.place} refuses: ${error.message.split('\n')[0]}`)
    }
  }

  /** Ends all connections; what is still asked of them fails. */
  close(): void {
    this.#closed = true
    for (const redis of this.#open) redis.disconnect()
  }

  #gone(): void {
    if (this.#lost || this.#closed) return
    this.#lost = true
    process.stderr.write(`Redis at ${this.place} does not answer: trying again\n`)
  }

  #back(): void {
    if (this.#lost) process.stderr.write(`Redis at ${this.place} answers again\n`)
    this.#lost = false
  }
}

function addressOf(address: string): { url: string; place: string } {
  const url = address.replace(/^valkey(s?):/, 'redis$1:')
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (!parsed || !/^rediss?:$/.test(parsed.protocol) || parsed.hostname === '')
    throw new UsageError('--redis must be an address such as redis://127.0.0.1:6379')
  return { url, place: `${parsed.hostname}:${parsed.port || 6379}` }
}

function reasonOf(error: unknown): string {
  const { code, message = '' } = error as { readonly code?: string; readonly message?: string }
  if (code === 'ECONNREFUSED') return 'nobody listens there'
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'there is no such host'
  if (code === 'ETIMEDOUT' || /timeout/i.test(message)) return 'it does not answer'
  if (code === 'ECONNRESET' || code === 'EPIPE')
    return 'it ends the connection: over TLS, write rediss://'
  if (code === 'EPROTO' || /SSL/.test(message)) return 'it does not speak TLS: write redis://'
  if (/certificate/i.test(message))
    return `its certificate is not trusted (${message.split(/[;\n]/)[0]}): name the authority’s in NODE_EXTRA_CA_CERTS`
  if (/RESP type/.test(message)) return 'what answers there is no Redis'
  if (/NOAUTH|WRONGPASS|invalid password|no password/i.test(message))
    return 'it wants another password: write redis://:PASSWORD@HOST'
  return message.split('\n')[0] || String(code)
}
