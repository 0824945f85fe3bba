import { DecodeError } from '../../../model/schema/decode-error.ts'
import { digestBytes } from '../../../model/sha256.ts'
import { type Identifier, identifierAt } from './identifier.ts'

/** No length or count on Bitcoin's wire may be larger (MAX_SIZE of Bitcoin Core). */
const largestCount = 0x0200_0000

/**
 * Reads Bitcoin's formats: little-endian numbers and counts of variable width. Trusts nothing: what
 * is counted must fit in the bytes that are left before anything is allocated, and all that is wrong
 * is a `DecodeError`. Scripts and witnesses are views of the bytes given, which must not change.
 */
export class WireReader {
  readonly bytes: Uint8Array
  offset: number

  constructor(bytes: Uint8Array, offset = 0) {
    this.bytes = bytes
    this.offset = offset
  }

  get left(): number {
    return this.bytes.length - this.offset
  }

  uint8(): number {
    return this.bytes[this.#advance(1)] as number
  }

  uint16(): number {
    const at = this.#advance(2)
    return (this.bytes[at] as number) | ((this.bytes[at + 1] as number) << 8)
  }

  int32(): number {
    return int32At(this.bytes, this.#advance(4))
  }

  uint32(): number {
    return this.int32() >>> 0
  }

  /** A signed number of 64 bits. Those beyond 2^53 stand for no amount of money that could ever be, and are refused. */
  int64(): number {
    const low = this.uint32()
    const value = this.int32() * 0x1_0000_0000 + low
    if (!Number.isSafeInteger(value)) throw new DecodeError('a value beyond 2^53')
    return value
  }

  /** A count in Bitcoin's variable width, refused where a shorter form would have done. */
  count(minimumBytesEach: number): number {
    const count = this.compactSize()
    if (count > largestCount) throw new DecodeError(`a count of ${count}, above ${largestCount}`)
    if (count * minimumBytesEach > this.left) {
      throw new DecodeError(`a count of ${count} in the ${this.left} bytes that are left`)
    }
    return count
  }

  /** Bytes after their count. */
  counted(): Uint8Array {
    return this.raw(this.count(1))
  }

  raw(length: number): Uint8Array {
    const at = this.#advance(length)
    return this.bytes.subarray(at, at + length)
  }

  identifier(): Identifier {
    return identifierAt(this.bytes, this.#advance(digestBytes))
  }

  /** @throws DecodeError unless everything was read */
  finish(what: string): void {
    if (this.left > 0) throw new DecodeError(`${this.left} bytes after the end of a ${what}`)
  }

  /** A natural number of variable width (CompactSize), which bounds nothing by itself. */
  compactSize(): number {
    const first = this.uint8()
    if (first < 0xfd) return first
    const [value, least] =
      first === 0xfd
        ? [this.uint16(), 0xfd]
        : first === 0xfe
          ? [this.uint32(), 0x1_0000]
          : [this.uint32() + this.uint32() * 0x1_0000_0000, 0x1_0000_0000]
    if (value < least) throw new DecodeError(`a count of ${value} with padding`)
    return value
  }

  /** Where the next `length` bytes begin. */
  #advance(length: number): number {
    const at = this.offset
    if (length > this.left) throw new DecodeError('the bytes end too early')
    this.offset = at + length
    return at
  }
}

/** The little-endian signed number of the four bytes at `offset`. */
export function int32At(bytes: Uint8Array, offset: number): number {
  return (
    (bytes[offset] as number) |
    ((bytes[offset + 1] as number) << 8) |
    ((bytes[offset + 2] as number) << 16) |
    ((bytes[offset + 3] as number) << 24)
  )
}

/** The little-endian natural number of the four bytes at `offset`. */
export function uint32At(bytes: Uint8Array, offset: number): number {
  return int32At(bytes, offset) >>> 0
}
