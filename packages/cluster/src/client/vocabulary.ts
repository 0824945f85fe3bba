import {
  decodeResult,
  encodeCommand,
  type KeyValueCommand,
  KeyValueFormatError,
} from '@quorate/core/machines'
import { decode, type Protocol, type RequestId } from '@quorate/core/model'
import { Balance, Receipt } from '@quorate/core/protocols'
import { formatLine, formatSentence, LineError, unescapeWord } from './line-format.ts'

/** What one line asks for. */
export interface LineRequest {
  /** The name that makes a retry known as such; a line without one is named by the node. */
  readonly name: RequestId | undefined
  readonly wish: Wish
}

export type Wish =
  /** Propose this to the node, and put its result into words. */
  | {
      readonly kind: 'propose'
      readonly command: unknown
      /** Reads are repeated freely; anything else must not be done twice. */
      readonly effect: 'read' | 'write'
      answer(result: Uint8Array): string
    }
  /** How is this node? */
  | { readonly kind: 'status' }
  /** Which block of this node's chain is at this height; undefined for the tip. */
  | { readonly kind: 'block'; readonly height: number | undefined }
  /** Fault injection: no message passes between this node and that one, either way, until it is healed. */
  | { readonly kind: 'cut' | 'heal'; readonly peer: number }

interface Verb {
  /** The words after the verb, by name. */
  readonly operands: readonly string[]
  wish(operands: readonly string[]): Wish
}

/** What clients of a protocol may ask, one verb a line. */
export class Vocabulary {
  readonly #verbs: Map<string, Verb>

  constructor(protocol: Protocol, allowFaults: boolean) {
    this.#verbs = new Map([
      ...Object.entries(keyValueVerbs(protocol)),
      ...Object.entries(chainVerbs(protocol)),
      ['status', { operands: [], wish: () => ({ kind: 'status' }) }],
      ...(allowFaults ? Object.entries(faultVerbs) : []),
    ])
  }

  /** @throws LineError with one line that says what would be right */
  parse(line: string): LineRequest {
    const words = line.split(' ')
    const name = words[0]?.startsWith('@') ? parseName(words.shift() as string) : undefined
    const [verb = '', ...rest] = words
    const known = this.#verbs.get(verb)
    if (known === undefined) {
      throw new LineError(`unknown verb '${verb}': there are ${[...this.#verbs.keys()].join(', ')}`)
    }
    if (rest.length !== known.operands.length) {
      throw new LineError(
        `write '${[verb, ...known.operands].join(' ')}', with one space between words`,
      )
    }
    try {
      return { name, wish: known.wish(rest.map(unescapeWord)) }
    } catch (error) {
      if (error instanceof KeyValueFormatError) throw new LineError(error.message)
      throw error
    }
  }
}

function parseName(word: string): RequestId {
  const match = /^@(\d{1,16}):(\d{1,16})$/.exec(word)
  const client = Number(match?.[1])
  const sequence = Number(match?.[2])
  if (!Number.isSafeInteger(client) || !Number.isSafeInteger(sequence)) {
    throw new LineError(`'${word}' is no name of a request: write @CLIENT:SEQUENCE, two numbers`)
  }
  return { client, sequence }
}

