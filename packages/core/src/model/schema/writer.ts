import { utf8Length, writeUtf8 } from '../utf8.ts'

/** Bytes being written: a buffer that grows, and the position in it. */
export class Writer {
  buffer: Uint8Array = new Uint8Array(256)
  length = 0

  /** Empties the writer; its buffer is reused. */
  reset(): void {
    this.length = 0
  }

  /** A copy of what was written, exactly as long. */
  finish(): Uint8Array {
    return this.buffer.slice(0, this.length)
  }

  byte(value: number): void {
    if (this.length === this.buffer.length) this.#grow(1)
    this.buffer[this.length] = value
    this.length += 1
  }

  /** A natural number up to 2^53 - 1: seven bits a byte, lowest first, the high bit set on all but the last. */
  natural(value: number): void {
    if ((value & 0x7f) === value) return this.byte(value)
    if (!Number.isSafeInteger(value) || value < 0) {
      throw new RangeError(`cannot encode ${value}: not a natural number up to 2^53 - 1`)
    }
    let rest = value
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) this.byte((rest % 0x80) | 0x80)
    this.byte(rest)
  }

  /** Bytes after their number. */
  bytes(value: Uint8Array): void {
    this.natural(value.length)
    this.raw(value)
  }

  /** Bytes without their length. */
  raw(value: Uint8Array): void {
    if (this.length + value.length > this.buffer.length) this.#grow(value.length)
    this.buffer.set(value, this.length)
    this.length += value.length
  }

  /** UTF-8 after the number of its bytes. */
  text(value: string): void {
    const length = textLength(value)
    this.natural(length)
    if (this.length + length > this.buffer.length) this.#grow(length)
    writeUtf8(value, this.buffer, this.length)
    this.length += length
  }

  #grow(needed: number): void {
    const larger = new Uint8Array(Math.max(this.buffer.length * 2, this.length + needed))
    larger.set(this.buffer.subarray(0, this.length))
    this.buffer = larger
  }
}

/**
 * How many bytes a text takes, its length aside.
 * @throws RangeError for a lone surrogate, which has no encoding
 */
export function textLength(text: string): number {
  try {
    return utf8Length(text)
  } catch (error) {
    throw new RangeError(`cannot encode a text: ${(error as Error).message}`)
  }
}

/** How many bytes `Writer.natural` takes for this value. */
export function naturalSize(value: number): number {
  if (value < 0x80) return 1
  if (value < 0x4000) return 2
  if (value < 0x20_0000) return 3
  if (value < 0x1000_0000) return 4
  if (value < 0x8_0000_0000) return 5
  if (value < 0x400_0000_0000) return 6
  return value < 0x2_0000_0000_0000 ? 7 : 8
}
