import { randomInt } from 'node:crypto'
import type { Socket } from 'node:net'
import type { Outcome, Protocol, RequestId } from '@quorate/core/model'
import type { Transport } from '../network/transport.ts'
import type { ProcessHost } from '../process-host.ts'
import { formatLine, formatSentence, LineDecoder, LineError } from './line-format.ts'
import { statusWords } from './status.ts'
import type { LineRequest, Vocabulary, Wish } from './vocabulary.ts'

export interface ClientConnectionOptions {
  readonly protocol: Protocol
  readonly host: ProcessHost
  readonly transport: Transport
  readonly vocabulary: Vocabulary
  readonly answerTimeoutMs: number
  closed(connection: ClientConnection): void
}

/** A request on its way through the protocol. */
interface Pending {
  readonly request: RequestId
  /** What the answer begins with: the name that the client gave, or nothing. */
  readonly prefix: string
  readonly deadlineMs: number
  readonly answer: (outcome: Outcome) => void
}

/** So many requests of a connection may be on their way; the next lines wait. */
const maxPending = 1_024
/** No more lines are taken while so many bytes of answers wait to be read by the client. */
const maxUnreadBytes = 8 << 20

/** One client's connection: see `ClientPort` for what is said on it. */
export class ClientConnection {
  readonly #socket: Socket
  readonly #options: ClientConnectionOptions
  readonly #decoder = new LineDecoder()
  #lines: string[] = []
  #nextLine = 0
  readonly #pending = new Set<Pending>()
  /** A line without a name is on its way, and the next line waits for its answer. */
  #inOrder = false
  #closed = false
  /** The names given to lines that have none. A read must not take a write's number. */
  #writer = newNames()
  #reader = newNames()
  #answers: string[] = []
  /** The client will send no more; its last answers are still to come. */
  #ending = false

  constructor(socket: Socket, options: ClientConnectionOptions) {
    this.#socket = socket
    this.#options = options
    socket.on('data', (chunk) => this.#feed(chunk as Buffer))
    socket.on('end', () => {
      this.#ending = true
      this.#takeLines()
    })
    socket.on('drain', () => this.#takeLines())
    socket.on('error', () => {})
    socket.on('close', () => {
      this.close()
      options.closed(this)
    })
  }

  close(): void {
    this.#closed = true
    for (const { request, answer } of this.#pending) this.#options.host.forget(request, answer)
    this.#pending.clear()
    this.#socket.destroy()
  }

  /** Gives up requests whose time is over. What becomes of them is not known. */
  giveUpOverdue(nowMs: number): void {
    for (const pending of this.#pending) {
      if (pending.deadlineMs > nowMs) break
      this.#options.host.forget(pending.request, pending.answer)
      this.#finish(pending, formatSentence('unknown', 'no answer in time'))
      // The write may still be on its way: its number must not be given to another.
      this.#writer = newNames()
    }
  }

  #feed(chunk: Buffer): void {
    try {
      this.#lines.push(...this.#decoder.feed(chunk))
    } catch (error) {
      if (!(error instanceof LineError)) throw error
      this.#write('', formatSentence('error', error.message))
      this.#ending = true
    }
    this.#takeLines()
  }

  #takeLines(): void {
    while (this.#nextLine < this.#lines.length && !this.#mustWait()) {
      const line = this.#lines[this.#nextLine] as string
      this.#nextLine += 1
      if (line !== '') this.#take(line)
    }
    if (this.#closed) return
    if (this.#nextLine === this.#lines.length) {
      this.#lines = []
      this.#nextLine = 0
      if (!this.#ending) this.#socket.resume()
      else if (this.#pending.size === 0 && this.#answers.length === 0) this.#socket.end()
    } else {
      this.#socket.pause()
    }
  }

  #mustWait(): boolean {
    return (
      this.#closed ||
      this.#inOrder ||
      this.#pending.size >= maxPending ||
      this.#socket.writableLength > maxUnreadBytes
    )
  }

  #take(line: string): void {
    const prefix = line.startsWith('@') ? `${line.split(' ', 1)[0]} ` : ''
    let request: LineRequest
    try {
      request = this.#options.vocabulary.parse(line)
    } catch (error) {
      if (!(error instanceof LineError)) throw error
      this.#write(prefix, formatSentence('error', error.message))
      return
    }
    const { wish, name } = request
    if (wish.kind === 'propose') this.#propose(wish, name, prefix)
    else this.#write(prefix, this.#answerHere(wish))
  }

  #propose(
    wish: Extract<Wish, { kind: 'propose' }>,
    name: RequestId | undefined,
    prefix: string,
  ): void {
    const { host, answerTimeoutMs } = this.#options
    const names = wish.effect === 'read' ? this.#reader : this.#writer
    const pending: Pending = {
      request: name ?? nextName(names),
      prefix,
      deadlineMs: performance.now() + answerTimeoutMs,
      answer: (outcome) => this.#finish(pending, this.#outcomeLine(outcome, wish)),
    }
    this.#pending.add(pending)
    this.#inOrder = name === undefined
    host.propose(wish.command, pending.request, pending.answer)
  }

  #finish(pending: Pending, answer: string): void {
    this.#pending.delete(pending)
    if (pending.prefix === '') this.#inOrder = false
    this.#write(pending.prefix, answer)
  }

  #outcomeLine(outcome: Outcome, wish: Extract<Wish, { kind: 'propose' }>): string {
    switch (outcome.kind) {
      case 'done':
        return wish.answer(outcome.result)
      case 'refused': {
        const { reason, leader } = outcome
        const port = leader === undefined ? undefined : this.#options.transport.clientPortOf(leader)
        return formatLine([
          'refused',
          reason.replaceAll(' ', '-'),
          ...(leader === undefined ? [] : [`node=${leader}`]),
          ...(port === undefined ? [] : [`port=${port}`]),
        ])
      }
    }
  }

  #answerHere(wish: Exclude<Wish, { kind: 'propose' }>): string {
    const { protocol, host, transport } = this.#options
    switch (wish.kind) {
      case 'status':
        return formatLine(['ok', ...statusWords(protocol, host, transport)])
      case 'block': {
        const chain = protocol.chainOf?.(host.node) ?? []
        const height = wish.height ?? chain.length - 1
        const id = chain[height]
        return formatLine(id === undefined ? ['none'] : ['ok', id, String(height)])
      }
      case 'cut':
      case 'heal':
        if (!host.peers.includes(wish.peer)) {
          return formatSentence('error', `node ${wish.peer} is not a peer`)
        }
        transport[wish.kind](wish.peer)
        return formatLine(['ok'])
    }
  }

  /** Answers with one line, together with the others of this turn of the event loop. */
  #write(prefix: string, answer: string): void {
    if (this.#closed) return
    if (this.#answers.length === 0) setImmediate(() => this.#flush())
    this.#answers.push(prefix + answer)
  }

  #flush(): void {
    if (this.#closed) return
    this.#socket.write(this.#answers.join(''))
    this.#answers = []
    this.#takeLines()
  }
}

interface Names {
  readonly client: number
  used: number
}

/** A client number that nobody else has drawn, for all that is likely. */
function newNames(): Names {
  return { client: randomInt(2 ** 48 - 1), used: 0 }
}

function nextName(names: Names): RequestId {
  names.used += 1
  return { client: names.client, sequence: names.used }
}
