import { digestBytes } from '../../../model/sha256.ts'
import { hashOf, type Identifier } from './identifier.ts'

/** Writes Bitcoin's formats into exactly as many bytes as were asked for. */
export class WireWriter {
  readonly bytes: Uint8Array
  offset = 0

  constructor(size: number) {
    this.bytes = new Uint8Array(size)
  }

  /** All bytes, each of which must have been written. */
  finish(): Uint8Array {
    if (this.offset !== this.bytes.length) {
      throw new RangeError(`${this.offset} of ${this.bytes.length} bytes were written`)
    }
    return this.bytes
  }

  uint8(value: number): void {
    this.bytes[this.offset] = value
    this.offset += 1
  }

  uint16(value: number): void {
    this.uint8(value)
    this.uint8(value >>> 8)
  }

  /** Four bytes, of a signed or of a natural number. */
  int32(value: number): void {
    this.uint16(value)
    this.uint16(value >>> 16)
  }

  int64(value: number): void {
    if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is no safe integer`)
    this.int32((value % 0x1_0000_0000) | 0)
    this.int32(Math.floor(value / 0x1_0000_0000))
  }

  count(value: number): void {
    if (value < 0xfd) {
      this.uint8(value)
    } else if (value <= 0xffff) {
      this.uint8(0xfd)
      this.uint16(value)
    } else {
      this.uint8(0xfe)
      this.int32(value)
    }
  }

  counted(value: Uint8Array): void {
    this.count(value.length)
    this.raw(value)
  }

  raw(value: Uint8Array): void {
    this.bytes.set(value, this.offset)
    this.offset += value.length
  }

  identifier(value: Identifier): void {
    this.bytes.set(hashOf(value), this.offset)
    this.offset += digestBytes
  }
}

/** How many bytes a count takes. (No count reaches 2^32.) */
export function countSize(value: number): number {
  return value < 0xfd ? 1 : value <= 0xffff ? 3 : 5
}

/** How many bytes take their own count and themselves. */
export function countedSize(value: Uint8Array): number {
  return countSize(value.length) + value.length
}
