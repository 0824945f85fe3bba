import { isUtf8, readUtf8, Utf8Error, utf8Length, writeUtf8 } from '../model/utf8.ts'

/**
 * The bytes of the key-value store: what its commands, results and snapshots are written with.
 *
 * Numbers are LEB128 in its shortest form, flags one byte of 0 or 1, texts their length in bytes and
 * their UTF-8. Nothing has two encodings, so equal values have equal bytes, and what a reader
 * accepts, a writer gives back byte for byte.
 */

/** Longest key and longest prefix, in bytes of UTF-8. */
export const maxKeyBytes = 4096
/** Longest value, in bytes of UTF-8. */
export const maxValueBytes = 1 << 20
/** Most entries that one range query may ask for. */
export const maxRangeLimit = 10_000
/**
 * Most bytes of keys and values in the answer to a range query, which ends before the entry that
 * would exceed them. Any single entry fits.
 */
export const maxRangeBytes = 1 << 22

/** Bytes that are no command, result or snapshot, or a command that has no encoding. */
export class KeyValueFormatError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'KeyValueFormatError'
  }
}

/**
 * How values are held in memory. Encoded they are UTF-8 text either way; but a store, which never
 * looks inside a value, keeps the bytes as they came and spares two conversions.
 */
export interface ValueForm<Value> {
  /** The length in bytes. */
  length(value: Value): number
  /** Writes the bytes from `offset`. */
  write(value: Value, target: Uint8Array, offset: number): void
  /** Reads the bytes from `start` up to `end`; the result does not share them. */
  read(bytes: Uint8Array, start: number, end: number): Value
}

/** Values as text, for clients. */
export const textValues: ValueForm<string> = {
  length: encodedLength,
  write: writeUtf8,
  read: readText,
}

/** Values as the bytes of their text, for the store. */
export const byteValues: ValueForm<Uint8Array> = {
  length: (value) => value.length,
  write: (value, target, offset) => target.set(value, offset),
  read(bytes, start, end) {
    if (!isUtf8(bytes, start, end))
      throw new KeyValueFormatError(`value at byte ${start} is not UTF-8`)
    return bytes.slice(start, end)
  },
}

/** The length of `text` in bytes; throws `KeyValueFormatError` if it contains a lone surrogate. */
export function encodedLength(text: string): number {
  try {
    return utf8Length(text)
  } catch (error) {
    throw formatError(error)
  }
}

function readText(bytes: Uint8Array, start: number, end: number): string {
  try {
    return readUtf8(bytes, start, end)
  } catch (error) {
    throw formatError(error)
  }
}

function formatError(error: unknown): unknown {
  return error instanceof Utf8Error ? new KeyValueFormatError(error.message) : error
}

/** The bytes that a number takes. */
export function numberSize(value: number): number {
  let size = 1
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) size++
  return size
}

/** The bytes that a text or value of `length` bytes takes together with its length. */
export function fieldSize(length: number): number {
  return numberSize(length) + length
}

/** Throws unless a key or prefix of `length` bytes is allowed. */
export function checkKeyLength(length: number): void {
  if (length > maxKeyBytes) {
    throw new KeyValueFormatError(`key of ${length} bytes; the limit is ${maxKeyBytes}`)
  }
}

/** Throws unless a value of `length` bytes is allowed. */
export function checkValueLength(length: number): void {
  if (length > maxValueBytes) {
    throw new KeyValueFormatError(`value of ${length} bytes; the limit is ${maxValueBytes}`)
  }
}

/** Writes fields one after the other into exactly as many bytes as were asked for. */
export class FieldWriter {
  private readonly bytes: Uint8Array
  private at = 0

  constructor(size: number) {
    this.bytes = new Uint8Array(size)
  }

  byte(value: number): void {
    this.bytes[this.at++] = value
  }

  flag(value: boolean): void {
    this.byte(value ? 1 : 0)
  }

  number(value: number): void {
    let rest = value
    for (; rest > 0x7f; rest >>>= 7) this.byte((rest & 0x7f) | 0x80)
    this.byte(rest)
  }

  /** `length` is `encodedLength(text)`, which the caller needed for the size. */
  text(text: string, length: number): void {
    this.number(length)
    this.at = writeUtf8(text, this.bytes, this.at)
  }

  /** `length` is `form.length(value)`. */
  value<Value>(value: Value, length: number, form: ValueForm<Value>): void {
    this.number(length)
    form.write(value, this.bytes, this.at)
    this.at += length
  }

  finish(): Uint8Array {
    if (this.at !== this.bytes.length) {
      throw new Error(`wrote ${this.at} bytes where ${this.bytes.length} were planned`)
    }
    return this.bytes
  }
}

/** Reads fields one after the other and trusts none of them. */
export class FieldReader {
  private readonly bytes: Uint8Array
  private at = 0

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }

  get left(): number {
    return this.bytes.length - this.at
  }

  byte(what: string): number {
    if (this.at >= this.bytes.length) throw new KeyValueFormatError(`ends before its ${what}`)
    return this.bytes[this.at++] as number
  }

  flag(what: string): boolean {
    const value = this.byte(what)
    if (value > 1) throw new KeyValueFormatError(`${what} is ${value}; expected 0 or 1`)
    return value === 1
  }

  /** A number of at most `limit`, which is below 2^31. */
  number(what: string, limit: number): number {
    let value = 0
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.byte(what)
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) return checkedNumber(what, value, byte === 0 && shift > 0, limit)
    }
    // Of a fifth byte 31 bits leave room for three.
    const last = this.byte(what)
    if (last < 8) return checkedNumber(what, value | (last << 28), last === 0, limit)
    throw new KeyValueFormatError(`${what} is above the limit of ${limit}`)
  }

  key(what = 'key'): string {
    return this.text(what, maxKeyBytes)
  }

  text(what: string, maxBytes: number): string {
    const start = this.enter(what, maxBytes)
    return readText(this.bytes, start, this.at)
  }

  value<Value>(what: string, form: ValueForm<Value>): Value {
    const start = this.enter(what, maxValueBytes)
    return form.read(this.bytes, start, this.at)
  }

  /** Throws unless everything was read. */
  finish(): void {
    if (this.left > 0) throw new KeyValueFormatError(`${this.left} bytes too many`)
  }

  /** Reads a length, moves past that many bytes and returns where they start. */
  private enter(what: string, maxBytes: number): number {
    const length = this.number(`length of the ${what}`, maxBytes)
    if (length > this.left) {
      throw new KeyValueFormatError(`${what} of ${length} bytes; only ${this.left} are left`)
    }
    const start = this.at
    this.at += length
    return start
  }
}

function checkedNumber(what: string, value: number, padded: boolean, limit: number): number {
  if (padded) throw new KeyValueFormatError(`${what} is not in its shortest form`)
  if (value > limit) throw new KeyValueFormatError(`${what} is ${value}; the limit is ${limit}`)
  return value
}
