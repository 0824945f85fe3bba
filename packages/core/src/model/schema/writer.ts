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
    if (!Number.isSafeInteger(value) || value < 0) {
      throw new RangeError(`cannot encode ${value}: not a natural number up to 2^53 - 1`)
    }
    let rest = value
    while (rest >= 0x80) {
      this.byte((rest % 0x80) | 0x80)
      rest = Math.floor(rest / 0x80)
    }
    this.byte(rest)
  }

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

  text(value: string): void {
    const length = utf8Length(value)
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

/** How many bytes `Writer.natural` takes for this value. */
export function naturalSize(value: number): number {
  if (value < 0x80) return 1
  let size = 1
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) size += 1
  return size
}
