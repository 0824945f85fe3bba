import { readUtf8 } from '../utf8.ts'
import { DecodeError } from './decode-error.ts'

/** Bytes being read. Trusts nothing: every length is checked against what is left before anything is allocated. */
export class Reader {
  readonly buffer: Uint8Array
  position: number
  readonly end: number

  constructor(buffer: Uint8Array, start = 0, end = buffer.length) {
    this.buffer = buffer
    this.position = start
    this.end = end
  }

  get left(): number {
    return this.end - this.position
  }

  byte(): number {
    if (this.position >= this.end) throw new DecodeError('the bytes end too early')
    const value = this.buffer[this.position] as number
    this.position += 1
    return value
  }

  /** The inverse of `Writer.natural`; refuses what that would not have written (padding, more than 53 bits). */
  natural(): number {
    const first = this.byte()
    if (first < 0x80) return first
    let value = first & 0x7f
    // Of the eight bytes that 53 bits take, this is the place value of the second to the last.
    for (let scale = 2 ** 7; scale <= 2 ** 49; scale *= 2 ** 7) {
      const next = this.byte()
      value += (next & 0x7f) * scale
      if (next < 0x80) {
        if (next === 0) throw new DecodeError('a number with padding')
        if (value > Number.MAX_SAFE_INTEGER) break
        return value
      }
    }
    throw new DecodeError('a number above 2^53 - 1')
  }

  /** A count of elements that take at least `minimumBytes` each, and so cannot be more than fit in what is left. */
  count(minimumBytes: number): number {
    const count = this.natural()
    if (count * minimumBytes > this.left) {
      throw new DecodeError(`a count of ${count} in the ${this.left} bytes that are left`)
    }
    return count
  }

  /** A view of the frame, not a copy: a frame is owned by whoever decodes it, and never reused. */
  bytes(): Uint8Array {
    return this.raw(this.count(1))
  }

  raw(length: number): Uint8Array {
    if (length > this.left) throw new DecodeError('the bytes end too early')
    const value = this.buffer.subarray(this.position, this.position + length)
    this.position += length
    return value
  }

  text(): string {
    const length = this.count(1)
    let value: string
    try {
      value = readUtf8(this.buffer, this.position, this.position + length)
    } catch (error) {
      throw new DecodeError(error instanceof Error ? error.message : 'not UTF-8')
    }
    this.position += length
    return value
  }
}