function keyValueVerbs({ requests }: Protocol): Record<string, Verb> {
  const { write } = requests
  if (write === undefined) return {}
  const read = requests.read ?? ((body: Uint8Array) => write(body))
  const verb = (
    operands: readonly string[],
    effect: 'read' | 'write',
    commandOf: (operands: readonly string[]) => KeyValueCommand,
  ): Verb => ({
    operands,
    wish: (given) => {
      const body = encodeCommand(commandOf(given))
      const command = effect === 'read' ? read(body, false) : write(body)
      return { kind: 'propose', command, effect, answer: keyValueAnswer }
    },
  })
  const text = (words: readonly string[], place: number): string => words[place] as string
  return {
    get: verb(['KEY'], 'read', (w) => ({ kind: 'get', key: text(w, 0) })),
    put: verb(['KEY', 'VALUE'], 'write', (w) => ({
      kind: 'put',
      key: text(w, 0),
      value: text(w, 1),
    })),
    delete: verb(['KEY'], 'write', (w) => ({ kind: 'delete', key: text(w, 0) })),
    // Puts a value only if the key is absent.
    create: verb(['KEY', 'VALUE'], 'write', (w) => ({
      kind: 'compareAndSwap',
      key: text(w, 0),
      expected: undefined,
      value: text(w, 1),
    })),
    cas: verb(['KEY', 'OLD', 'NEW'], 'write', (w) => ({
      kind: 'compareAndSwap',
      key: text(w, 0),
      expected: text(w, 1),
      value: text(w, 2),
    })),
    range: verb(['PREFIX', 'LIMIT'], 'read', (w) => ({
      kind: 'range',
      prefix: text(w, 0),
      limit: natural(text(w, 1), 'LIMIT'),
    })),
  }
}

function keyValueAnswer(bytes: Uint8Array): string {
  const result = decodeResult(bytes)
  switch (result.kind) {
    case 'get':
      return formatLine(result.value === undefined ? ['none'] : ['ok', result.value])
    case 'put':
      return formatLine(['ok'])
    case 'delete':
      return formatLine([result.existed ? 'ok' : 'none'])
    case 'compareAndSwap':
      return formatLine(['ok', result.swapped ? 'swapped' : 'unchanged'])
    case 'range':
      return formatLine([
        'ok',
        result.more ? 'more' : 'all',
        ...result.entries.flatMap(({ key, value }) => [key, value]),
      ])
    case 'error':
      return formatSentence('error', result.reason)
  }
}

function chainVerbs({ node, requests, chainOf }: Protocol): Record<string, Verb> {
  const { pay } = requests
  return {
    ...(node.schema.command.kinds.includes('balance') && {
      balance: {
        operands: ['NODE'],
        wish: ([owner = '']) => ({
          kind: 'propose',
          command: { kind: 'balance', owner: natural(owner, 'NODE') },
          effect: 'read',
          answer: (bytes) => {
            const { satoshis, coins } = decode(Balance, bytes)
            return formatLine(['ok', String(satoshis), String(coins)])
          },
        }),
      } satisfies Verb,
    }),
    ...(pay && {
      pay: {
        operands: ['TO', 'AMOUNT', 'FEE'],
        wish: ([to = '', amount = '', fee = '']) => ({
          kind: 'propose',
          command: pay(natural(to, 'TO'), natural(amount, 'AMOUNT'), natural(fee, 'FEE')),
          effect: 'write',
          answer: (bytes) => {
            const { block, height } = decode(Receipt, bytes)
            return formatLine(['ok', block, String(height)])
          },
        }),
      } satisfies Verb,
    }),
    ...(chainOf && {
      tip: { operands: [], wish: () => ({ kind: 'block', height: undefined }) } satisfies Verb,
      block: {
        operands: ['HEIGHT'],
        wish: ([height = '']) => ({ kind: 'block', height: natural(height, 'HEIGHT') }),
      } satisfies Verb,
    }),
  }
}

const faultVerbs: Record<string, Verb> = {
  cut: {
    operands: ['NODE'],
    wish: ([peer = '']) => ({ kind: 'cut', peer: natural(peer, 'NODE') }),
  },
  heal: {
    operands: ['NODE'],
    wish: ([peer = '']) => ({ kind: 'heal', peer: natural(peer, 'NODE') }),
  },
}

function natural(word: string, what: string): number {
  const value = /^\d{1,16}$/.test(word) ? Number(word) : Number.NaN
  if (!Number.isSafeInteger(value)) {
    throw new LineError(`${what} is '${word}': it must be a natural number`)
  }
  return value
}
