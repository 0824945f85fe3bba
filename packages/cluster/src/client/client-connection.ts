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
  /** The node takes no further lines now; `resume` tells when it does. */
  isPaused(): boolean
  closed(connection: ClientConnection): void
}

/** A request on its way through the protocol. */
interface Pending {
  readonly request: RequestId
  /** What the answer begins with: the name that the client gave, or nothing. */
  readonly prefix: string
  readonly weight: number
  readonly deadlineMs: number
  readonly answer: (outcome: Outcome) => void
}

/** So many requests of a connection may be on their way; the next lines wait. */
const maxPending = 1_024
/** A read counts as several, for its answer may be megabytes long. */
const weights = { read: 8, write: 1 } as const
/** No more lines are taken while so many bytes of answers wait to be read by the client. */
const maxUnreadBytes = 8 << 20
/** Answers are handed to the socket in pieces of about so many characters. */
const pieceLength = 1 << 20

/** One client's connection: see `ClientPort` for what is said on it. */
export class ClientConnection {
  readonly #socket: Socket
  readonly #options: ClientConnectionOptions
  readonly #decoder = new LineDecoder()
  #lines: string[] = []
  #nextLine = 0
  readonly #pending = new Set<Pending>()
  #pendingWeight = 0
  /** A line without a name is on its way, and the next line waits for its answer. */
  #inOrder = false
  #closed = false
  /** The names given to lines that have none. A read must not take a write's number. */
  #writer = newNames()
  #reader = newNames()
  /** What is written at the end of this turn of the event loop, and how long it is. */
  #answers: string[] = []
  #answersLength = 0
  /** The client will send no more; its last answers are still to come. */
  #ending = false
  /** What the client sends can no longer be told into lines. */
  #broken = false

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

  resume(): void {
    this.#takeLines()
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
    if (this.#broken) return
    try {
      for (const line of this.#decoder.feed(chunk)) this.#lines.push(line)
    } catch (error) {
      if (!(error instanceof LineError)) throw error
      this.#write('', formatSentence('error', error.message))
      this.#broken = true
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
      else if (this.#pending.size === 0 && this.#answers.length === 0) this.#socket.destroySoon()
    } else {
      this.#socket.pause()
    }
  }

  #mustWait(): boolean {
    return (
      this.#closed ||
      this.#inOrder ||
      this.#options.isPaused() ||
      this.#pendingWeight >= maxPending ||
      this.#answersLength + this.#socket.writableLength > maxUnreadBytes
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
      weight: weights[wish.effect],
      deadlineMs: performance.now() + answerTimeoutMs,
      answer: (outcome) => this.#finish(pending, this.#outcomeLine(outcome, wish)),
    }
    this.#pending.add(pending)
    this.#pendingWeight += pending.weight
    this.#inOrder = name === undefined
    host.propose(wish.command, pending.request, pending.answer)
  }

  #finish(pending: Pending, answer: string): void {
    this.#pending.delete(pending)
    this.#pendingWeight -= pending.weight
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
    this.#answersLength += prefix.length + answer.length
  }

  #flush(): void {
    if (this.#closed) return
    let piece = ''
    for (const answer of this.#answers) {
      piece += answer
      if (piece.length < pieceLength) continue
      this.#socket.write(piece)
      piece = ''
    }
    this.#socket.write(piece)
    this.#answers = []
    this.#answersLength = 0
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
