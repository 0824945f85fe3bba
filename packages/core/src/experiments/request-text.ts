import {
  decodeCommand,
  encodeCommand,
  type KeyValueCommand,
} from '../machines/key-value-command.ts'
import type { NodeId, RequestForms, Signature } from '../model/index.ts'
import { readUtf8, utf8Bytes } from '../model/utf8.ts'

/** What a client asks, before it is put as a command of a protocol. */
export type Wish =
  | {
      readonly kind: 'write'
      readonly command: KeyValueCommand
      /** Of the client's sessions, counted from 1: another one begins where one was lost. */
      readonly session: number
    }
  | { readonly kind: 'read'; readonly command: KeyValueCommand; readonly lease: boolean }
  | { readonly kind: 'propose'; readonly value: string }
  | {
      readonly kind: 'configure'
      readonly voters: readonly NodeId[]
      readonly learners: readonly NodeId[]
    }
  | { readonly kind: 'transfer'; readonly to: NodeId | undefined }

/** What each wish looks like, for errors. */
const forms =
  'put k1 v1, put k1 v1 in session 2, get k1, get k1 by lease, delete k1, swap k1 v1 v2 (or absent v2), propose blue, configure 0,1 or 0,1|2, transfer, transfer 2'

/**
 * A protocol's forms of requests that remember what each command that they make was asked for with,
 * as text that `wishOf` reads.
 */
export class RememberedForms {
  readonly forms: RequestForms
  private readonly texts = new WeakMap<object, string>()

  constructor(forms: RequestForms) {
    const { write, read, propose, configure, transfer, pay } = forms
    const remembered = <C>(command: C, text: string): C => {
      this.texts.set(command as object, text)
      return command
    }
    this.forms = {
      ...(write && {
        write: (body: Uint8Array, signature?: Signature) =>
          remembered(write(body, signature), keyValueText(decodeCommand(body))),
      }),
      ...(read && {
        read: (body: Uint8Array, lease: boolean, signature?: Signature) => {
          const text = keyValueText(decodeCommand(body))
          return remembered(read(body, lease, signature), lease ? `${text} by lease` : text)
        },
      }),
      ...(propose && {
        propose: (value: Uint8Array) =>
          remembered(propose(value), `propose ${readUtf8(value, 0, value.length)}`),
      }),
      ...(configure && {
        configure: (voters: readonly NodeId[], learners: readonly NodeId[]) => {
          const text = [voters, learners].filter((nodes) => nodes.length > 0).join('|')
          return remembered(configure(voters, learners), `configure ${text}`)
        },
      }),
      ...(transfer && {
        transfer: (to: NodeId | undefined) =>
          remembered(transfer(to), to === undefined ? 'transfer' : `transfer ${to}`),
      }),
      ...(pay && { pay }),
    }
  }

  /** What a command was asked for with; undefined for one that these forms did not make. */
  textOf(command: unknown): string | undefined {
    return this.texts.get(command as object)
  }
}

function keyValueText(command: KeyValueCommand): string {
  switch (command.kind) {
    case 'get':
    case 'delete':
      return `${command.kind} ${command.key}`
    case 'put':
      return `put ${command.key} ${command.value}`
    case 'compareAndSwap':
      return `swap ${command.key} ${command.expected ?? 'absent'} ${command.value}`
    case 'range':
      return `range ${command.prefix} ${command.limit}`
  }
}

/**
 * Reads what a client asks.
 * @throws RangeError with one line that says what would be right
 */
export function wishOf(text: string): Wish {
  const wish = wishIn(text)
  if (!wish) throw new RangeError(`'${text}' is nothing to ask for: write it like ${forms}`)
  return wish
}

function wishIn(text: string): Wish | undefined {
  const [kind, first, second, third] = text.split(' ')
  if (kind === 'propose') return { kind, value: text.slice('propose '.length) }
  if (kind === 'transfer' && second === undefined && /^\d*$/.test(first ?? ''))
    return { kind, to: first === undefined ? undefined : Number(first) }
  if (first === undefined) return undefined
  if (kind === 'configure' && second === undefined) {
    const [voters = [], learners = []] = first
      .split('|')
      .map((nodes) => nodes.split(',').map(Number))
    return [...voters, ...learners].every(Number.isSafeInteger)
      ? { kind, voters, learners }
      : undefined
  }
  if (kind === 'get' && (second === undefined || (second === 'by' && third === 'lease')))
    return { kind: 'read', command: { kind, key: first }, lease: second !== undefined }
  const [write = '', session = '1', ...rest] = text.split(' in session ')
  const command = writeIn(write.split(' '))
  if (!command || rest.length > 0 || !/^[1-9]\d*$/.test(session)) return undefined
  return { kind: 'write', command, session: Number(session) }
}

function writeIn([kind, key, first, second, more]: readonly string[]): KeyValueCommand | undefined {
  if (key === undefined || more !== undefined) return undefined
  if (kind === 'delete' && first === undefined) return { kind, key }
  if (first === undefined) return undefined
  if (kind === 'put' && second === undefined) return { kind, key, value: first }
  if (kind !== 'swap' || second === undefined) return undefined
  const expected = first === 'absent' ? undefined : first
  return { kind: 'compareAndSwap', key, expected, value: second }
}

/** A wish as a protocol's own command; undefined where the protocol has no such thing. */
export function commandOf(
  wish: Wish,
  { write, read, propose, configure, transfer }: RequestForms,
  signature?: Signature,
): unknown {
  switch (wish.kind) {
    case 'write':
      return write?.(encodeCommand(wish.command), signature)
    case 'read':
      return read?.(encodeCommand(wish.command), wish.lease, signature)
    case 'propose':
      return propose?.(utf8Bytes(wish.value))
    case 'configure':
      return configure?.(wish.voters, wish.learners)
    case 'transfer':
      return transfer?.(wish.to)
  }
}
