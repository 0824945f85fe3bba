import type { ValueForm } from './key-value-encoding.ts'
import {
  checkKeyLength,
  checkValueLength,
  encodedLength,
  FieldReader,
  FieldWriter,
  fieldSize,
  KeyValueFormatError,
  maxRangeLimit,
  numberSize,
  textValues,
} from './key-value-encoding.ts'

/**
 * The commands of the key-value store and their results, with their encoding: a byte for the kind,
 * then the fields in the order below.
 *
 * Keys and values are text, for they are typed by people, carried in URLs and JSON, and shown in
 * tables and pictures; encoded they are UTF-8. Who needs bytes writes them as text.
 */

/** What a client asks of the store. `Value` is text, save inside the store. */
export type KeyValueCommand<Value = string> =
  | { readonly kind: 'get'; readonly key: string }
  | { readonly kind: 'put'; readonly key: string; readonly value: Value }
  | { readonly kind: 'delete'; readonly key: string }
  /** Puts `value` if the key now has the value `expected`; `undefined` expects that it is absent. */
  | {
      readonly kind: 'compareAndSwap'
      readonly key: string
      readonly expected: Value | undefined
      readonly value: Value
    }
  /** The first `limit` entries whose keys begin with `prefix`, in the order of keys. */
  | { readonly kind: 'range'; readonly prefix: string; readonly limit: number }

/** What the store answers: a result of the command's own kind, or an error. */
export type KeyValueResult<Value = string> =
  /** `undefined`: the key is absent. */
  | { readonly kind: 'get'; readonly value: Value | undefined }
  | { readonly kind: 'put' }
  | { readonly kind: 'delete'; readonly existed: boolean }
  | { readonly kind: 'compareAndSwap'; readonly swapped: boolean }
  /**
   * Keys ascend by UTF-16 code units, as `<` orders them. `more`: entries were left out, because of
   * the command's limit or `maxRangeBytes`.
   */
  | {
      readonly kind: 'range'
      readonly entries: readonly KeyValueEntry<Value>[]
      readonly more: boolean
    }
  /** The command was malformed and changed nothing. */
  | { readonly kind: 'error'; readonly reason: string }

export interface KeyValueEntry<Value = string> {
  readonly key: string
  readonly value: Value
}

const tags = { get: 1, put: 2, delete: 3, compareAndSwap: 4, range: 5, error: 6 } as const

// The commonest results. Like all bytes that are sent, nobody changes them.
const absent = Uint8Array.of(tags.get, 0)
const done = Uint8Array.of(tags.put)
const deleted = Uint8Array.of(tags.delete, 1)
const notDeleted = Uint8Array.of(tags.delete, 0)
const swapped = Uint8Array.of(tags.compareAndSwap, 1)
const notSwapped = Uint8Array.of(tags.compareAndSwap, 0)

// And as clients see them.
const putResult = { kind: 'put' } as const
const deletedResult = { kind: 'delete', existed: true } as const
const notDeletedResult = { kind: 'delete', existed: false } as const
const swappedResult = { kind: 'compareAndSwap', swapped: true } as const
const notSwappedResult = { kind: 'compareAndSwap', swapped: false } as const

/** Longest reason of an error, in bytes; the store's own are far shorter. */
const maxReasonBytes = 1024

/** @throws KeyValueFormatError if a text has a lone surrogate or a limit is exceeded. */
export function encodeCommand(command: KeyValueCommand): Uint8Array {
  switch (command.kind) {
    case 'get':
    case 'delete':
      return encodeKeyed(command.kind, command.key)
    case 'put': {
      const keyLength = checkedKeyLength(command.key)
      const valueLength = checkedValueLength(command.value, textValues)
      const writer = new FieldWriter(1 + fieldSize(keyLength) + fieldSize(valueLength))
      writer.byte(tags.put)
      writer.text(command.key, keyLength)
      writer.value(command.value, valueLength, textValues)
      return writer.finish()
    }
    case 'compareAndSwap':
      return encodeCompareAndSwap(command.key, command.expected, command.value)
    case 'range': {
      checkRangeLimit(command.limit)
      const length = checkedKeyLength(command.prefix)
      const writer = new FieldWriter(1 + fieldSize(length) + numberSize(command.limit))
      writer.byte(tags.range)
      writer.text(command.prefix, length)
      writer.number(command.limit)
      return writer.finish()
    }
  }
}

/** @throws KeyValueFormatError if `bytes` are not the encoding of a command. */
export function decodeCommand(bytes: Uint8Array): KeyValueCommand {
  return decodeCommandAs(bytes, textValues)
}

/** `decodeCommand`, with values in another form. */
export function decodeCommandAs<Value>(
  bytes: Uint8Array,
  form: ValueForm<Value>,
): KeyValueCommand<Value> {
  const reader = new FieldReader(bytes)
  const command = readCommand(reader, form)
  reader.finish()
  return command
}

function readCommand<Value>(reader: FieldReader, form: ValueForm<Value>): KeyValueCommand<Value> {
  const tag = reader.byte('kind')
  switch (tag) {
    case tags.get:
      return { kind: 'get', key: reader.key() }
    case tags.put:
      return { kind: 'put', key: reader.key(), value: reader.value('value', form) }
    case tags.delete:
      return { kind: 'delete', key: reader.key() }
    case tags.compareAndSwap:
      return {
        kind: 'compareAndSwap',
        key: reader.key(),
        expected: readOptional(reader, 'expected value', form),
        value: reader.value('value', form),
      }
    case tags.range: {
      const prefix = reader.key('prefix')
      const limit = reader.number('limit', maxRangeLimit)
      checkRangeLimit(limit)
      return { kind: 'range', prefix, limit }
    }
    default:
      throw new KeyValueFormatError(`${tag} is no kind of command; expected 1 to 5`)
  }
}

function encodeKeyed(kind: 'get' | 'delete', key: string): Uint8Array {
  const length = checkedKeyLength(key)
  const writer = new FieldWriter(1 + fieldSize(length))
  writer.byte(tags[kind])
  writer.text(key, length)
  return writer.finish()
}

function encodeCompareAndSwap(
  key: string,
  expected: string | undefined,
  value: string,
): Uint8Array {
  const keyLength = checkedKeyLength(key)
  const expectedLength = expected === undefined ? 0 : checkedValueLength(expected, textValues)
  const valueLength = checkedValueLength(value, textValues)
  const expectedSize = expected === undefined ? 1 : 1 + fieldSize(expectedLength)
  const writer = new FieldWriter(1 + fieldSize(keyLength) + expectedSize + fieldSize(valueLength))
  writer.byte(tags.compareAndSwap)
  writer.text(key, keyLength)
  writer.flag(expected !== undefined)
  if (expected !== undefined) writer.value(expected, expectedLength, textValues)
  writer.value(value, valueLength, textValues)
  return writer.finish()
}

/** @throws KeyValueFormatError if a text has a lone surrogate or a limit is exceeded. */
export function encodeResult(result: KeyValueResult): Uint8Array {
  return encodeResultAs(result, textValues)
}

/** `encodeResult`, with values in another form. */
export function encodeResultAs<Value>(
  result: KeyValueResult<Value>,
  form: ValueForm<Value>,
): Uint8Array {
  switch (result.kind) {
    case 'get': {
      if (result.value === undefined) return absent
      const length = checkedValueLength(result.value, form)
      const writer = new FieldWriter(2 + fieldSize(length))
      writer.byte(tags.get)
      writer.flag(true)
      writer.value(result.value, length, form)
      return writer.finish()
    }
    case 'put':
      return done
    case 'delete':
      return result.existed ? deleted : notDeleted
    case 'compareAndSwap':
      return result.swapped ? swapped : notSwapped
    case 'range':
      return encodeRangeResult(result.entries, result.more, form)
    case 'error': {
      const length = encodedLength(result.reason)
      if (length > maxReasonBytes) {
        throw new KeyValueFormatError(`reason of ${length} bytes; the limit is ${maxReasonBytes}`)
      }
      const writer = new FieldWriter(1 + fieldSize(length))
      writer.byte(tags.error)
      writer.text(result.reason, length)
      return writer.finish()
    }
  }
}

/** @throws KeyValueFormatError if `bytes` are not the encoding of a result. */
export function decodeResult(bytes: Uint8Array): KeyValueResult {
  const reader = new FieldReader(bytes)
  const result = readResult(reader)
  reader.finish()
  return result
}

function readResult(reader: FieldReader): KeyValueResult {
  const tag = reader.byte('kind')
  switch (tag) {
    case tags.get:
      return { kind: 'get', value: readOptional(reader, 'value', textValues) }
    case tags.put:
      return putResult
    case tags.delete:
      return reader.flag('existed') ? deletedResult : notDeletedResult
    case tags.compareAndSwap:
      return reader.flag('swapped') ? swappedResult : notSwappedResult
    case tags.range:
      return readRangeResult(reader)
    case tags.error:
      return { kind: 'error', reason: reader.text('reason', maxReasonBytes) }
    default:
      throw new KeyValueFormatError(`${tag} is no kind of result; expected 1 to 6`)
  }
}

function encodeRangeResult<Value>(
  entries: readonly KeyValueEntry<Value>[],
  more: boolean,
  form: ValueForm<Value>,
): Uint8Array {
  const count = entries.length
  if (count > maxRangeLimit) {
    throw new KeyValueFormatError(`${count} entries; the limit is ${maxRangeLimit}`)
  }
  let size = 2 + numberSize(count)
  for (const { key, value } of entries) {
    size += fieldSize(checkedKeyLength(key)) + fieldSize(checkedValueLength(value, form))
  }
  const writer = new FieldWriter(size)
  writer.byte(tags.range)
  writer.number(count)
  for (const { key, value } of entries) {
    writer.text(key, encodedLength(key))
    writer.value(value, form.length(value), form)
  }
  writer.flag(more)
  return writer.finish()
}

function readRangeResult(reader: FieldReader): KeyValueResult {
  const count = reader.number('number of entries', maxRangeLimit)
  const entries: KeyValueEntry[] = []
  for (let index = 0; index < count; index++) {
    const key = reader.key()
    const previous = entries[index - 1]
    if (previous !== undefined && previous.key >= key) {
      throw new KeyValueFormatError(`key of entry ${index} does not follow the one before`)
    }
    entries.push({ key, value: reader.value('value', textValues) })
  }
  return { kind: 'range', entries, more: reader.flag('more') }
}

function readOptional<Value>(
  reader: FieldReader,
  what: string,
  form: ValueForm<Value>,
): Value | undefined {
  return reader.flag(`presence of the ${what}`) ? reader.value(what, form) : undefined
}

function checkedKeyLength(key: string): number {
  const length = encodedLength(key)
  checkKeyLength(length)
  return length
}

function checkedValueLength<Value>(value: Value, form: ValueForm<Value>): number {
  const length = form.length(value)
  checkValueLength(length)
  return length
}

function checkRangeLimit(limit: number): void {
  if (!Number.isInteger(limit) || limit < 1 || limit > maxRangeLimit) {
    throw new KeyValueFormatError(`limit is ${limit}; expected 1 to ${maxRangeLimit}`)
  }
}
